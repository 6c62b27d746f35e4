import { aacFormat } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { pictureFormat, START, Stage, sound } from "./packager.fixture.ts";

const AAC = aacFormat(Uint8Array.of(0x11, 0x90));
const FRAME_MS = 1024 / 48;
const info = { id: "aac", kind: "audio" } as const;

/** Sound made of another, by somebody who can make what is past as well. */
class MadeSound {
  readonly stage = new Stage([{ id: "v", format: pictureFormat(), delayMs: 30 }]);
  #nextMs = 0;

  constructor() {
    this.stage.run(15_000);
  }

  /** Joins, and brings all there is from a little before the time it is told. */
  join(): number | undefined {
    const sinceMicros = this.stage.packager.join("aac");
    if (sinceMicros !== undefined) this.#nextMs = (sinceMicros - START) / 1000 - 100;
    return sinceMicros;
  }

  /** As far as the show is. */
  make(): void {
    for (; this.#nextMs <= this.stage.nowMs; this.#nextMs += FRAME_MS)
      this.stage.packager.push("aac", { ...sound(AAC, this.#nextMs), samples: 1024 });
  }

  run(untilMs: number): void {
    while (this.stage.nowMs < untilMs) {
      this.stage.run(this.stage.nowMs + 20);
      this.make();
    }
  }

  get numbers(): number[] {
    return this.stage.sink.of("aac").flatMap(({ gap, number }) => (gap ? [] : [number]));
  }

  get newest(): number {
    return this.stage.sink.of("v").at(-1)!.number;
  }
}

describe("a rendition that is brought from the past on", () => {
  it("begins so long ago, in step with the others, and catches up", () => {
    const made = new MadeSound();
    const { packager, sink } = made.stage;
    packager.addRendition(info, { pastMs: 6000 });
    made.join();
    expect(packager.stateOf("aac")).toBe("late");
    made.make();
    expect(packager.stateOf("aac")).toBe("current");
    const whole = made.newest;
    expect(made.numbers).toEqual([whole - 2, whole - 1, whole]);
    made.run(24_000);
    packager.end();
    expect(sink.faults).toEqual([]);
    expect(made.numbers).toEqual(Array.from({ length: made.newest - whole + 3 }, (_, at) => whole - 2 + at));
    for (const segment of sink.of("aac")) {
      const picture = sink.of("v").find(({ number }) => number === segment.number)!;
      expect(Math.abs(segment.captureMicros - picture.captureMicros)).toBeLessThan(FRAME_MS * 1000);
    }
  });

  it("tells a pause so much later, and goes on with what was past", () => {
    const made = new MadeSound();
    const { packager, sink } = made.stage;
    packager.addRendition(info, { pastMs: 6000 });
    made.join();
    made.run(20_000);
    packager.pause("aac");
    made.stage.run(40_000);
    const last = made.numbers.at(-1)!;
    expect(sink.of("aac").at(-1)!.number).toBe(made.newest - 3);
    made.join();
    expect(packager.stateOf("aac")).toBe("late");
    made.make();
    const whole = made.newest;
    expect(made.numbers.filter((number) => number > last)).toEqual([whole - 2, whole - 1, whole]);
    made.run(44_000);
    packager.end();
    expect(sink.faults).toEqual([]);
    expect(sink.of("aac").map(({ number }) => number)).toEqual(
      sink.of("v").flatMap(({ number }) => (number < made.numbers[0]! ? [] : [number])),
    );
  });

  it("goes on within its patience only: then there are gaps, as of others", () => {
    const made = new MadeSound();
    const { packager, sink } = made.stage;
    packager.addRendition(info, { pastMs: 6000, patienceMs: 4000 });
    made.join();
    made.stage.run(18_500);
    expect(sink.of("aac")).toEqual([]);
    made.stage.run(22_000);
    expect(sink.of("aac").at(-1)).toMatchObject({ gap: true, number: made.newest });
    expect(packager.stateOf("aac")).toBe("current");
  });

  it("begins behind a discontinuity, where times do not go on", () => {
    const made = new MadeSound();
    const { packager, sink } = made.stage;
    packager.discontinuity();
    packager.addRendition(info, { pastMs: 30_000 });
    expect(made.join()).toBeUndefined();
    packager.pause("aac");
    made.stage.run(18_500);
    const since = made.join();
    const first = sink.of("v").find(({ discontinuity }) => discontinuity)!;
    expect(since).toBe(first.captureMicros);
    made.run(24_000);
    packager.end();
    expect(sink.faults).toEqual([]);
    expect(made.numbers[0]).toBe(first.number);
  });

  it("knows no other than its own renditions", () => {
    const { packager } = new MadeSound().stage;
    expect(packager.join("aac")).toBeUndefined();
    expect(packager.stateOf("aac")).toBe("away");
  });
});
