import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type ClientToServer,
  problem,
  REALTIME_PATH,
  type RoomSnapshot,
  type ServerToClient,
} from "@sameroom/contract";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { createClientIn } from "../client.ts";
import type { Environment, Wake } from "../environment.ts";
import type { RoomConnection, SameroomClient } from "../types.ts";
import { FakeWorld } from "./fake-world.fixture.ts";

export const SNAPSHOT = {
  room: { slug: "kitchen", title: "Kitchen", state: "live", viewers: 1 },
  you: { participant: "guest:1", name: "Guest", role: "viewer" },
  people: [],
  host: { microphoneMuted: false, cameraOff: false, screenSharing: false },
  graceEndsUnixMs: null,
  serverUnixMs: 1_000_000,
  standings: ["viewer"],
  log: { events: [], last: 0, complete: true },
  chat: { mode: { slowS: 0, who: "everybody", emojiOnly: false }, pinned: null },
  stage: { revision: 0, layout: "spotlight", spotlight: null, members: [] },
  battle: null,
} as unknown as RoomSnapshot;

/** A Socket.IO server with one room, and clients of it whose timers are fake. */
export interface FakeRoom {
  http: HttpServer;
  server: Server<ClientToServer, ServerToClient>;
  /** What connections came with. */
  readonly auths: { token?: unknown; after?: unknown }[];
  /** What the next connections are refused with. */
  refusals: Parameters<typeof problem>[0][];
  /** What the next connections get. */
  snapshot: RoomSnapshot;
  /** Said to the next connections before it. */
  early: () => void;
  connect(): {
    client: SameroomClient;
    connection: RoomConnection;
    /** What was told, in order: name and arguments. */
    events: unknown[];
    wakes: Set<(why: Wake) => void>;
    world: FakeWorld;
  };
  close(): Promise<void>;
}

export async function openFakeRoom(): Promise<FakeRoom> {
  const open: RoomConnection[] = [];
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const server = new Server<ClientToServer, ServerToClient>(http, { path: REALTIME_PATH });
  const room: FakeRoom = {
    ...{ http, server, auths: [], refusals: [], snapshot: SNAPSHOT, early() {} },
    connect() {
      const world = new FakeWorld();
      const wakes = new Set<(why: Wake) => void>();
      let minted = 0;
      const environment: Environment = {
        ...world.environment(),
        createSocket: (url, options) => io(url, options),
        onWake: (callback) => {
          wakes.add(callback);
          return () => void wakes.delete(callback);
        },
      };
      const client = createClientIn(environment, {
        url: `http://127.0.0.1:${(room.http.address() as AddressInfo).port}`,
        getToken: async () => {
          minted += 1;
          const expiresAt = new Date(Date.now() + 300_000).toISOString();
          return { token: `token${minted}`, expiresAt, mediaUrl: "http://media.test" } as never;
        },
      });
      const connection = client.room("kitchen");
      open.push(connection);
      const events: unknown[] = [];
      for (const name of [
        ...(["connection", "failure", "state", "status", "joined", "left", "viewers"] as const),
        ...(["events", "pending", "chat", "stage", "standings"] as const),
      ])
        connection.on(name, (...args: unknown[]) => events.push([name, ...args]));
      return { client, connection, events, wakes, world };
    },
    async close() {
      for (const connection of open.splice(0)) connection.close();
      await room.server.close();
    },
  };
  server.use((socket, next) => {
    room.auths.push(socket.handshake.auth);
    const code = room.refusals.shift();
    next(code === undefined ? undefined : Object.assign(new Error(code), { data: problem(code) }));
  });
  server.on("connection", (socket) => {
    room.early();
    socket.emit("room.snapshot", room.snapshot);
  });
  return room;
}
