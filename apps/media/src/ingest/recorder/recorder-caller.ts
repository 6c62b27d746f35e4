import type { Socket } from "socket.io";

type Calling = Pick<Socket, "handshake">;

const MOST_SOFTWARE_CHARS = 120;

/** Where a recorder comes from; with `trustProxy` as the proxy says. */
export function addressOf({ handshake }: Calling, trustProxy: boolean): string {
  const forwarded = handshake.headers["x-forwarded-for"];
  const first = String(forwarded ?? "")
    .split(",", 1)[0]!
    .trim();
  return trustProxy && first !== "" ? first : handshake.address;
}

/** The browser, as it calls itself; nothing where it does not. */
export function softwareOf({ handshake }: Calling): { software?: string } {
  const agent = handshake.headers["user-agent"]?.replace(/[^\x20-\x7e]/g, "").slice(0, MOST_SOFTWARE_CHARS);
  return agent ? { software: agent } : {};
}
