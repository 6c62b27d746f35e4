import { expect, it } from "vitest";
import { hlsQualityOf } from "./hls-quality.ts";

const sizes = [720, 480, 360].map((height) => {
  return { id: `${height}`, width: (height * 16) / 9, height, framesPerSecond: 30, bitrate: height * 1000 };
});
const shown = (level: string | null, best: string | null) =>
  hlsQualityOf("auto", { levels: sizes, level, loading: level, best }, false).reason;

it("says that the network takes no more only where the picture could be larger", () => {
  expect(shown("720", "720")).toBe("shown");
  expect(shown("480", "720")).toBe("bandwidth");
  expect(shown("360", "360")).toBe("shown");
  expect(shown("720", "360")).toBe("shown");
  expect(shown("480", null)).toBe("bandwidth");
  expect(shown(null, "720")).toBe("empty");
});

it("takes a choice for what was wanted", () => {
  const player = { levels: sizes, level: "480", loading: "360", best: "720" };
  expect(hlsQualityOf("480", player, false)).toMatchObject({ reason: "shown", switchingTo: "360" });
  expect(hlsQualityOf("audio", player, true)).toMatchObject({ reason: "off", layer: null });
});
