import { Emitter } from "@sameroom/base";
import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import type { Rung } from "../transcode/messages.ts";
import { decodeVideo, type PictureOptions, videoUnits } from "../transcode/picture.fixture.ts";
import type { TranscodeFailure } from "../transcode/transcode.ts";
import { createTranscoders } from "../transcode/transcoders.fixture.ts";
import type { ProgramEvents } from "./program.ts";
import { SharedPictures } from "./shared-pictures.ts";

const LARGE: Rung = { id: "h264-120", height: 120, bitrate: 200_000 };
const SMALL: Rung = { id: "h264-90", height: 90, bitrate: 100_000 };
const pictures: PictureOptions = {
  ...{ codec: "h264", width: 320, height: 180, startMicros: 1_790_000_000_000_000 },
  ...{ count: 40, keyframeEvery: 10, luma: (index) => 40 + index * 4 },
};

/** What is made of a source, as a program has it. */
class Source extends Emitter<ProgramEvents> {
  readonly #format: UnitFormat;
  readonly #listeners = new Set<(unit: AccessUnit) => void>();

  constructor([first]: readonly AccessUnit[]) {
    super();
    this.#format = first!.format;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  push(units: readonly AccessUnit[]): void {
    for (const unit of units) for (const listener of this.#listeners) listener(unit);
  }

  isSparse = false;
  readonly formatOf = () => this.#format;
  readonly askForKeyframes = () => {};
  subscribe(_rendition: string, listener: (unit: AccessUnit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

class Sink {
  readonly made: AccessUnit[] = [];
  readonly failures: TranscodeFailure[] = [];
  readonly unit = (unit: AccessUnit) => void this.made.push(unit);
  readonly failed = (failure: TranscodeFailure) => void this.failures.push(failure);
}

const input = videoUnits(pictures);
let tools: ReturnType<typeof createTranscoders>;
let source: Source;
let shared: SharedPictures;
beforeEach(() => {
  tools = createTranscoders({ limit: 2 });
  source = new Source(input);
  shared = new SharedPictures({ program: source, source: "v", transcoders: tools.transcoders });
});
afterEach(() => tools.transcoders.close());

it("sizes that are played at a time are made by one process, each from a keyframe of the source on", async () => {
  const [first, second] = [new Sink(), new Sink()];
  const small = shared.make(SMALL, first)!;
  source.push(input.slice(0, 5));
  await eventually("the first is made", () => first.made.length === 5);
  const large = shared.make(LARGE, second)!;
  source.push(input.slice(5, 20));
  await eventually("both are made", () => first.made.length === 20 && second.made.length === 10);
  expect(second.made[0]).toMatchObject({ keyframe: true, captureMicros: input[10]!.captureMicros });
  expect(second.made[0]!.format).toMatchObject({ width: 214, height: 120 });
  expect(tools.transcoders.counts).toMatchObject({ video: 1 });
  expect(tools.transcoders.pids).toHaveLength(1);

  small.close();
  source.push(input.slice(20, 30));
  await eventually("the other goes on", () => second.made.length === 20);
  expect(first.made).toHaveLength(20);
  large.close();
  expect(tools.transcoders.counts).toMatchObject({ video: 0 });
  expect(source.listeners).toBe(1);
  shared.close();
  expect([source.listeners, source.listenerCount()]).toEqual([0, 0]);
});

it("of a picture with few keyframes, sizes begin anywhere, and have a keyframe where a segment begins", async () => {
  const few = videoUnits({
    ...pictures,
    count: 300,
    keyframeEvery: 300,
    luma: (index) => 40 + (index % 150),
  });
  source.isSparse = true;
  source.push(few.slice(0, 30));
  const sink = new Sink();
  shared.make(SMALL, sink);
  let pushed = 30;
  const pushOne = () => source.push(few.slice(pushed, ++pushed));
  await eventually("it begins", () => {
    source.emit("cutWithoutKeyframe");
    pushOne();
    return sink.made.length > 0;
  });
  const begun = sink.made.length;
  for (let more = 0; more < 5; more += 1) pushOne();
  await eventually("it goes on", () => sink.made.length >= begun + 5);
  source.emit("cutWithoutKeyframe");
  for (let more = 0; more < 5; more += 1) pushOne();
  await eventually("it goes on", () => sink.made.at(-1)!.captureMicros === few[pushed - 1]!.captureMicros);
  expect(sink.made[0]!.keyframe).toBe(true);
  expect(sink.made.at(-5)!.keyframe).toBe(true);
  expect(sink.made.slice(-4).some(({ keyframe }) => keyframe)).toBe(false);
  const { made } = sink;
  const seen = decodeVideo(made);
  expect(seen).toHaveLength(made.length);
  for (const [at, { luma }] of seen.entries()) {
    const index = few.findIndex(({ captureMicros }) => captureMicros === made[at]!.captureMicros);
    expect(Math.abs(luma - (40 + (index % 150)))).toBeLessThan(4);
  }
});

it("a group of pictures that is too long to be kept is decoded for who will come", async () => {
  const long = videoUnits({ ...pictures, count: 1101, keyframeEvery: 1100, luma: () => 90 });
  source.isSparse = true;
  source.push(long.slice(0, 880));
  expect(tools.transcoders.counts).toMatchObject({ video: 0 });
  source.push(long.slice(880, 905));
  expect(tools.transcoders.counts).toMatchObject({ video: 1 });
  const sink = new Sink();
  const making = shared.make(SMALL, sink)!;
  let pushed = 905;
  let looks = 0;
  await eventually("it begins", () => {
    looks += 1;
    if (looks % 5 === 0) source.emit("cutWithoutKeyframe");
    if (looks % 5 === 0 && pushed < 1095) source.push(long.slice(pushed, ++pushed));
    return sink.made.length > 0;
  });
  making.close();
  expect(tools.transcoders.counts).toMatchObject({ video: 1 });
  source.push(long.slice(pushed, 1101));
  expect(tools.transcoders.counts).toMatchObject({ video: 0 });
});

it("a size the process is too slow for fails alone, and gets a process of its own the next time", async () => {
  const [small, large, again] = [new Sink(), new Sink(), new Sink()];
  shared.make(SMALL, small);
  shared.make(LARGE, large);
  source.push(input.slice(0, 10));
  await eventually("both are made", () => small.made.length === 10 && large.made.length === 10);
  const [pid] = tools.transcoders.pids;
  process.kill(pid!, "SIGSTOP");
  source.push(input.slice(10, 11));
  tools.clock.advance(1100);
  source.push(input.slice(11, 12));
  expect([large.failures, small.failures]).toEqual([[{ reason: "overload" }], []]);
  process.kill(pid!, "SIGCONT");
  await eventually("it has caught up", () => small.made.length === 11);
  shared.make(LARGE, again);
  source.push(input.slice(20, 30));
  await eventually("both go on", () => small.made.length === 21 && again.made.length === 10);
  expect(tools.transcoders.pids).toHaveLength(2);
});

it("all fail with their process, and begin again in one", async () => {
  const sinks = [new Sink(), new Sink()];
  shared.make(SMALL, sinks[0]!);
  shared.make(LARGE, sinks[1]!);
  source.push(input.slice(0, 10));
  for (const count of [1, 2]) {
    await eventually("a process is there", () => tools.transcoders.pids.length === 1);
    const [pid] = tools.transcoders.pids;
    process.kill(pid!, "SIGKILL");
    await eventually("it is gone", () => tools.transcoders.pids[0] !== pid);
    expect(sinks.map(({ failures }) => failures.length)).toEqual(count === 2 ? [1, 1] : [0, 0]);
  }
  expect(tools.transcoders.counts).toMatchObject({ video: 0 });
  // A process that dies at once is not started again at once.
  tools.clock.advance(60_000);
  const anew = new Sink();
  shared.make(SMALL, anew);
  source.push(input.slice(20, 30));
  await eventually("it is made again", () => anew.made.length === 10);
});

it("without a place nothing is made, and a size more of what is decoded needs none", () => {
  const { transcoders } = tools;
  const format = source.formatOf();
  if (format.kind !== "video") throw new Error("no video");
  const others = [1, 2].map(() => transcoders.openVideo({ input: format, rungs: [SMALL] })!);
  expect(shared.make(SMALL, new Sink())).toBeUndefined();
  others[0]!.close();
  expect(shared.make(SMALL, new Sink())).toBeDefined();
  expect(shared.make(LARGE, new Sink())).toBeDefined();
});
