import { slotsResponseSchema } from "@sameroom/contract";
import { isKeyframeStart } from "@sameroom/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./testing/eventually.fixture.ts";
import { TestPublisher, type TestViewer } from "./testing/test-peer.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";
import { UdpPath } from "./testing/udp-path.fixture.ts";

const H264_KEYFRAME = "78000567";

let stage: TestStage;
beforeAll(async () => {
  stage = await TestStage.open();
});
beforeEach(() => stage.newRoom());
afterEach(() => stage.clear());
afterAll(() => stage.close());

function startsWithKeyframe(viewer: TestViewer): boolean {
  return viewer.video[0]!.payload.subarray(0, 4).toString("hex") === H264_KEYFRAME;
}

function isContinuous(viewer: TestViewer): boolean {
  const sequences = viewer.videoSequences();
  return sequences.at(-1)! - sequences[0]! + 1 === sequences.length;
}

async function slotsOf(viewer: TestViewer, token: string) {
  const response = await fetch(`${viewer.resource!.url}/slots`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return slotsResponseSchema.parse(await response.json());
}

describe("from a host to viewers", () => {
  it("carries audio and video, from a keyframe on, without a gap", async () => {
    await stage.host();
    const viewer = await stage.viewer();
    await eventually("video", () => viewer.video.length > 30);
    await eventually("audio", () => viewer.audio.length > 5);
    expect(startsWithKeyframe(viewer)).toBe(true);
    expect(isContinuous(viewer)).toBe(true);
  });

  it("lets viewers in before anybody is on air, and shows them the host when he comes", async () => {
    const viewer = await stage.viewer();
    const token = await stage.viewerToken();
    expect((await slotsOf(viewer, token)).slots.map(({ source }) => source)).toEqual([null, null]);
    await stage.host({ participant: "user:ada" });
    await eventually("video", () => viewer.video.length > 10);
    expect(startsWithKeyframe(viewer)).toBe(true);
    expect(await slotsOf(viewer, token)).toMatchObject({
      paused: false,
      slots: [
        { kind: "video", source: "user:ada" },
        { kind: "audio", source: "user:ada" },
      ],
    });
  });

  it("asks the host for one keyframe when many viewers join at once", async () => {
    const host = await stage.host();
    const before = host.keyframeRequests;
    const viewers = await Promise.all(Array.from({ length: 8 }, () => stage.viewer()));
    await eventually("pictures everywhere", () => viewers.every((viewer) => viewer.video.length > 5));
    expect(viewers.every(startsWithKeyframe)).toBe(true);
    // Handshakes end at different moments: what is merged is what comes within a quarter of a second.
    expect(host.keyframeRequests - before).toBeGreaterThanOrEqual(1);
    expect(host.keyframeRequests - before).toBeLessThanOrEqual(4);
  });

  it("hands a room over to the same host's next session with numbers that go on", async () => {
    const first = await stage.host();
    const viewer = await stage.viewer();
    await eventually("video", () => viewer.video.length > 10);
    const second = await stage.host();
    first.pause();
    const reply = await fetch(first.resource!.url, {
      method: "DELETE",
      headers: { authorization: `Bearer ${await stage.hostToken()}` },
    });
    expect(reply.status).toBe(410);
    expect(await reply.json()).toMatchObject({ code: "publish.replaced" });
    const had = viewer.video.length;
    await eventually("video of the second session", () => viewer.video.length > had + 20);
    expect(isContinuous(viewer)).toBe(true);
    expect(new Set(viewer.video.map(({ ssrc }) => ssrc)).size).toBe(1);
    const timestamps = viewer.video.map(({ timestamp }) => timestamp);
    expect(timestamps.every((at, index) => index === 0 || ((at - timestamps[index - 1]!) | 0) >= 0)).toBe(
      true,
    );
    expect(second.frames).toBeGreaterThan(0);
    expect(stage.worker.app.node.publishers().filter(({ room }) => room === stage.room)).toHaveLength(1);
  });

  it("goes on with the first session when the second never connects", async () => {
    await stage.host();
    const viewer = await stage.viewer();
    const late = stage.own(new TestPublisher());
    await late.peer.setLocalDescription(await late.peer.createOffer());
    const response = await fetch(`${stage.worker.url}/whip/${stage.room}`, {
      method: "POST",
      headers: {
        "content-type": "application/sdp",
        authorization: `Bearer ${await stage.hostToken()}`,
      },
      body: late.peer.localDescription!.sdp,
    });
    expect(response.status).toBe(201);
    const had = viewer.video.length;
    await eventually("more video", () => viewer.video.length > had + 20);
  });

  it("refuses somebody else while a host is on air", async () => {
    await stage.host({ participant: "user:ada" });
    const token = await stage.hostToken("user:eve");
    const other = stage.own(new TestPublisher());
    await expect(other.connect(stage.worker.url, stage.room, { token })).rejects.toThrow(
      /^409 .*publish.room_busy/,
    );
  });

  it("carries VP8 of a host who is no browser, from a keyframe on", async () => {
    await stage.host({ video: ["vp8"] });
    const viewer = await stage.viewer({ video: ["h264", "vp8"] });
    await eventually("pictures and sound", () => viewer.video.length > 20 && viewer.audio.length > 10);
    expect(isKeyframeStart("vp8", viewer.video[0]!.payload)).toBe(true);
  });

  it("refuses viewers who cannot decode the host on air, and names the codec", async () => {
    await stage.host({ video: ["vp8"] });
    const refused = stage.viewer({ video: ["h264"] });
    await expect(refused).rejects.toThrow(/^406 .*media.codec_unsupported.*VP8/);
  });

  it("leaves the slot empty of who came before such a host, says why, and carries the audio", async () => {
    const viewer = await stage.viewer({ video: ["h264"] });
    await stage.host({ video: ["vp8"] });
    await eventually("audio", () => viewer.audio.length > 10);
    expect(viewer.video).toHaveLength(0);
    const { slots } = await slotsOf(viewer, await stage.viewerToken());
    expect(slots.map(({ kind, source, reason }) => [kind, source !== null, reason])).toEqual([
      ["video", false, "codec"],
      ["audio", true, "shown"],
    ]);
  });

  it("fills the first of many slots", async () => {
    await stage.host();
    const viewer = await stage.viewer({ slots: { video: 3, audio: 3 } });
    await eventually("video", () => viewer.video.length > 5);
    const { slots } = await slotsOf(viewer, await stage.viewerToken());
    expect(slots.filter(({ source }) => source !== null).map(({ kind }) => kind)).toEqual(["video", "audio"]);
    expect(slots).toHaveLength(6);
  });

  it("sends nothing to a warmed-up viewer and does not count it until it is resumed", async () => {
    await stage.host();
    const viewer = await stage.viewer({ paused: true });
    const heard = () => stage.worker.app.node.viewers().filter(({ room }) => room === stage.room);
    expect(heard()).toHaveLength(0);
    const reference = await stage.viewer();
    await eventually("video elsewhere", () => reference.video.length > 10);
    expect(viewer.video).toHaveLength(0);
    const response = await fetch(`${viewer.resource!.url}/slots`, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${await stage.viewerToken()}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ paused: false }),
    });
    expect(slotsResponseSchema.parse(await response.json()).paused).toBe(false);
    await eventually("video", () => viewer.video.length > 10);
    expect(startsWithKeyframe(viewer)).toBe(true);
    expect(heard()).toHaveLength(2);
  });

  it("keeps nothing of those who left", async () => {
    const before = stage.worker.app.node.wire.stats();
    const host = await stage.host();
    const viewer = await stage.viewer();
    await eventually("video", () => viewer.video.length > 5);
    for (const [url, token] of [
      [host.resource!.url, await stage.hostToken()],
      [viewer.resource!.url, await stage.viewerToken()],
    ] as const) {
      const response = await fetch(url, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(200);
    }
    const { peers, sources, outputs, addresses, timers } = await eventually("an empty wire", () => {
      const stats = stage.worker.app.node.wire.stats();
      return stats.peers === 0 && stats.outputs === 0 ? stats : undefined;
    });
    expect({ peers, sources, outputs, addresses }).toEqual({
      peers: 0,
      sources: 0,
      outputs: 0,
      addresses: 0,
    });
    expect(timers).toBeLessThanOrEqual(before.timers);
    expect(stage.worker.app.node.counts).toEqual({ publishers: 0, viewers: 0 });
  });

  it("says goodbye to every peer when the worker goes", async () => {
    const leaving = await TestStage.open();
    leaving.newRoom();
    const path = stage.own(await UdpPath.open(leaving.worker.udpPort));
    const alerts: number[] = [];
    // RFC 9147: content type 21 is an alert; after the handshake the only one we send is close_notify.
    path.decide((datagram, direction) => {
      if (direction === "down" && datagram[0] === 21) alerts.push(datagram.length);
      return "pass";
    });
    await leaving.viewer({ path });
    await leaving.worker.app.close();
    await eventually("close_notify", () => alerts.length);
    await leaving.close();
  });
});
