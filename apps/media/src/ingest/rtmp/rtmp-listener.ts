import { createServer, type Socket } from "node:net";
import { listenEverywhere } from "@sameroom/http";

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
  const listening = await listenEverywhere(hosts, port, () => createServer(onConnection));
  return {
    port: listening.port,
    async close() {
      await Promise.all(
        listening.servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
      );
    },
  };
}
