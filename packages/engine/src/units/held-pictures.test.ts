import { type AccessUnit, opusFormat, type UnitFormat } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { HeldPictures } from "./held-pictures.ts";

const START = 1_800_000_000_000_000;
const PICTURE = { kind: "video" } as UnitFormat;
const OPUS = opusFormat(2);

/** A show in steps of 20 ms: sound, and pictures each 40 ms of these renditions, the first and every 2 s with a keyframe. */
class Show {
  readonly held = new HeldPictures();
  readonly due: { rendition: string; atMs: number; unit: AccessUnit }[] = [];
  /** Pictures that could not be taken, ms. */
  readonly refused: number[] = [];
  nowMs = 0;

  run(untilMs: number, renditions: string[], { sound = true, keyframes = true } = {}): this {
    for (; this.nowMs < untilMs; this.nowMs += 20) {
      const { nowMs } = this;
      const captureMicros = START + nowMs * 1000;
      const shared = { captureMicros, compositionMicros: 0, data: Uint8Array.of(nowMs & 255) };
      if (sound) this.held.take("opus", { ...shared, format: OPUS, keyframe: true, samples: 960 });
      for (const rendition of nowMs % 40 === 0 ? renditions : []) {
        const keyframe = keyframes && nowMs % 2000 === 0;
        const unit = { ...shared, compositionMicros: 80_000, format: PICTURE, keyframe, samples: 0 };
        if (!this.held.take(rendition, unit)) this.refused.push(nowMs);
      }
      for (const { rendition, unit } of this.held.due(7_000_000 + nowMs * 1000))
        this.due.push({ rendition, atMs: (unit.captureMicros - START) / 1000, unit });
    }
    return this;
  }
}

describe("a picture that does not come while its sound goes on", () => {
  it("is held with its last keyframe from where it ended, four times a second, close behind the sound", () => {
    const show = new Show().run(5000, ["h"]);
    expect(show.due).toEqual([]);
    show.run(6100, []);
    expect(show.due).toEqual([]);
    show.run(20_000, []);
    expect(show.due.map(({ atMs }) => atMs)).toEqual(show.due.map((_, index) => 4960 + (index + 1) * 250));
    expect(show.due.at(-1)!.atMs).toBeGreaterThan(19_980 - 200 - 250);
    for (const { unit } of show.due) {
      expect(unit).toMatchObject({ keyframe: true, compositionMicros: 80_000 });
      expect(unit.data).toEqual(Uint8Array.of(4000 & 255));
    }
  });

  it("goes on with a keyframe: others need pictures that are gone", () => {
    const show = new Show().run(5000, ["h"]).run(9000, []);
    const before = show.due.length;
    show.run(10_400, ["h"]);
    expect(show.due).toHaveLength(before);
    expect(show.refused).toEqual(Array.from({ length: 25 }, (_, index) => 9000 + index * 40));
    show.run(12_000, ["h"], { keyframes: false });
    expect(show.refused).toHaveLength(25);
  });

  it("is not held for a moment's stillness, without sound, or before its first keyframe", () => {
    const still = new Show().run(2000, ["h"]);
    for (let ms = 3000; ms < 12_000; ms += 1000) still.run(ms, []).run(ms + 40, ["h"], { keyframes: false });
    expect(still.due).toEqual([]);
    expect(still.refused).toEqual([]);
    expect(new Show().run(2000, ["h"]).run(9000, [], { sound: false }).due).toEqual([]);
    expect(new Show().run(9000, []).due).toEqual([]);
    expect(new Show().run(2000, ["h"], { keyframes: false }).run(9000, []).due).toEqual([]);
  });

  it("is held in the sizes that came last, and in no other", () => {
    const show = new Show().run(3000, ["q", "h"]).run(6000, ["h"]);
    expect(show.due).toEqual([]);
    show.run(9000, []);
    expect(new Set(show.due.map(({ rendition }) => rendition))).toEqual(new Set(["h"]));
    const both = new Show().run(3000, ["q", "h"]).run(9000, []);
    const at = (id: string) => both.due.filter(({ rendition }) => rendition === id).map(({ atMs }) => atMs);
    expect(at("q").length).toBeGreaterThan(20);
    expect(at("q")).toEqual(at("h"));
  });

  it("is held again where sound comes back after a while, but not for the time in between", () => {
    const show = new Show().run(3000, ["h"]).run(60_000, [], { sound: false }).run(62_000, []);
    // Decoded at 59,800.
    expect(show.due[0]!.atMs).toBe(59_880);
    expect(show.due.length).toBeLessThan(12);
  });
});
