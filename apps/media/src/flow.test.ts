import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./testing/eventually.fixture.ts";
import { TestPublisher, TestViewer } from "./testing/test-peer.fixture.ts";
import { startTestWorker, type TestWorker } from "./testing/test-worker.fixture.ts";

const ROOM = "the-room";

describe("publish and watch", () => {
  let worker: TestWorker;
  const closers: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    worker = await startTestWorker();
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    await worker.close();
  });

  it("carries audio and video of a host to a viewer, starting with a keyframe", async () => {
    const token = await worker.token({ room: ROOM, role: "host", participant: "user:host" });
    const publisher = await new TestPublisher().connect(worker.url, ROOM, { token });
    closers.push(() => publisher.close());
    publisher.start();
    await eventually("frames", () => publisher.frames > 10);
    const viewer = await new TestViewer().connect(worker.url, ROOM, {
      token: await worker.token({ room: ROOM }),
    });
    closers.push(() => viewer.close());
    await eventually("video", () => viewer.video.length > 30);
    await eventually("audio", () => viewer.audio.length > 5);
    expect(viewer.video[0]!.payload.subarray(0, 4).toString("hex")).toBe("78000567");
    const sequences = viewer.videoSequences();
    expect(sequences.at(-1)! - sequences[0]! + 1).toBe(sequences.length);
  });
});
