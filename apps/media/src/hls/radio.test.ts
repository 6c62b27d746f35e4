import { createServer, get, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Emitter, silentLog } from "@sameroom/base";
import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import { FF_DECODER_MP3FLOAT } from "node-av/constants";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Program } from "../program/program.ts";
import { eventually } from "../testing/eventually.fixture.ts";
import { aacUnits, decodeSound, opusStereo, opusUnits } from "../transcode/sound.fixture.ts";
import { createTranscoders } from "../transcode/transcoders.fixture.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import { Radio } from "./radio.ts";

/** A show of which only the sound matters. */
class Show extends Emitter<{ ended: [] }> {
  readonly room = "studio";
  sound = "opus";
  readonly #units = new Emitter<Record<string, [AccessUnit]>>();

  subscribe(rendition: string, listener: (unit: AccessUnit) => void): () => void {
    return this.#units.on(rendition, listener);
  }

  formatOf(): UnitFormat {
    return opusStereo;
  }

  push(unit: AccessUnit): void {
    this.#units.emit(unit.format.codec, unit);
  }
}

const frameBytes = 384;
let transcoders: Transcoders;
let radio: Radio;
let server: Server;
let show: Show;
let sound: AccessUnit[];

beforeEach(async () => {
  ({ transcoders } = createTranscoders());
  show = new Show();
  const program = show as unknown as Program;
  radio = new Radio({ program, transcoders, title: () => "A show", log: silentLog });
  server = createServer((request, response) => {
    radio.listen(request, response);
    // Loopback takes megabytes before it says no: whole hours of MP3.
    if (request.url === "/stuffed") response.write(Buffer.alloc(32 * 1024 * 1024));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  sound = opusUnits({ startMicros: 1_790_000_000_000_000, seconds: 2, loud: () => true });
});
afterEach(async () => {
  await transcoders.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const port = () => (server.address() as AddressInfo).port;

async function listen(headers: Record<string, string> = {}, method = "GET") {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: "127.0.0.1", port: port(), headers, method, agent: false }, resolve).on("error", reject);
  });
  const chunks: Buffer[] = [];
  let ended = false;
  response.on("data", (chunk: Buffer) => chunks.push(chunk));
  response.on("end", () => {
    ended = true;
  });
  response.on("error", () => {});
  return {
    response,
    bytes: () => Buffer.concat(chunks),
    length: () => chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    ended: () => ended,
  };
}

test("listeners hear the room, encoded once however many they are", async () => {
  const one = await listen();
  const two = await listen();
  expect(one.response.headers).toMatchObject({ "content-type": "audio/mpeg", "icy-br": "128" });
  expect(one.response.headers["icy-metaint"]).toBeUndefined();
  await eventually("both listen", () => radio.listeners === 2);
  for (const unit of sound) show.push(unit);
  expect(transcoders.counts.audio).toBe(1);
  await eventually("all has come", () => one.length() >= 80 * frameBytes && two.length() >= 80 * frameBytes);
  const bytes = one.bytes();
  const frames = Array.from({ length: 80 }, (_, index) =>
    bytes.subarray(index * frameBytes, (index + 1) * frameBytes),
  );
  const decoded = decodeSound(FF_DECODER_MP3FLOAT, new Uint8Array(0), frames);
  const loud = decoded.slice(5).filter((samples) => samples.some((sample) => Math.abs(sample) > 0.3));
  expect(loud.length).toBeGreaterThan(70);
});

test("somebody who comes later gets the last three seconds at once, and no more, even when the clock was set back", async () => {
  const one = await listen();
  await eventually("one listens", () => radio.listeners === 1);
  for (const backMicros of [0, 3_600_000_000, 7_200_000_000]) {
    for (const unit of sound) show.push({ ...unit, captureMicros: unit.captureMicros - backMicros });
  }
  await eventually("all has come", () => one.length() >= 245 * frameBytes);
  const before = one.length();
  const two = await listen();
  await eventually("the burst is there", () => two.length() >= 125 * frameBytes);
  const burst = two.bytes();
  // What was still being encoded comes to both.
  await eventually("the rest came to the first one", () => one.bytes().includes(burst));
  expect(burst.length).toBeLessThanOrEqual(125 * frameBytes + one.length() - before);
});

test("the end of the show ends what is heard", async () => {
  const { ended } = await listen();
  await eventually("one listens", () => radio.listeners === 1);
  show.push(sound[0]!);
  show.emit("ended");
  await eventually("the body ends", ended);
  expect(radio.listeners).toBe(0);
  expect(transcoders.counts.audio).toBe(0);
});

test("a listener who takes nothing is dropped, the others hear everything", async () => {
  const socket = connect(port(), "127.0.0.1");
  socket.on("error", () => {});
  socket.write("GET /stuffed HTTP/1.1\r\nhost: x\r\n\r\n");
  socket.pause();
  const good = await listen();
  await eventually("both listen", () => radio.listeners === 2);
  for (const unit of sound) show.push(unit);
  await eventually("the slow one is dropped", () => radio.listeners === 1);
  const before = good.length();
  for (const unit of sound) show.push(unit);
  await eventually("the other one hears on", () => good.length() > before);
  socket.destroy();
});

test("an encoder with AAC takes over and is heard; what is made of the sound is not heard beside it", async () => {
  const { length } = await listen();
  await eventually("one listens", () => radio.listeners === 1);
  const value = (seconds: number) => 0.5 * Math.sin(2 * Math.PI * 1000 * seconds);
  const aac = aacUnits({ startMicros: 1_790_000_003_000_000, seconds: 2, sampleRate: 44_100, value });
  for (const unit of sound.slice(0, 50)) show.push(unit);
  for (const unit of aac) show.push(unit);
  await eventually("the first second", () => length() >= 35 * frameBytes);
  show.sound = "aac";
  for (const unit of aac) show.push(unit);
  await eventually("two seconds more", () => length() >= 115 * frameBytes);
  // Three seconds are 125 frames: nothing of what was pushed while Opus was the sound.
  expect(length()).toBeLessThanOrEqual(130 * frameBytes);
});
