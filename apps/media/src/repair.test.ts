import { SeededRandom } from "@sameroom/base/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./testing/eventually.fixture.ts";
import type { TestViewer } from "./testing/test-peer.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";
import { isRtp, UdpPath } from "./testing/udp-path.fixture.ts";

let stage: TestStage;
beforeAll(async () => {
  stage = await TestStage.open();
});
beforeEach(() => stage.newRoom());
afterEach(() => stage.clear());
afterAll(() => stage.close());

async function openPath(): Promise<UdpPath> {
  return stage.own(await UdpPath.open(stage.worker.udpPort));
}

/** Missing numbers, but for the newest half second, which may still be repaired. */
function gaps(viewer: TestViewer): number {
  const newest = viewer.video.at(-1)!.atMs - 500;
  const settled = viewer.video.filter(({ atMs }) => atMs < newest);
  const first = viewer.video[0]!.sequenceNumber;
  const unwrapped = (sequenceNumber: number) => ((sequenceNumber - first) << 16) >> 16;
  const last = Math.max(...settled.map(({ sequenceNumber }) => unwrapped(sequenceNumber)));
  const have = new Set(viewer.video.map(({ sequenceNumber }) => unwrapped(sequenceNumber)));
  let missing = 0;
  for (let number = 0; number <= last; number++) if (!have.has(number)) missing += 1;
  return missing;
}

/** Payload types of RTX in an answer. */
function rtxTypes(answer: string): number[] {
  return [...answer.matchAll(/a=rtpmap:(\d+) rtx\//g)].map(([, type]) => Number(type));
}

describe("repair", () => {
  it("gets from the host what was lost on the way up", async () => {
    const path = await openPath();
    const random = new SeededRandom(1);
    const host = await stage.host({ path });
    const viewer = await stage.viewer();
    await eventually("video", () => viewer.video.length > 10);
    path.decide((datagram, direction) =>
      direction === "up" && isRtp(datagram) && random.next() < 0.08 ? "drop" : "pass",
    );
    await eventually("losses", () => path.dropped > 15 && viewer.video.length > 250, 20_000);
    path.decide(() => "pass");
    const had = viewer.video.length;
    await eventually("time to settle", () => viewer.video.length > had + 80);
    expect(host.nacks).toBeGreaterThan(0);
    expect(gaps(viewer)).toBe(0);
  });

  it.each([true, false])("sends again what a viewer has lost (RTX offered: %s)", async (rtx) => {
    const path = await openPath();
    const random = new SeededRandom(2);
    await stage.host();
    const viewer = await stage.viewer({ path, rtx });
    await eventually("video", () => viewer.video.length > 10);
    path.decide((datagram, direction) =>
      direction === "down" && isRtp(datagram) && random.next() < 0.06 ? "drop" : "pass",
    );
    await eventually("losses", () => path.dropped > 15 && viewer.video.length > 250, 20_000);
    path.decide(() => "pass");
    const had = viewer.video.length;
    await eventually("time to settle", () => viewer.video.length > had + 80);
    expect(gaps(viewer)).toBe(0);
    expect(stage.worker.app.node.wire.stats().retransmittedPackets).toBeGreaterThan(0);
  });

  it("asks the host for a keyframe when a loss cannot be repaired in time", async () => {
    const path = await openPath();
    const host = await stage.host({ path });
    await eventually("frames", () => host.frames > 10);
    const types = rtxTypes(host.resource!.answer);
    expect(types.length).toBeGreaterThan(0);
    const before = host.keyframeRequests;
    let lost = 0;
    path.decide((datagram, direction) => {
      if (direction !== "up" || !isRtp(datagram)) return "pass";
      const type = datagram[1]! & 0x7f;
      if (types.includes(type)) return "drop";
      lost += 1;
      return lost <= 6 ? "drop" : "pass";
    });
    await eventually("a keyframe request", () => host.keyframeRequests > before);
  });

  it("does not let a viewer multiply traffic by asking for everything again and again", async () => {
    await stage.host();
    const viewer = await stage.viewer();
    await eventually("video", () => viewer.video.length > 60);
    const session = stage.worker.app.node.session(viewer.resource!.url.split("/").at(-1)!);
    if (session.kind !== "viewer") throw new Error("not a viewer");
    const { serializeRtcp } = await import("@sameroom/protocol");
    const newest = viewer.video.at(-1)!;
    const sequenceNumbers = Array.from(
      { length: 50 },
      (_, back) => (newest.sequenceNumber - 49 + back) & 0xffff,
    );
    const before = stage.worker.app.node.wire.stats();
    for (let round = 0; round < 200; round++) {
      session.handleRtcp(
        serializeRtcp([{ type: "nack", senderSsrc: 1, mediaSsrc: newest.ssrc, sequenceNumbers }]),
        stage.worker.app.node.wire.nowMicros(),
      );
    }
    const had = viewer.video.length;
    await eventually("more video", () => viewer.video.length > had + 30);
    const after = stage.worker.app.node.wire.stats();
    const asked =
      after.retransmittedPackets +
      after.retransmitMisses -
      before.retransmittedPackets -
      before.retransmitMisses;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(150);
  });
});
