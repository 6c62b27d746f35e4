import { AV_LOG_QUIET, AV_PIX_FMT_YUV420P } from "node-av/constants";
import { Frame, Log } from "node-av/lib";
import { describe, expect, it } from "vitest";
import type { H264Encoder as EncoderName } from "../messages.ts";
import type { H264Picture } from "./h264-encoder.ts";
import { probeEncoder, works } from "./probe-encoder.ts";
import { RungMaker } from "./rung-maker.ts";

Log.setLevel(AV_LOG_QUIET);
/** An encoder this platform never has. */
const FOREIGN: EncoderName = process.platform === "darwin" ? "h264_nvenc" : "h264_videotoolbox";

describe("an encoder in hardware", () => {
  it("is chosen by what it makes: x264 passes, one that is not there does not", () => {
    expect(works("libx264")).toBe(true);
    expect(() => works(FOREIGN)).toThrow(FOREIGN);
  });

  it("is the first that works, and none where none does", () => {
    const tried: EncoderName[] = [];
    const found = probeEncoder((name) => {
      tried.push(name);
      if (name === "h264_nvenc") throw new Error("no driver");
      return name === "h264_videotoolbox";
    });
    expect(found).toBe("h264_videotoolbox");
    expect(tried).toEqual(["h264_nvenc", "h264_qsv", "h264_videotoolbox"]);
    expect(probeEncoder(() => false)).toBeUndefined();
  });

  it("that takes no more pictures when a size begins leaves that size to x264", () => {
    const rung = { id: "h264-90", height: 90, bitrate: 100_000 };
    const maker = new RungMaker(rung, { encoder: FOREIGN, threads: 1 });
    const [width, height] = [320, 180];
    const pixels = Buffer.alloc((width * height * 3) / 2, 128);
    const frame = Frame.fromVideoBuffer(pixels, { width, height, format: AV_PIX_FMT_YUV420P });
    const made: H264Picture[] = [];
    maker.make(frame, true, 0, (picture) => made.push(picture));
    frame.free();
    maker.close();
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({ keyframe: true, format: { codec: "h264", width: 160, height: 90 } });
  });
});
