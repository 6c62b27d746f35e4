import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SeededRandom } from "@sameroom/base/testing";
import { parseFragment, serializeMediaPlaylist, validateMediaPlaylist } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { Packager } from "../packager/packager.ts";
import type { PackagerSink, Part } from "../packager/types.ts";
import { UnitStream } from "../units/unit-stream.ts";
import { opusPacket, vp8Packet } from "../units/units.fixture.ts";
import { LivePlaylists } from "./live-playlists.ts";

const START = 1_800_000_000_000_000;
const TWO_HOURS_MS = 2 * 3600 * 1000;
/** How much faster the clocks of the camera and the microphone run than the host's. */
const CAMERA = 1 - 60e-6;
const MICROPHONE = 1 + 120e-6;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** RTP over a network that loses, delays and repairs; timestamps of a clock of their own. */
class Feed {
  readonly #stream: UnitStream;
  readonly #random: SeededRandom;
  readonly #ticksPerMs: number;
  readonly #first: number;
  #late: { atMs: number; packet: Uint8Array }[] = [];
  #sequence = 65_000;

  constructor(
    stream: UnitStream,
    random: SeededRandom,
    { clockRate, drift }: { clockRate: number; drift: number },
  ) {
    this.#stream = stream;
    this.#random = random;
    this.#ticksPerMs = (clockRate * drift) / 1000;
    this.#first = random.integer(0, 0xffff_ffff);
  }

  timestamp(atMs: number): number {
    return (this.#first + Math.round(atMs * this.#ticksPerMs)) % 0x1_0000_0000;
  }

  send(atMs: number, write: (options: { sequenceNumber: number; timestamp: number }) => Uint8Array): void {
    const packet = write({ sequenceNumber: this.#sequence & 0xffff, timestamp: this.timestamp(atMs) });
    this.#sequence += 1;
    const fate = this.#random.next();
    if (fate < 0.001) return;
    const delayMs = fate < 0.01 ? this.#random.integer(60, 200) : this.#random.integer(10, 40);
    this.#late.push({ atMs: atMs + delayMs, packet });
  }

  arrive(nowMs: number): void {
    if (!this.#late.some(({ atMs }) => atMs <= nowMs)) return;
    for (const { atMs, packet } of this.#late)
      if (atMs <= nowMs) this.#stream.take(packet, START + atMs * 1000);
    this.#late = this.#late.filter(({ atMs }) => atMs > nowMs);
  }

  report(atMs: number): void {
    const unixMicros = START + atMs * 1000 + this.#random.integer(-1000, 1000);
    this.#stream.clock({ unixMicros, rtpTimestamp: this.timestamp(atMs) });
  }
}

/** How far fragments are from where their capture time puts them, and what is wrong with playlists now and then. */
class Judge implements PackagerSink {
  readonly playlists = new LivePlaylists({ dvrMs: 120_000 });
  readonly faults = new Set<string>();
  readonly offMs = new Map<string, { least: number; most: number }>();
  parts = 0;
  longest = 0;
  readonly #texts = new Map<string, string>();

  part(part: Part): void {
    this.playlists.part(part);
    this.parts += 1;
    const { rendition, captureMicros } = part;
    if (part.gap) this.faults.add("a gap");
    else {
      const scale = rendition === "opus" ? 48 : 90;
      const off = parseFragment(part.bytes)!.baseTime / scale - (captureMicros - START) / 1000;
      const { least, most } = this.offMs.get(rendition) ?? { least: off, most: off };
      this.offMs.set(rendition, { least: Math.min(least, off), most: Math.max(most, off) });
    }
    if (this.parts % 4001 < 4) this.#validate(rendition);
  }

  init = (init: Parameters<PackagerSink["init"]>[0]) => this.playlists.init(init);
  segment = (segment: Parameters<PackagerSink["segment"]>[0]) => this.playlists.segment(segment);
  rendition = (...told: Parameters<PackagerSink["rendition"]>) => this.playlists.rendition(...told);
  ended = () => this.playlists.ended();

  #validate(rendition: string): void {
    const text = serializeMediaPlaylist(this.playlists.playlist(rendition)!);
    this.longest = Math.max(this.longest, text.length);
    const previous = this.#texts.get(rendition);
    this.#texts.set(rendition, text);
    for (const fault of validateMediaPlaylist(text, { lowLatency: true, ...(previous && { previous }) }))
      this.faults.add(fault);
  }
}

describe("two hours on air", () => {
  it("keep sound and pictures within 40 ms of each other, memory flat and playlists bounded", () => {
    const random = new SeededRandom(2);
    const judge = new Judge();
    let wantsKeyframe = true;
    const video = new UnitStream({ codec: "vp8", clockRate: 90_000, kind: "video" });
    const audio = new UnitStream({ codec: "opus", clockRate: 48_000, kind: "audio" });
    const ask = () => {
      wantsKeyframe = true;
    };
    video.onKeyframeWanted = ask;
    const packager = new Packager({}, judge, { askForKeyframes: ask });
    packager.addRendition({ id: "v-single", kind: "video" }, { master: true });
    packager.addRendition({ id: "opus", kind: "audio" });
    const camera = new Feed(video, random, { clockRate: 90_000, drift: CAMERA });
    const microphone = new Feed(audio, random, { clockRate: 48_000, drift: MICROPHONE });
    const heap: number[] = [];
    let worstMs = 0;
    // The microphone's packets are 20 ms of its own clock, and true time goes on meanwhile.
    let soundMs = 0;
    let newestMs = 0;
    for (let atMs = 0; atMs < TWO_HOURS_MS; atMs += 20) {
      if (atMs % 40 === 0) {
        const keyframe = wantsKeyframe;
        wantsKeyframe = false;
        camera.send(atMs, (options) => vp8Packet({ ...options, keyframe }));
      }
      for (; soundMs <= atMs; soundMs += 20 / MICROPHONE) microphone.send(soundMs, opusPacket);
      if (atMs % 5000 === 1000) camera.report(atMs);
      if (atMs % 5000 === 3000) microphone.report(atMs);
      camera.arrive(atMs);
      microphone.arrive(atMs);
      packager.tick(START / 1000 + atMs);
      for (const unit of video.poll(START + atMs * 1000)) {
        packager.push("v-single", unit);
        newestMs = (unit.captureMicros - START) / 1000;
        // A picture is taken at a multiple of 40 ms: what is left of its capture time is its error.
        const offMs = newestMs - Math.round(newestMs / 40) * 40;
        if (atMs > 10_000) worstMs = Math.max(worstMs, Math.abs(offMs));
      }
      for (const unit of audio.poll(START + atMs * 1000)) packager.push("opus", unit);
      if (atMs % 1_800_000 === 900_000) {
        collectGarbage();
        heap.push(process.memoryUsage().heapUsed);
      }
    }
    packager.end();
    expect([...judge.faults]).toEqual([]);
    expect(worstMs).toBeLessThan(10);
    const [picture, sound] = [judge.offMs.get("v-single")!, judge.offMs.get("opus")!];
    // Either is off the capture clock by the same constant; what is beyond it is distance between them.
    expect(sound.most - picture.least).toBeLessThan(40);
    expect(picture.most - sound.least).toBeLessThan(40);
    expect(judge.longest).toBeLessThan(24_000);
    expect(judge.parts).toBeGreaterThan((2 * TWO_HOURS_MS) / 260);
    expect(heap).toHaveLength(4);
    expect(Math.max(...heap) - heap[0]!).toBeLessThan(8_000_000);
  }, 120_000);
});
