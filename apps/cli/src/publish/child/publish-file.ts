import {
  AV_NOPTS_VALUE,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
} from "node-av/constants";
import { FFmpegError, FormatContext, InputFormat, Packet, Rational, type Stream } from "node-av/lib";
import type { PublishNews, PublishOrder } from "../messages.ts";
import { type Carrier, flvCarrier, whipCarrier } from "./carrier.ts";
import { Output } from "./output.ts";
import { openTrack, type Track } from "./track.ts";

const MICROSECONDS = new Rational(1, 1_000_000);
/** Packets that wait until every track is known, at most. */
const MAX_WAITING = 5000;
/** Sent ahead of time, µs: what a network's hiccup may take without being seen. */
const AHEAD_MICROS = 100_000;
const NEWS_INTERVAL_MS = 1000;
/** A machine that is so much too slow leaves pictures out: a show that falls behind never comes back by itself, ms. */
const TOO_LATE_MS = 250;

interface Lane {
  track: Track;
  input: Stream;
  output: Stream | undefined;
}
interface Due {
  lane: Lane;
  packet: Packet;
  /** Decoding time on the show's line, µs. */
  dtsMicros: number;
}

/** Publishes a file in real time, until its end, for ever with `loop`, or until the signal aborts. Throws in words for people. */
export async function publishFile(
  order: PublishOrder,
  signal: AbortSignal,
  tell: (news: PublishNews) => void,
): Promise<void> {
  const input = new FormatContext();
  const lanes = new Map<number, Lane>();
  let output: Output | undefined;
  try {
    await openInput(input, order.file);
    await openLanes(input, order.bearer === undefined ? flvCarrier : whipCarrier, lanes);
    output = new Output(order);
    const show = new Show(output, tell);
    const isLate = (dtsMicros: number) => show.lateMs(dtsMicros) > TOO_LATE_MS;
    await read({ input, lanes, loop: order.loop, signal, isLate }, (due) => show.push(due, lanes, signal));
    await show.finish({ signal, holds: order.holds === true, leave: () => output!.close() });
  } finally {
    await output?.close();
    for (const { track } of lanes.values()) track.close();
    await input.closeInput();
  }
}

async function openInput(input: FormatContext, file: string): Promise<void> {
  const graph = /^graph:(.*)$/s.exec(file)?.[1];
  const opened =
    graph === undefined
      ? await input.openInput(file)
      : await input.openInput(graph, InputFormat.findInputFormat("lavfi"));
  if (opened < 0) throw new Error(`${graph === undefined ? file : "the graph"} is no media file`);
  FFmpegError.throwIfError(await input.findStreamInfo(null), "read the file");
}

interface Reading {
  input: FormatContext;
  lanes: Map<number, Lane>;
  loop: boolean;
  signal: AbortSignal;
  /** What was to be decoded then, µs of the show, should have gone out a while ago. */
  isLate: (dtsMicros: number) => boolean;
}

/** Everything of the file, round after round, on one line of time. */
async function read(
  { input, lanes, loop, signal, isLate }: Reading,
  push: (due: Pick<Due, "lane" | "packet">) => Promise<void>,
): Promise<void> {
  const packet = new Packet();
  packet.alloc();
  /** Added to the file's own times: what earlier rounds took. */
  let offsetMicros = 0;
  let round = freshRound();
  while (!signal.aborted) {
    if ((await input.readFrame(packet)) < 0) {
      if (!loop || round.endMicros <= round.beginMicros) break;
      offsetMicros += round.endMicros - round.beginMicros;
      round = freshRound();
      const rewound = await input.seekFrame(-1, 0n, AVSEEK_FLAG_BACKWARD);
      if (rewound < 0) throw new Error("the file cannot be played again from its beginning");
      continue;
    }
    const lane = lanes.get(packet.streamIndex);
    if (packet.dts === AV_NOPTS_VALUE) packet.dts = packet.pts;
    if (packet.pts === AV_NOPTS_VALUE) packet.pts = packet.dts;
    if (lane === undefined || packet.dts === AV_NOPTS_VALUE) {
      packet.unref();
      continue;
    }
    const fromMicros = microsOf(packet.dts, lane.input);
    round.beginMicros = Math.min(round.beginMicros, fromMicros);
    round.endMicros = Math.max(round.endMicros, fromMicros + microsOf(packet.duration, lane.input));
    shift(packet, offsetMicros, lane.input);
    const late = isLate(fromMicros + offsetMicros);
    for (const made of await lane.track.take(packet, late)) await push({ lane, packet: made });
    packet.unref();
  }
  if (!signal.aborted)
    for (const lane of lanes.values())
      for (const made of await lane.track.drain()) await push({ lane, packet: made });
}

/** Opens the file's picture and sound. */
async function openLanes(input: FormatContext, carrier: Carrier, lanes: Map<number, Lane>): Promise<void> {
  for (const kind of [AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO]) {
    const index = input.findBestStream(kind);
    const stream = input.streams[index];
    if (index < 0 || stream === undefined) continue;
    lanes.set(index, { track: await openTrack(stream, carrier), input: stream, output: undefined });
  }
  if (lanes.size === 0) throw new Error("the file has neither picture nor sound");
}

/** What is sent: begins when every track is known, then keeps to time. */
class Show {
  readonly #output: Output;
  readonly #tell: (news: PublishNews) => void;
  readonly #waiting: Due[] = [];
  #isLive = false;
  #startMs = 0;
  #firstMicros = 0;
  #sentMicros = 0;
  #lateMs = 0;
  #bytes = 0;
  #toldMs = 0;

  constructor(output: Output, tell: (news: PublishNews) => void) {
    this.#output = output;
    this.#tell = tell;
  }

  /** How long ago what belongs to this moment should have been sent; below 0: there is time. */
  lateMs(dtsMicros: number): number {
    return this.#isLive ? performance.now() - this.#dueMs(dtsMicros) : 0;
  }

  async push({ lane, packet }: Pick<Due, "lane" | "packet">, lanes: Map<number, Lane>, signal: AbortSignal) {
    const base = lane.track.isMade ? packet.timeBase : lane.input.timeBase;
    packet.rescaleTs(base, MICROSECONDS);
    this.#waiting.push({ lane, packet, dtsMicros: Number(packet.dts) });
    if (!this.#isLive && !(await this.#begin(lanes))) return;
    while (this.#waiting.length > 0) await this.#send(this.#waiting.shift()!, signal);
  }

  /** Sends what is left and says goodbye (`leave`); one who holds its place does so when it is told. */
  async finish(more: { signal: AbortSignal; holds: boolean; leave: () => Promise<void> }): Promise<void> {
    const { signal, holds, leave } = more;
    if (!this.#isLive) throw new Error("the file has nothing that can be sent");
    while (this.#waiting.length > 0 && !signal.aborted) await this.#send(this.#waiting.shift()!, signal);
    const done = { type: "done", sentS: this.#sentMicros / 1_000_000 } as const;
    if (holds) {
      this.#tell(done);
      await until(Number.POSITIVE_INFINITY, signal);
    }
    await leave();
    if (!holds) this.#tell(done);
  }

  async #begin(lanes: Map<number, Lane>): Promise<boolean> {
    const known = [...lanes.values()].map((lane) => ({ lane, describe: lane.track.describe() }));
    if (known.some(({ describe }) => describe === undefined)) {
      if (this.#waiting.length > MAX_WAITING) throw new Error("a track of the file brings nothing");
      return false;
    }
    for (const { lane, describe } of known) {
      lane.output = this.#output.addStream();
      describe!(lane.output);
    }
    await this.#output.connect();
    this.#isLive = true;
    this.#waiting.sort((one, other) => one.dtsMicros - other.dtsMicros);
    this.#firstMicros = this.#waiting[0]!.dtsMicros;
    this.#startMs = performance.now();
    this.#toldMs = this.#startMs;
    const durationS = Math.max(
      0,
      ...[...lanes.values()].map(({ input }) => microsOf(input.duration, input) / 1e6),
    );
    this.#tell({ type: "live", tracks: [...lanes.values()].map(({ track }) => track.words), durationS });
    return true;
  }

  async #send({ lane, packet, dtsMicros }: Due, signal: AbortSignal): Promise<void> {
    await until(this.#dueMs(dtsMicros), signal);
    this.#lateMs = Math.max(0, this.lateMs(dtsMicros));
    this.#sentMicros = Math.max(this.#sentMicros, dtsMicros - this.#firstMicros);
    this.#bytes += packet.size;
    packet.streamIndex = lane.output!.index;
    packet.rescaleTs(MICROSECONDS, lane.output!.timeBase);
    await this.#output.write(packet);
    packet.free();
    this.#report();
  }

  #dueMs(dtsMicros: number): number {
    return this.#startMs + (dtsMicros - this.#firstMicros - AHEAD_MICROS) / 1000;
  }

  #report(): void {
    const nowMs = performance.now();
    const sinceMs = nowMs - this.#toldMs;
    if (sinceMs < NEWS_INTERVAL_MS) return;
    const bitrate = (this.#bytes * 8000) / sinceMs;
    this.#tell({ type: "progress", sentS: this.#sentMicros / 1_000_000, bitrate, lateMs: this.#lateMs });
    this.#toldMs = nowMs;
    this.#bytes = 0;
  }
}

function freshRound() {
  return { beginMicros: Number.POSITIVE_INFINITY, endMicros: Number.NEGATIVE_INFINITY };
}

function microsOf(value: bigint, { timeBase: { num, den } }: Stream): number {
  return (Number(value) * num * 1_000_000) / den;
}

function shift(packet: Packet, offsetMicros: number, { timeBase: { num, den } }: Stream): void {
  if (offsetMicros === 0) return;
  const ticks = BigInt(Math.round((offsetMicros * den) / (num * 1_000_000)));
  packet.dts += ticks;
  packet.pts += ticks;
}

function until(atMs: number, signal: AbortSignal): Promise<void> {
  const waitMs = atMs - performance.now();
  if (waitMs <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    // For ever is longer than a timer lasts.
    const timer = Number.isFinite(waitMs) ? setTimeout(done, waitMs) : undefined;
    signal.addEventListener("abort", done);
  });
}
