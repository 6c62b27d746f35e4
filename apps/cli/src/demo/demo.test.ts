import { fork } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { silentLog } from "@sameroom/base";
import { expect, test } from "vitest";
import { until } from "../supervisor/programs.fixture.ts";
import { openFrameSource } from "./frame-source.fixture.ts";
import { pictureGraph } from "./picture.ts";
import { Publisher } from "./publisher.ts";
import { sampleRate, samplesPerFrame, soundGraph } from "./sound.ts";

const small = { width: 320, height: 180, framesPerSecond: 30 };

/** Levels of 32-bit float samples, as root mean square. */
function loudness(buffer: Buffer): number {
  const samples = new Float32Array(buffer.buffer, buffer.byteOffset, buffer.length / 4);
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

test("the picture moves and shows a clock", () => {
  const source = openFrameSource(`${pictureGraph(small)},buffersink`);
  const frames = Array.from({ length: 3 }, () => {
    const frame = source.next();
    expect([frame.width, frame.height]).toEqual([320, 180]);
    return frame.toBuffer();
  });
  source.close();
  expect(frames[1]!.equals(frames[0]!)).toBe(false);
  expect(frames[2]!.equals(frames[1]!)).toBe(false);
  const luma = frames[0]!.subarray(0, 320 * 180);
  const centre = Array.from({ length: 320 }, (_, x) => luma[85 * 320 + x]!);
  expect(Math.max(...centre), "white digits on the dark panel").toBeGreaterThan(200);
});

test("the sound is there, soft, and goes on after it repeats", () => {
  const source = openFrameSource(`${soundGraph()},abuffersink`);
  const frames = (10 * sampleRate) / samplesPerFrame + 20;
  let last = 0;
  for (let count = 0; count < frames; count++) {
    const frame = source.next();
    expect(frame.nbSamples).toBe(samplesPerFrame);
    last = loudness(frame.toBuffer());
    expect(last).toBeLessThan(0.1);
  }
  source.close();
  expect(last).toBeGreaterThan(0.001);
});

test("the publisher tries again until it is connected, and ends when told", async () => {
  let attempts = 0;
  let connected = 0;
  const publisher = new Publisher({
    broadcast: async (_target, signal, onConnected) => {
      attempts += 1;
      if (attempts < 3) throw new Error("refused");
      onConnected();
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
    random: { next: () => 0 },
    log: silentLog,
    onConnected: () => {
      connected += 1;
    },
  });
  publisher.publish({ url: "http://localhost/whip/demo", streamKey: "k" });
  await until("it is connected", () => connected === 1);
  publisher.publish({ url: "http://localhost/whip/demo", streamKey: "k" });
  await until("it connected anew", () => connected === 2);
  await publisher.stop();
  expect(attempts).toBe(4);
});

test("the process leaves with its supervisor, also while a server takes the offer and never answers", async () => {
  const server = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const child = fork(fileURLToPath(new URL("../../dist/demo/main.js", import.meta.url)), [], {
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  child.send({ type: "publish", url: `http://127.0.0.1:${port}/whip/demo`, streamKey: "k" });
  const [socket] = await once(server, "connection");
  child.disconnect();
  await once(child, "exit");
  socket.destroy();
  server.close();
});
