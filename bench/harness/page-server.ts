import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { MintedToken, RoomRole } from "@sameroom/contract";
import { bundlePage } from "./bundle.ts";

export interface PageServerOptions {
  /** Script of the page, relative to `bench/`; bundled with all it imports. */
  script: string;
  /** Serve further addresses of this machine, beside loopback. */
  everywhere?: boolean;
  mint: (room: string, role: RoomRole, participant: string) => Promise<MintedToken>;
}

/** A page on loopback with one bundled script, and `/token`, which mints as control would. */
export interface PageServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function servePage({
  script,
  everywhere = false,
  mint,
}: PageServerOptions): Promise<PageServer> {
  const page = await bundlePage(script);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname !== "/token") return send(response, "text/html", page);
    const [room = "", role = "", participant = ""] = ["room", "role", "participant"].map(
      (name) => url.searchParams.get(name) ?? "",
    );
    mint(room, role as RoomRole, participant).then(
      (token) => send(response, "application/json", JSON.stringify(token)),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(0, everywhere ? "0.0.0.0" : "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, type: string, body: string): void {
  response
    .writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" })
    .end(body);
}
