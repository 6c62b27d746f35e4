import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FfmpegEncoder, OBS_VIDEO } from "../../../testing/ffmpeg/publish.ts";
import { eventually } from "./testing/eventually.fixture.ts";
import { createPeer } from "./testing/test-peer.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";

let stage: TestStage;
beforeAll(async () => {
  stage = await TestStage.open();
});
beforeEach(() => stage.newRoom());
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** FFmpeg's WHIP muxer on air. */
async function publishWithFfmpeg(options: Record<string, string>): Promise<FfmpegEncoder> {
  const encoder = await FfmpegEncoder.publish({
    url: `${stage.worker.url}/whip/${stage.room}`,
    muxer: "whip",
    options: { authorization: await stage.hostToken(), handshake_timeout: "10000", ...options },
    video: { ...OBS_VIDEO, width: 320, height: 180, bFrames: 0, bitrate: 300_000, preset: "ultrafast" },
  });
  stage.own({ close: () => encoder.kill() });
  return encoder;
}

describe("a peer that waits for our DTLS", () => {
  it.each([
    ["as it is", {}],
    ["told to begin", { whip_flags: "dtls_active" }],
  ])("FFmpeg's WHIP muxer, %s, is watched", async (_name, options) => {
    const encoder = await publishWithFfmpeg(options);
    const viewer = await stage.viewer();
    await eventually("video", () => viewer.video.length > 60 || !encoder.isRunning);
    expect(encoder.said).toBe("");
    expect(encoder.isRunning).toBe(true);
    const sequences = viewer.videoSequences();
    expect(sequences.at(-1)! - sequences[0]! + 1).toBe(sequences.length);
  });

  it("is heard and told the part it plays", async () => {
    const peer = createPeer();
    stage.own({ close: () => peer.close() });
    peer.addTransceiver("video", { direction: "recvonly" });
    await peer.setLocalDescription(await peer.createOffer());
    const response = await fetch(`${stage.worker.url}/whep/${stage.room}`, {
      method: "POST",
      headers: { "content-type": "application/sdp", authorization: `Bearer ${await stage.viewerToken()}` },
      body: peer.localDescription!.sdp.replaceAll("a=setup:actpass", "a=setup:passive"),
    });
    const answer = await response.text();
    expect(answer).toContain("a=setup:active");
    await peer.setRemoteDescription({ type: "answer", sdp: answer });
    await eventually("DTLS", () => peer.connectionState === "connected");
  });
});
