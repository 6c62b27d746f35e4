import type { RenditionInfo } from "@sameroom/engine";
import type { VideoFormat } from "@sameroom/protocol";
import { expect, it } from "vitest";
import { parseLadder } from "../transcode/rung-ladder.ts";
import { canvasOf, rungsOf } from "./stage-sizes.ts";

const ladder = parseLadder("1080:4500k,720:2500k,480:1200k,360:700k")!;
const layer = (id: string): RenditionInfo => ({ id, kind: "video" });
const formatOf = (id: string): VideoFormat => {
  const height = Number(id.slice(2));
  const shape = { width: (height * 16) / 9, height };
  return { kind: "video", codec: "vp8", codecs: "vp8", configuration: new Uint8Array(0), ...shape };
};

it("a composed picture is wide, upright for a host who is, and no larger than the host's or what is allowed", () => {
  expect(canvasOf({ width: 1920, height: 1080 }, 720)).toEqual({ width: 1280, height: 720 });
  expect(canvasOf({ width: 720, height: 1280 }, 720)).toEqual({ width: 720, height: 1280 });
  expect(canvasOf({ width: 640, height: 480 }, 720)).toEqual({ width: 854, height: 480 });
  expect(canvasOf(undefined, 360)).toEqual({ width: 640, height: 360 });
});

it("it comes in the highest layer's name and those that are wanted, at the rates of the ladder", () => {
  const sent = [layer("v-180"), layer("v-360"), layer("v-1080"), { id: "opus", kind: "audio" } as const];
  const canvas = { width: 1280, height: 720 };
  const of = (isWanted: (id: string) => boolean) => rungsOf(sent, { formatOf, isWanted, canvas, ladder });
  expect(of(() => false)).toEqual([{ id: "v-1080", height: 720, bitrate: 2_500_000 }]);
  expect(of((id) => id === "v-180").map(({ id, height }) => [id, height])).toEqual([
    ["v-180", 180],
    ["v-1080", 720],
  ]);
  expect(of(() => true)[1]).toEqual({ id: "v-360", height: 360, bitrate: 700_000 });
  expect(rungsOf([], { formatOf, isWanted: () => true, canvas, ladder })).toHaveLength(1);
});
