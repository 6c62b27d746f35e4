import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { silentLog } from "@sameroom/base";
import { ROLE_GRANTS, type RoomTokenClaims } from "@sameroom/contract";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";
import { expect, test } from "vitest";
import { systemTime } from "../clock.ts";
import { createGateway } from "./gateway.ts";
import type { Peers } from "./redis-peers.ts";

const CLAIMS: RoomTokenClaims = {
  ...{ iss: "sameroom", jti: "4f6c", iat: 0, exp: 1 },
  ...{ sub: "user:ann", room: "kitchen", role: "viewer", grants: ROLE_GRANTS.viewer, name: "Ann" },
};

/** What Socket.IO has by itself, but it takes as long as `release` is not called to be in a room. */
function slowAdapter() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const Plain = new Server().adapter() as unknown as new (
    ...of: unknown[]
  ) => { addAll(id: string, rooms: Set<string>): unknown };
  class SlowAdapter extends Plain {
    override async addAll(id: string, rooms: Set<string>): Promise<void> {
      // The first is each socket's own.
      if (rooms.size > 1) await released;
      super.addAll(id, rooms);
    }
  }
  return { adapter: SlowAdapter as unknown as Peers["adapter"], release };
}

/** A gateway of its own on a free port, with everybody let in under the name that is their token. */
async function open(more: Partial<Parameters<typeof createGateway>[1]>) {
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  const gateway = createGateway(http, {
    ...{ time: systemTime, log: silentLog, peers: null, entered() {}, left() {} },
    admit: async (name) => ({
      claims: { ...CLAIMS, sub: `user:${String(name)}` },
      ...{ trusted: false, insider: false, standings: ["viewer"], months: 1 },
    }),
    snapshot: async () => ({}) as never,
    desk: async () => ({}),
    ...{ commands: {}, appendedElsewhere() {}, presenceElsewhere() {}, toldWorkersElsewhere() {} },
    ...more,
  });
  const come = (token: string, transport: "websocket" | "polling" = "websocket") =>
    connect(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, {
      ...{ auth: { token }, transports: [transport], reconnection: false, forceNew: true },
    });
  async function close(): Promise<void> {
    await gateway.close();
    http.close();
  }
  return { gateway, come, close };
}

test("whoever goes while they come in is not there for ever", async () => {
  const slow = slowAdapter();
  const here = new Set<string>();
  const snapshots: string[] = [];
  const { gateway, come, close } = await open({
    peers: { adapter: slow.adapter, close() {} },
    async snapshot({ claims }) {
      snapshots.push(claims.sub);
      return {} as never;
    },
    entered: ({ sub }) => here.add(sub),
    left: ({ sub }) => here.delete(sub),
  });
  const [goes, stays] = [come("goes"), come("stays")];
  for (const socket of [goes, stays]) await new Promise<void>((resolve) => socket.on("connect", resolve));
  goes.close();
  await expect.poll(() => gateway.sockets).toBe(1);
  slow.release();
  await new Promise<void>((resolve) => stays.on("room.snapshot", () => resolve()));
  expect([...here]).toEqual(["user:stays"]);
  expect(snapshots).toEqual(["user:stays"]);
  stays.close();
  await expect.poll(() => [...here]).toEqual([]);
  await close();
});

test.each(["websocket", "polling"] as const)(
  "what is told in one turn comes as events of their own, over %s",
  async (transport) => {
    const { gateway, come, close } = await open({});
    const socket = come("ann", transport);
    const got: unknown[] = [];
    socket.onAny((...event) => got.push(event));
    await expect.poll(() => got.length).toBe(1);
    const frame = (last: number) => ({ last, events: [], omitted: 3 });
    const log = (last: number) => ({ everybody: frame(last), staff: frame(last), personal: new Map() });
    gateway.deliver("kitchen", { type: "log", frames: log(1) });
    gateway.deliver("kitchen", { type: "viewers", count: 1 });
    gateway.react("kitchen", { "🔥": 2 });
    gateway.deliver("kitchen", { type: "log", frames: log(2) });
    gateway.deliver("kitchen", { type: "viewers", count: 2 });
    gateway.deliver("elsewhere", { type: "viewers", count: 9 });
    await expect.poll(() => got.length).toBe(5);
    expect(got).toEqual([
      ["room.snapshot", {}],
      ["room.events", frame(1)],
      ["room.events", frame(2)],
      ["room.viewers", 2],
      ["room.reactions", { "🔥": 2 }],
    ]);
    socket.close();
    await close();
  },
);
