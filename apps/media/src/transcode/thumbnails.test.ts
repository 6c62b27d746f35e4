import type { AccessUnit } from "@sameroom/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import { bFrameUnits } from "./b-frames.fixture.ts";
import { decodeJpeg, fullRange } from "./jpeg.fixture.ts";
import { videoUnits } from "./picture.fixture.ts";
import type { Transcode } from "./transcode.ts";
import { createTranscoders } from "./transcoders.fixture.ts";

const shape = { width: 1280, height: 720, startMicros: 1_790_000_000_000_000, count: 2, keyframeEvery: 1 };
const luma = (index: number) => 80 + index * 60;

describe("thumbnails", () => {
  const { transcoders } = createTranscoders();
  const open: Transcode[] = [];
  afterAll(() => transcoders.close());

  function openFor({ format }: AccessUnit): { maker: Transcode; made: Uint8Array[] } {
    if (format.kind !== "video") throw new Error("no picture");
    const maker = transcoders.openThumbnails({ input: format });
    const made: Uint8Array[] = [];
    maker.on("thumbnail", (jpeg) => made.push(jpeg));
    open.push(maker);
    return { maker, made };
  }

  let h264: AccessUnit[];
  beforeAll(() => {
    h264 = videoUnits({ ...shape, codec: "h264", luma });
  });

  it.each(["h264", "vp8", "vp9", "av1", "hevc"] as const)(
    "are small JPEGs of keyframes of %s",
    async (codec) => {
      const units =
        codec === "hevc" ? bFrameUnits({ ...shape, codec, luma }) : videoUnits({ ...shape, codec, luma });
      const keyframes = units.filter(({ keyframe }) => keyframe);
      const { maker, made } = openFor(keyframes[0]!);
      for (const unit of keyframes) maker.push(unit);
      await eventually("both are made", () => made.length === keyframes.length);
      for (const [index, jpeg] of made.entries()) {
        const { width, height, at } = decodeJpeg(Buffer.from(jpeg));
        expect([width, height]).toEqual([640, 360]);
        expect(Math.abs(at(160, 180) - fullRange(luma(index)))).toBeLessThan(8);
        expect(at(480, 180), "the right half is black").toBeLessThan(10);
      }
    },
  );

  it("are made of what follows something that is no picture, and of another size", async () => {
    const upright = videoUnits({ ...shape, width: 180, height: 320, codec: "h264", luma });
    const { maker, made } = openFor(h264[0]!);
    maker.push({ ...h264[0]!, data: new Uint8Array(100).fill(7) });
    maker.push(upright[0]!);
    await eventually("one is made", () => made.length === 1);
    expect(decodeJpeg(Buffer.from(made[0]!))).toMatchObject({ width: 180, height: 320 });
    expect(maker.closed).toBe(false);
  });
});
