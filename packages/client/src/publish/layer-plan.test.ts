import { describe, expect, it } from "vitest";
import { encodingsOf, planLayers, RIDS } from "./layer-plan.ts";

const encodingPlan = (lines: number, more: Partial<Parameters<typeof planLayers>[0]> = {}) =>
  planLayers({ lines, isScreen: false, maxVideoBitrate: 2_500_000, encodings: 3, ...more });
const plan = (...of: Parameters<typeof encodingPlan>) =>
  encodingPlan(...of).filter((layer) => layer !== undefined);
const sizes = (layers: ReturnType<typeof plan>, lines: number) =>
  layers.map(({ scaleResolutionDownBy }) => lines / scaleResolutionDownBy);

describe("the layers of a picture", () => {
  it.each([
    [1080, [270, 540, 1080], [250_000, 900_000, 2_500_000]],
    [720, [180, 360, 720], [180_000, 700_000, 2_500_000]],
    [540, [270, 540], [250_000, 2_500_000]],
    [480, [240, 480], [250_000, 2_500_000]],
    [360, [180, 360], [180_000, 2_500_000]],
    [240, [240], [2_500_000]],
  ])("of %i lines", (lines, heights, bitrates) => {
    const layers = plan(lines);
    expect(sizes(layers, lines)).toEqual(heights);
    expect(layers.map(({ maxBitrate }) => maxBitrate)).toEqual(bitrates);
  });

  it("are never below 180 lines, never more than there are encodings, and each costs well less than the next", () => {
    for (let lines = 1; lines <= 2160; lines += 7) {
      for (const encodings of [1, 2, 3]) {
        for (const maxVideoBitrate of [100_000, 800_000, 4_000_000]) {
          const layers = plan(lines, { encodings, maxVideoBitrate });
          expect(layers.length).toBeLessThanOrEqual(encodings);
          expect(layers.at(-1)).toEqual({ scaleResolutionDownBy: 1, maxBitrate: maxVideoBitrate });
          if (layers.length > 1) expect(sizes(layers, lines)[0]).toBeGreaterThanOrEqual(180);
          for (const [index, layer] of layers.slice(1).entries())
            expect(layers[index]!.maxBitrate).toBeLessThanOrEqual(layer.maxBitrate * 0.4);
        }
      }
    }
  });

  it("of a screen are two: small letters cannot be read", () => {
    expect(sizes(plan(1080, { isScreen: true }), 1080)).toEqual([540, 1080]);
  });
});

describe("encodings", () => {
  it("carry small pictures from the lowest on; the rest is off", () => {
    expect(encodingsOf(encodingPlan(480), RIDS, new Set())).toMatchObject([
      { active: true, scaleResolutionDownBy: 2 },
      { active: true, scaleResolutionDownBy: 1 },
      { active: false },
    ]);
  });

  it("carry a large screen at the highest, where the camera's best was", () => {
    const encodings = encodingsOf(encodingPlan(1080, { isScreen: true }), RIDS, new Set(["h", "f"]));
    expect(encodings).toMatchObject([
      { active: false },
      { active: true, scaleResolutionDownBy: 2 },
      { active: false, scaleResolutionDownBy: 1 },
    ]);
  });

  it("are as many as there are, also when that is one", () => {
    expect(encodingsOf(encodingPlan(1080, { encodings: 1 }), [undefined], new Set())).toEqual([
      { active: true, scaleResolutionDownBy: 1, maxBitrate: 2_500_000 },
    ]);
  });

  it("are off while nobody wants them, but never the lowest", () => {
    const encodings = encodingsOf(encodingPlan(720), RIDS, new Set(["q", "h", "x"]));
    expect(encodings.map(({ active }) => active)).toEqual([true, false, true]);
  });
});
