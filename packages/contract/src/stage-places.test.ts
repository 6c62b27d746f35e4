import { describe, expect, it } from "vitest";
import { STAGE_SEATS, type Stage, type StageLayout, type StageMember } from "./stage.ts";
import { placesOf } from "./stage-places.ts";

const LAYOUTS: StageLayout[] = ["spotlight", "grid", "side-by-side", "picture-in-picture"];
const member = (seat: number): StageMember => ({
  ...{ participant: `user:${seat}`, name: `${seat}`, role: seat === 0 ? "host" : "guest", seat, state: "on" },
  ...{ microphoneMuted: false, cameraOff: false, silenced: false },
});
const stageOf = (layout: StageLayout, people: number, spotlight: string | null = null): Stage => ({
  ...{ revision: 1, layout, spotlight },
  members: Array.from({ length: people }, (_, seat) => member(seat)),
});

describe.each(LAYOUTS)("the layout %s", (layout) => {
  it("has a place for everybody, inside the picture, and nobody covers anybody unless they lie over them", () => {
    for (let people = 2; people <= STAGE_SEATS; people++) {
      const places = [...placesOf(stageOf(layout, people)).values()];
      expect(places).toHaveLength(people);
      for (const place of places) {
        expect(Math.min(place.left, place.top)).toBeGreaterThanOrEqual(-1e-9);
        expect(place.left + place.width).toBeLessThanOrEqual(100 + 1e-9);
        expect(place.top + place.height).toBeLessThanOrEqual(100 + 1e-9);
        expect(place.width).toBeGreaterThan(5);
        for (const other of places)
          if (other !== place && other.over === place.over) expect(overlap(place, other)).toBeLessThan(1e-6);
      }
    }
  });

  it("gives the picture to whoever is alone", () => {
    expect(placesOf(stageOf(layout, 1)).get("user:0")).toEqual({
      ...{ left: 0, top: 0, width: 100, height: 100, over: false },
    });
    expect(placesOf(stageOf(layout, 0)).size).toBe(0);
  });
});

it("whom the host chose is the largest, else the host", () => {
  for (const layout of ["spotlight", "side-by-side", "picture-in-picture"] as const)
    for (const [spotlight, large] of [
      [null, "user:0"],
      ["user:2", "user:2"],
      ["user:gone", "user:0"],
    ] as const) {
      const places = [...placesOf(stageOf(layout, 4, spotlight))];
      const [who] = places.sort(
        ([, one], [, other]) => other.width * other.height - one.width * one.height,
      )[0]!;
      expect(who).toBe(large);
    }
});

it("keeps many beside a spotlight large enough for a phone", () => {
  for (let people = 2; people <= STAGE_SEATS; people++) {
    const [large, ...others] = [...placesOf(stageOf("spotlight", people)).values()];
    expect(large!.width).toBeGreaterThanOrEqual(75);
    for (const { width, height } of others) expect(width * height).toBeGreaterThanOrEqual(12.5 * 20);
  }
});

type Box = { left: number; top: number; width: number; height: number };
function overlap(one: Box, other: Box): number {
  const width = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
  const height = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
  return Math.max(0, width) * Math.max(0, height);
}
