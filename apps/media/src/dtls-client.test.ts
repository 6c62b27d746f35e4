import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./testing/eventually.fixture.ts";
import { createPeer } from "./testing/test-peer.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";

const PROGRAM = fileURLToPath(new URL("testing/whip-program.fixture.ts", import.meta.url));

let stage: TestStage;
beforeAll(async () => {
  stage = await TestStage.open();
});
beforeEach(() => stage.newRoom());
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** FFmpeg's WHIP muxer on air. */
async function publishWithFfmpeg(flags: string): Promise<ChildProcess> {
  const url = `${stage.worker.url}/whip/${stage.room}`;
  const words = [PROGRAM, url, await stage.hostToken(), flags];
  const child = spawn(process.execPath, ["--import", "tsx", ...words], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  stage.own({ close: () => child.kill("SIGKILL") });
  return child;
}

describe("a peer that waits for our DTLS", () => {
  it.each([
    ["as it is", ""],
    ["told to begin", "dtls_active"],
  ])("FFmpeg's WHIP muxer, %s, is watched", async (_name, flags) => {
    const child = await publishWithFfmpeg(flags);
    const viewer = await stage.viewer();
    await eventually("video", () => viewer.video.length > 60 || child.exitCode !== null);
    expect(child.exitCode).toBeNull();
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
