import {
  type AccessUnit,
  type AudioFormat,
  type FragmentSample,
  parseFragment,
  serializeFragment,
} from "@sameroom/protocol";
import { SlicedFeed } from "../transcode/sliced-feed.ts";
import type { Transcoders } from "../transcode/transcoders.ts";

export interface PastSoundOptions {
  transcoders: Pick<Transcoders, "openAudio">;
  /** Bit/s. */
  bitrate: number;
  /** Of the sound that was sent; undefined: there is none. */
  format(): AudioFormat | undefined;
  /** Bytes of a complete segment of it; undefined: not kept. */
  read(segment: number): Promise<Uint8Array | undefined>;
}

/** Sound of one segment, as it was sent. Times in ticks of 48,000 a second. */
interface Sent {
  number: number;
  packets: { tick: number; samples: number; data: Uint8Array }[];
}

type Frame = { tick: number } & FragmentSample;

/** Made at a time, in one run without seams: half a minute at most, and mostly 16 s. */
const BATCH = 8;
/** Segments kept of what was made: players who go back ask for one after the other. */
const MOST_KEPT = 64;
const RATE = 48_000;
/** Packets behind the last segment: encoders hold frames back until something follows. */
const FOLLOWING = 10;
/** Nobody waits longer, ms. */
const PATIENCE_MS = 10_000;

/**
 * AAC of a show's past, made of segments of Opus when somebody goes back to where nobody had asked for AAC yet. What is made of a batch is
 * the same each time: names of segments are for ever.
 */
export class PastSound {
  readonly #options: PastSoundOptions;
  readonly #kept = new Map<number, Uint8Array>();
  readonly #batches = new Map<number, Promise<void>>();
  /** End what is under way. */
  readonly #ends = new Set<() => void>();
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: PastSoundOptions) {
    this.#options = options;
  }

  /** A segment; undefined when it cannot be made. */
  async segment(number: number): Promise<Uint8Array | undefined> {
    const known = this.#kept.get(number);
    if (known !== undefined || this.#isClosed) return known;
    await this.#batch(Math.floor(number / BATCH));
    return this.#kept.get(number);
  }

  /** Makes nothing any more. */
  close(): void {
    this.#isClosed = true;
    for (const end of this.#ends) end();
    this.#kept.clear();
  }

  /** One batch after the other: who jumps about takes no more than one process. */
  #batch(batch: number): Promise<void> {
    const underWay = this.#batches.get(batch);
    if (underWay !== undefined) return underWay;
    const made = this.#last.then(() => this.#make(batch * BATCH)).finally(() => this.#batches.delete(batch));
    this.#last = made.catch(() => {});
    this.#batches.set(batch, made);
    return made;
  }

  async #make(first: number): Promise<void> {
    const input = this.#options.format();
    if (input === undefined || this.#isClosed) return;
    const numbers = Array.from({ length: BATCH + 2 }, (_, index) => first - 1 + index);
    const bytes = await Promise.all(numbers.map((number) => this.#options.read(number)));
    const sent = numbers.map((number, at): Sent => ({ number, packets: packetsOf(bytes[at]) }));
    sent.at(-1)!.packets.splice(FOLLOWING);
    const frames = await this.#encode(input, sent);
    if (this.#isClosed) return;
    for (const { number, packets } of sent.slice(1, -1)) {
      const [begins, ends] = [packets[0]?.tick, packets.at(-1)];
      if (begins === undefined || ends === undefined) continue;
      const until = ends.tick + ends.samples;
      this.#keep(number, frames, begins, until);
    }
  }

  /** Every frame belongs to the segment in which its middle is. */
  #keep(number: number, all: { format: AudioFormat; frames: Frame[] }, from: number, until: number): void {
    const frames = all.frames.filter(({ tick, duration }) => {
      const middle = tick + duration / 2;
      return middle >= from && middle < until;
    });
    if (frames.length === 0) return;
    this.#kept.set(number, toFragments(all.format, number, frames));
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
  }

  #encode(format: AudioFormat, sent: readonly Sent[]): Promise<{ format: AudioFormat; frames: Frame[] }> {
    const { transcoders, bitrate } = this.#options;
    const transcode = transcoders.openAudio({ codec: "aac", bitrate, input: format });
    const frames: Frame[] = [];
    let made: AudioFormat = format;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        transcode.close();
        this.#ends.delete(end);
        resolve({ format: made, frames });
      };
      const timer = setTimeout(end, PATIENCE_MS);
      this.#ends.add(end);
      transcode.on("unit", (_, { captureMicros, samples, data, format: own }) => {
        if (own.kind === "audio") made = own;
        frames.push({ tick: toTick(captureMicros), duration: samples, keyframe: true, data });
      });
      transcode.on("failed", end);
      const packets = sent.flatMap((segment) => segment.packets);
      new SlicedFeed(transcode, end).give(packets.map((packet) => toUnit(format, packet)));
    });
  }
}

/** What it has of time is all that counts here. */
function toUnit(format: AudioFormat, { tick, samples, data }: Sent["packets"][number]): AccessUnit {
  const captureMicros = Math.round((tick * 1_000_000) / RATE);
  return { format, captureMicros, compositionMicros: 0, keyframe: true, samples, data };
}

function toTick(captureMicros: number): number {
  return Math.round((captureMicros * RATE) / 1_000_000);
}

function packetsOf(bytes: Uint8Array = new Uint8Array(0)): Sent["packets"] {
  const packets: Sent["packets"] = [];
  for (let next = parseFragment(bytes); next !== undefined; next = parseFragment(bytes, next.end)) {
    let tick = next.baseTime;
    for (const { offset, size, duration } of next.samples) {
      packets.push({ tick, samples: duration, data: bytes.subarray(offset, offset + size) });
      tick += duration;
    }
  }
  return packets;
}

/** One fragment, and another one behind each hole. */
function toFragments(format: AudioFormat, sequence: number, frames: readonly Frame[]): Uint8Array {
  const runs: Frame[][] = [];
  for (const frame of frames) {
    const before = runs.at(-1)?.at(-1);
    if (before !== undefined && before.tick + before.duration === frame.tick) runs.at(-1)!.push(frame);
    else runs.push([frame]);
  }
  return Buffer.concat(
    runs.map((samples) => serializeFragment({ format, sequence, baseTime: samples[0]!.tick, samples })),
  );
}
