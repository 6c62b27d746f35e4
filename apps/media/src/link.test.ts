import { ROLE_GRANTS } from "@sameroom/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./testing/eventually.fixture.ts";
import { TestControl } from "./testing/test-control.fixture.ts";
import { createPeer, TestPublisher } from "./testing/test-peer.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";

const KEY = "sk_the-right-stream-key";

describe("the link to control", () => {
  let control: TestControl;
  let stage: TestStage;

  beforeEach(async () => {
    control = await new TestControl().start();
    stage = await TestStage.open({ controlLinkUrl: control.url });
    stage.newRoom();
    await eventually("hello", () => control.of("hello").length);
  });
  afterEach(async () => {
    await stage.close();
    await control.stop();
  });

  it("says hello with the worker, its address and nobody on air", () => {
    expect(control.of("hello")[0]).toMatchObject({
      worker: "media-1",
      publicUrl: `:${stage.worker.app.httpPort}`,
      publishers: [],
      viewers: [],
    });
  });

  it("tells of hosts and viewers that come and go", async () => {
    const host = await stage.host({ participant: "user:ada" });
    await eventually("flowing", () =>
      control.of("publisher").some(({ publisher }) => publisher.state === "flowing"),
    );
    expect(control.of("publisher").at(-1)!.publisher).toMatchObject({
      room: stage.room,
      participant: "user:ada",
      role: "host",
      protocol: "whip",
      video: { codec: "h264", layers: 1 },
      audio: { codec: "opus" },
    });
    const viewer = await stage.viewer({ participant: "guest:bob" });
    const told = await eventually("viewer", () => control.of("viewer")[0]);
    expect(told.viewer).toMatchObject({ participant: "guest:bob", protocol: "whep" });
    await eventually("health", () =>
      control.of("health").some(({ publishers }) => publishers[0]?.viewers === 1),
    );
    const health = control.of("health").at(-1)!;
    expect(health.publishers[0]!.bitrate).toBeGreaterThan(0);
    expect(health.publishers[0]!.framesPerSecond).toBeGreaterThan(0);
    expect(health.load).toMatchObject({ publishers: 1, viewers: 1 });

    await fetch(viewer.resource!.url, {
      method: "DELETE",
      headers: { authorization: `Bearer ${await stage.viewerToken("guest:bob")}` },
    });
    const gone = await eventually("viewer gone", () => control.of("viewer-gone")[0]);
    expect(gone).toMatchObject({ session: told.viewer.id, reason: "left" });
    await fetch(host.resource!.url, {
      method: "DELETE",
      headers: { authorization: `Bearer ${await stage.hostToken("user:ada")}` },
    });
    await eventually("host gone", () => control.of("publisher-gone")[0]);
    expect(control.of("publisher-gone")[0]).toMatchObject({ room: stage.room, reason: "left" });
  });

  it("goes on without control, and tells a control that is back everything that is true", async () => {
    await stage.host({ participant: "user:ada" });
    const viewer = await stage.viewer({ participant: "guest:bob" });
    await eventually("video", () => viewer.video.length > 10);
    await control.stop();
    const had = viewer.video.length;
    await eventually("video without control", () => viewer.video.length > had + 40);
    await control.start();
    const hello = await eventually("hello", () =>
      control.connections === 2 ? control.of("hello")[0] : undefined,
    );
    expect(hello.publishers).toMatchObject([{ room: stage.room, participant: "user:ada", state: "flowing" }]);
    expect(hello.viewers).toMatchObject([{ participant: "guest:bob" }]);
  });

  it("ends a room when control says so: host and viewers are closed", async () => {
    const host = await stage.host();
    const viewer = await stage.viewer();
    await eventually("video", () => viewer.video.length > 5);
    control.send({ type: "end-room", room: stage.room });
    await eventually("gone", () => control.of("publisher-gone").length && control.of("viewer-gone").length);
    expect(control.of("publisher-gone")[0]!.reason).toBe("ended");
    expect(control.of("viewer-gone")[0]!.reason).toBe("ended");
    for (const [url, token] of [
      [host.resource!.url, await stage.hostToken()],
      [viewer.resource!.url, await stage.viewerToken()],
    ] as const) {
      const response = await fetch(url, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(404);
    }
    expect(stage.worker.app.node.wire.stats().outputs).toBe(0);
  });

  it("closes what a participant has when control says so, and shrugs at what it does not know or understand", async () => {
    await stage.host({ participant: "user:ada" });
    await stage.viewer();
    const { viewer } = await eventually("viewer", () => control.of("viewer")[0]);
    control.send({ type: "close-participant", participant: "user:nobody" });
    control.send({ type: "close-participant", participant: "user:ada", room: "another-room" });
    control.sendRaw("{");
    control.sendRaw('{"type":"something-new"}');
    control.send({ type: "close-participant", participant: viewer.participant });
    await eventually("gone", () => control.of("viewer-gone").some(({ session }) => session === viewer.id));
    expect(control.connections).toBe(1);
    expect(control.of("publisher-gone")).toHaveLength(0);
  });

  it("takes the room over without telling control that the host was away", async () => {
    await stage.host();
    await eventually("flowing", () =>
      control.of("publisher").some(({ publisher }) => publisher.state === "flowing"),
    );
    await stage.host();
    const gone = await eventually("replaced", () => control.of("publisher-gone")[0]);
    expect(gone.reason).toBe("replaced");
    const second = control.of("publisher").at(-1)!.publisher;
    expect(second.id).not.toBe(gone.session);
    const order = control.heard.map((message) => message.type);
    const introduced = control.heard.findIndex(
      (message) => message.type === "publisher" && message.publisher.id === second.id,
    );
    expect(introduced).toBeLessThan(order.indexOf("publisher-gone"));
  });

  describe("stream keys", () => {
    const identity = () => ({
      room: stage.room,
      participant: "user:ada",
      name: "Ada",
      role: "host" as const,
      grants: ROLE_GRANTS.host,
    });

    async function publishWith(key: string): Promise<number> {
      const peer = stage.own(createPeer());
      peer.addTransceiver("video", { direction: "sendonly" });
      await peer.setLocalDescription(await peer.createOffer());
      const response = await fetch(`${stage.worker.url}/whip/${stage.room}`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/sdp" },
        body: peer.localDescription!.sdp,
      });
      return response.status;
    }

    it("are checked by control, and right ones work for a while when control is away", async () => {
      control.keys = (room, key) => (room === stage.room && key === KEY ? identity() : null);
      expect(await publishWith("sk_wrong")).toBe(401);
      expect(await publishWith(KEY)).toBe(201);
      await control.stop();
      await eventually("unlinked", () => !stage.worker.app.link.connected);
      expect(await publishWith(KEY)).toBe(201);
      expect(await publishWith("sk_never-seen")).toBe(503);
      const { room } = stage;
      stage.newRoom();
      expect(await publishWith(KEY)).toBe(401);
      stage.worker.app.node.endRoom(room);
    });

    it("stop working at once when control takes them back", async () => {
      control.keys = identity;
      expect(await publishWith(KEY)).toBe(201);
      control.keys = () => null;
      expect(await publishWith(KEY)).toBe(401);
      await control.stop();
      await eventually("unlinked", () => !stage.worker.app.link.connected);
      expect(await publishWith(KEY)).toBe(503);
    });

    it("never make the link carry more than it may", async () => {
      control.keys = identity;
      expect(await publishWith(`sk_${"x".repeat(3000)}`)).toBe(401);
      expect(control.of("check-stream-key")).toHaveLength(0);
      expect(control.connections).toBe(1);
    });

    it("give only what their identity is granted", async () => {
      control.keys = () => ({ ...identity(), role: "viewer", grants: ROLE_GRANTS.viewer });
      expect(await publishWith(KEY)).toBe(403);
    });

    it("manage the session they opened, and no other key does", async () => {
      control.keys = identity;
      const publisher = stage.own(new TestPublisher());
      await publisher.connect(stage.worker.url, stage.room, { token: KEY });
      const remove = (key: string) =>
        fetch(publisher.resource!.url, { method: "DELETE", headers: { authorization: `Bearer ${key}` } });
      expect((await remove("sk_another")).status).toBe(403);
      expect((await remove(KEY)).status).toBe(200);
    });
  });
});
