import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import type { Rung } from "../transcode/messages.ts";
import { type PictureOptions, videoUnits } from "../transcode/picture.fixture.ts";
import type { TranscodeFailure } from "../transcode/transcode.ts";
import { createTranscoders } from "../transcode/transcoders.fixture.ts";
import { SharedPictures } from "./shared-pictures.ts";

const LARGE: Rung = { id: "h264-120", height: 120, bitrate: 200_000 };
const SMALL: Rung = { id: "h264-90", height: 90, bitrate: 100_000 };
const pictures: PictureOptions = {
  ...{ codec: "h264", width: 320, height: 180, startMicros: 1_790_000_000_000_000 },
  ...{ count: 40, keyframeEvery: 10, luma: (index) => 40 + index * 4 },
};

/** What is made of a source, as a program has it. */
class Source {
  readonly #format: UnitFormat;
  readonly #listeners = new Set<(unit: AccessUnit) => void>();

  constructor([first]: readonly AccessUnit[]) {
    this.#format = first!.format;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  push(units: readonly AccessUnit[]): void {
    for (const unit of units) for (const listener of this.#listeners) listener(unit);
  }

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
  expect(source.listeners).toBe(1);

  small.close();
  source.push(input.slice(20, 30));
  await eventually("the other goes on", () => second.made.length === 20);
  expect(first.made).toHaveLength(20);
  large.close();
  expect(tools.transcoders.counts).toMatchObject({ video: 0 });
  expect(source.listeners).toBe(0);
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
  expect(source.listeners).toBe(0);
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
