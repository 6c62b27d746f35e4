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
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClientIn } from "../client.ts";
import type { Environment, Wake } from "../environment.ts";
import { FakeWorld } from "../testing/fake-world.fixture.ts";
import type { RoomConnection } from "../types.ts";

const snapshot = {
  room: { slug: "kitchen", title: "Kitchen", state: "live", viewers: 1 },
  you: { participant: "guest:1", name: "Guest", role: "viewer" },
  people: [],
  host: { microphoneMuted: false, cameraOff: false, screenSharing: false },
  graceEndsUnixMs: null,
  serverUnixMs: 1_000_000,
} as unknown as RoomSnapshot;

let http: HttpServer;
let server: Server<ClientToServer, ServerToClient>;
let tokens: unknown[];
/** What the next connections are refused with. */
let refusals: Parameters<typeof problem>[0][];
const open: RoomConnection[] = [];

beforeEach(async () => {
  http = createServer();
  tokens = [];
  refusals = [];
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  server = new Server(http, { path: REALTIME_PATH });
  server.use((socket, next) => {
    tokens.push(socket.handshake.auth.token);
    const code = refusals.shift();
    next(code === undefined ? undefined : Object.assign(new Error(code), { data: problem(code) }));
  });
  server.on("connection", (socket) => void socket.emit("room.snapshot", snapshot));
});
afterEach(async () => {
  for (const connection of open.splice(0)) connection.close();
  await server.close();
});

function connect() {
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
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    getToken: async () => {
      minted += 1;
      const expiresAt = new Date(Date.now() + 300_000).toISOString();
      return { token: `token${minted}`, expiresAt, mediaUrl: "http://media.test" } as never;
    },
  });
  const connection = client.room("kitchen");
  open.push(connection);
  const events: unknown[] = [];
  for (const name of ["connection", "failure", "state", "status", "joined", "left", "viewers"] as const) {
    connection.on(name, (...args: unknown[]) => events.push([name, ...args]));
  }
  return { client, connection, events, wakes, world };
}
const connected = (connection: RoomConnection) =>
  vi.waitFor(() => expect(connection.snapshot).not.toBeNull(), { timeout: 5000 });

describe("a room's connection", () => {
  it("presents a token, gets a snapshot and keeps it up to date", async () => {
    const { connection, events } = connect();
    await connected(connection);
    expect(tokens).toEqual(["token1"]);
    expect(connection.connection).toBe("connected");
    expect(connection.serverUnixMs()).toBeLessThan(1_100_000);
    const who = { participant: "user:2", name: "Bo", role: "viewer" } as const;
    server.emit("presence.joined", who);
    server.emit("room.viewers", 7);
    server.emit("host.notice", { kind: "camera", off: true });
    const change = { state: "interrupted", atUnixMs: 1, graceEndsUnixMs: 30_001, reason: null } as const;
    server.emit("room.state", change);
    await vi.waitFor(() => expect(connection.snapshot?.room.state).toBe("interrupted"));
    expect(connection.snapshot).toMatchObject({
      room: { viewers: 7, title: "Kitchen" },
      people: [who],
      host: { cameraOff: true, microphoneMuted: false },
      graceEndsUnixMs: 30_001,
    });
    server.emit("presence.left", who);
    await vi.waitFor(() => expect(connection.snapshot?.people).toEqual([]));
    expect(events).toContainEqual(["status", { ...snapshot.host, cameraOff: true }]);
    expect(events).toContainEqual(["state", change]);
  });

  it("tells of the recording, and keeps it in the snapshot", async () => {
    const { connection } = connect();
    const told: unknown[] = [];
    connection.on("recording", (recording) => told.push(recording));
    await connected(connection);
    const recording = { id: "rec1", state: "ready", fault: null } as const;
    server.emit("room.recording", recording);
    await vi.waitFor(() => expect(told).toEqual([recording]));
    expect(connection.snapshot?.room.recording).toEqual(recording);
  });

  it("comes back when the server drops it, also when it says so, with a snapshot each time", async () => {
    const { connection, events } = connect();
    let snapshots = 0;
    connection.on("snapshot", () => {
      snapshots += 1;
    });
    await connected(connection);
    server.disconnectSockets(true);
    await vi.waitFor(() => expect(snapshots).toBe(2), { timeout: 5000 });
    for (const socket of await server.fetchSockets()) socket.disconnect(false);
    await vi.waitFor(() => expect(snapshots).toBe(3), { timeout: 5000 });
    expect(events.filter((event) => (event as string[])[0] === "connection")).toEqual([
      ["connection", "connected"],
      ["connection", "reconnecting"],
      ["connection", "connected"],
      ["connection", "reconnecting"],
      ["connection", "connected"],
    ]);
  });

  it("asks for a fresh token when one is refused, without a word about it", async () => {
    refusals = ["token.expired"];
    const { connection, events } = connect();
    await connected(connection);
    expect(tokens).toEqual(["token1", "token2"]);
    expect(events.some((event) => (event as string[])[0] === "failure")).toBe(false);
  });

  it("goes on trying while the server is busy, and says so", async () => {
    refusals = ["server.unavailable"];
    const { connection, events } = connect();
    await connected(connection);
    expect(events).toContainEqual([
      "failure",
      expect.objectContaining({ code: "server.unavailable", retrying: true }),
    ]);
  });

  it("fails for good when it may not enter, and holds nothing then", async () => {
    refusals = ["auth.forbidden"];
    const { connection, events, wakes } = connect();
    await vi.waitFor(() => expect(connection.connection).toBe("failed"));
    expect(events).toContainEqual([
      "failure",
      expect.objectContaining({ code: "auth.forbidden", retrying: false }),
    ]);
    expect(wakes.size).toBe(0);
    await expect(connection.end()).rejects.toMatchObject({ code: "network.unreachable" });
  });

  it("tries at once when the page wakes up", async () => {
    const { connection, wakes } = connect();
    await connected(connection);
    const { port } = http.address() as AddressInfo;
    await server.close();
    await vi.waitFor(() => expect(connection.connection).toBe("reconnecting"));
    http = createServer();
    await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
    server = new Server(http, { path: REALTIME_PATH });
    server.on("connection", (socket) => void socket.emit("room.snapshot", snapshot));
    for (const wake of wakes) wake("online");
    await vi.waitFor(() => expect(connection.connection).toBe("connected"), { timeout: 5000 });
  });

  it("resolves what the server grants and rejects what it refuses", async () => {
    server.on("connection", (socket) => {
      socket.on("host.notice", (_notice, ack) => ack({ ok: true, value: null }));
      socket.on("room.end", (ack) => ack({ ok: false, problem: problem("auth.forbidden") }));
    });
    const { connection } = connect();
    await connected(connection);
    await expect(connection.notify({ kind: "camera-switched" })).resolves.toBeUndefined();
    await expect(connection.end()).rejects.toMatchObject({ code: "auth.forbidden" });
  });

  it("ends this client's publication when somebody else ends the broadcast", async () => {
    const { client, connection, world } = connect();
    const publication = client.publish("kitchen", { video: null, audio: null });
    const other = client.publish("bath", { video: null, audio: null });
    await connected(connection);
    server.emit("room.state", { state: "ended", atUnixMs: 1, graceEndsUnixMs: null, reason: "moderator" });
    await vi.waitFor(() => expect(publication.state).toBe("ended"));
    expect(other.state).not.toBe("ended");
    client.close();
    expect(other.state).toBe("ended");
    expect(connection.connection).toBe("closed");
    expect(world.wakes.size).toBe(0);
    expect(() => client.watch("kitchen")).toThrow(/closed/);
  });
});
