import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** Listeners of one kind on one port. */
export interface RtmpListening {
  readonly port: number;
  /** No new connections; those there are belong to whoever took them. */
  close(): Promise<void>;
}

/** Listens on every address, all on the same port (0: one the kernel chooses). Rejects when any of them is taken. */
export async function listenForRtmp(
  hosts: readonly string[],
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<RtmpListening> {
  const servers: Server[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  };
  let actual = port;
  try {
    for (const host of hosts) {
      const server = createServer(onConnection);
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host, port: actual, ipv6Only: true }, resolve);
      });
      servers.push(server);
      actual = (server.address() as AddressInfo).port;
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { port: actual, close };
}
