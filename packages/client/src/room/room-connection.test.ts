import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { problem, REALTIME_PATH } from "@sameroom/contract";
import { Server } from "socket.io";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeRoom, openFakeRoom, SNAPSHOT as snapshot } from "../testing/fake-room.fixture.ts";
import type { RoomConnection } from "../types.ts";

let room: FakeRoom;
beforeEach(async () => {
  room = await openFakeRoom();
});
afterEach(() => room.close());

const connect = () => room.connect();
const connected = (connection: RoomConnection) =>
  vi.waitFor(() => expect(connection.snapshot).not.toBeNull(), { timeout: 5000 });

describe("a room's connection", () => {
  it("presents a token, gets a snapshot and keeps it up to date", async () => {
    const { connection, events } = connect();
    await connected(connection);
    expect(room.auths.map(({ token }) => token)).toEqual(["token1"]);
    expect(connection.connection).toBe("connected");
    expect(connection.serverUnixMs()).toBeLessThan(1_100_000);
    const who = { participant: "user:2", name: "Bo", role: "viewer" } as const;
    room.server.emit("presence.joined", who);
    room.server.emit("room.viewers", 7);
    room.server.emit("host.notice", { kind: "camera", off: true });
    const change = { state: "interrupted", atUnixMs: 1, graceEndsUnixMs: 30_001, reason: null } as const;
    room.server.emit("room.state", change);
    await vi.waitFor(() => expect(connection.snapshot?.room.state).toBe("interrupted"));
    expect(connection.snapshot).toMatchObject({
      room: { viewers: 7, title: "Kitchen" },
      people: [who],
      host: { cameraOff: true, microphoneMuted: false },
      graceEndsUnixMs: 30_001,
    });
    room.server.emit("presence.left", who);
    await vi.waitFor(() => expect(connection.snapshot?.people).toEqual([]));
    expect(events).toContainEqual(["status", { ...snapshot.host, cameraOff: true }]);
    expect(events).toContainEqual(["state", change]);
  });

  it("does not lose what happens while the snapshot is made, on no connection", async () => {
    const change = { state: "interrupted", atUnixMs: 1, graceEndsUnixMs: 30_001, reason: null } as const;
    room.early = () => room.server.emit("room.state", change);
    const { connection, events } = connect();
    let snapshots = 0;
    connection.on("snapshot", () => {
      snapshots += 1;
    });
    for (const count of [1, 2]) {
      await vi.waitFor(() => expect(snapshots).toBe(count), { timeout: 5000 });
      expect(connection.snapshot).toMatchObject({ room: { state: "interrupted" }, graceEndsUnixMs: 30_001 });
      expect(events.filter((event) => (event as string[])[0] === "state")).toHaveLength(count);
      room.server.disconnectSockets(true);
    }
  });

  it("tells of the recording, and keeps it in the snapshot", async () => {
    const { connection } = connect();
    const told: unknown[] = [];
    connection.on("recording", (recording) => told.push(recording));
    await connected(connection);
    const recording = { id: "rec1", state: "ready", fault: null } as const;
    room.server.emit("room.recording", recording);
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
    room.server.disconnectSockets(true);
    await vi.waitFor(() => expect(snapshots).toBe(2), { timeout: 5000 });
    for (const socket of await room.server.fetchSockets()) socket.disconnect(false);
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
    room.refusals = ["token.expired"];
    const { connection, events } = connect();
    await connected(connection);
    expect(room.auths.map(({ token }) => token)).toEqual(["token1", "token2"]);
    expect(events.some((event) => (event as string[])[0] === "failure")).toBe(false);
  });

  it("goes on trying while the server is busy, and says so", async () => {
    room.refusals = ["server.unavailable"];
    const { connection, events } = connect();
    await connected(connection);
    expect(events).toContainEqual([
      "failure",
      expect.objectContaining({ code: "server.unavailable", retrying: true }),
    ]);
  });

  it("fails for good when it may not enter, and holds nothing then", async () => {
    room.refusals = ["auth.forbidden"];
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
    const { port } = room.http.address() as AddressInfo;
    await room.server.close();
    await vi.waitFor(() => expect(connection.connection).toBe("reconnecting"));
    room.http = createServer();
    await new Promise<void>((resolve) => room.http.listen(port, "127.0.0.1", resolve));
    room.server = new Server(room.http, { path: REALTIME_PATH });
    room.server.on("connection", (socket) => void socket.emit("room.snapshot", snapshot));
    for (const wake of wakes) wake("online");
    await vi.waitFor(() => expect(connection.connection).toBe("connected"), { timeout: 5000 });
  });

  it("resolves what the server grants and rejects what it refuses", async () => {
    room.server.on("connection", (socket) => {
      socket.on("host.notice", (_notice, ack) => ack({ ok: true, value: null }));
      socket.on("room.end", (_input, ack) => ack({ ok: false, problem: problem("auth.forbidden") }));
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
    room.server.emit("room.state", {
      state: "ended",
      atUnixMs: 1,
      graceEndsUnixMs: null,
      reason: "moderator",
    });
    await vi.waitFor(() => expect(publication.state).toBe("ended"));
    expect(other.state).not.toBe("ended");
    client.close();
    expect(other.state).toBe("ended");
    expect(connection.connection).toBe("closed");
    expect(world.wakes.size).toBe(0);
    expect(() => client.watch("kitchen")).toThrow(/closed/);
  });
});
