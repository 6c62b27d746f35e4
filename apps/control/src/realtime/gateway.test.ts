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

test("whoever goes while they come in is not there for ever", async () => {
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  const slow = slowAdapter();
  const here = new Set<string>();
  const snapshots: string[] = [];
  const gateway = createGateway(http, {
    ...{ time: systemTime, log: silentLog, peers: { adapter: slow.adapter, close() {} } },
    admit: async (name) => ({
      claims: { ...CLAIMS, sub: `user:${String(name)}` },
      ...{ trusted: false, insider: false, standings: ["viewer"], months: 1 },
    }),
    async snapshot({ claims }) {
      snapshots.push(claims.sub);
      return {} as never;
    },
    entered: ({ sub }) => here.add(sub),
    left: ({ sub }) => here.delete(sub),
    ...{ commands: {}, appendedElsewhere() {}, presenceElsewhere() {}, toldWorkersElsewhere() {} },
  });
  const come = (token: string) =>
    connect(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, {
      ...{ auth: { token }, transports: ["websocket"], reconnection: false, forceNew: true },
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
  await gateway.close();
  http.close();
});
