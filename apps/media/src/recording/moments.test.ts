import type { Segment } from "@sameroom/engine";
import { describe, expect, it } from "vitest";
import type { Moment } from "./moment.ts";
import { Moments } from "./moments.ts";
import { SMALL, SOUND } from "./show.fixture.ts";

const segmentOf = (rendition: string, number: number): Segment => ({
  ...{ rendition, number, init: 0, captureMicros: number * 2e6, durationMicros: 2e6, byteLength: 1000 },
  ...{ parts: 8, independent: true, discontinuity: false, gap: false },
});

/** A picture and its sound, and what was decided: number, and which of both there was. */
function createMoments() {
  const decided: string[] = [];
  const moments = new Moments(({ number, video, audio }: Moment) => {
    decided.push(`${number}${video === undefined ? "" : " picture"}${audio === undefined ? "" : " sound"}`);
  });
  for (const [id, format] of [["v-single", SMALL] as const, ["opus", SOUND] as const]) {
    moments.rendition({ id, kind: format.kind }, "added");
    moments.init({ rendition: id, version: 0, format, bytes: new Uint8Array(1) }, `${id}/init-0.mp4`);
  }
  const settle = (rendition: string, number: number) =>
    moments.segment(segmentOf(rendition, number), `${rendition}/${number}.0.m4s`);
  return { decided, moments, settle };
}

describe("what a recording takes of a moment", () => {
  it("is decided when the disk has all of it, however much later it has the one than the other", () => {
    const { decided, moments, settle } = createMoments();
    for (let number = 0; number < 10; number += 1) {
      moments.closing(segmentOf("v-single", number));
      moments.closing(segmentOf("opus", number));
    }
    for (let number = 0; number < 10; number += 1) settle("v-single", number);
    expect(decided).toEqual([]);
    for (let number = 0; number < 10; number += 1) settle("opus", number);
    expect(decided).toEqual(Array.from({ length: 10 }, (_, number) => `${number} picture sound`));
  });

  it("does not wait for ever for what nobody has heard of", () => {
    const { decided, moments, settle } = createMoments();
    for (let number = 0; number < 8; number += 1) {
      moments.closing(segmentOf("v-single", number));
      settle("v-single", number);
    }
    expect(decided).toEqual(["0 picture", "1 picture"]);
    moments.end();
    expect(decided).toHaveLength(8);
  });
});
