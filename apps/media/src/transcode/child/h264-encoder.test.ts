import { SeededRandom } from "@sameroom/base/testing";
import { AV_LOG_QUIET, AV_PIX_FMT_YUV420P } from "node-av/constants";
import { Frame, Log } from "node-av/lib";
import { expect, test } from "vitest";
import { H264Encoder } from "./h264-encoder.ts";

Log.setLevel(AV_LOG_QUIET);
const size = { width: 320, height: 180 };

/** Bit/s that noise takes, from the second second on. */
function rateOf(encoder: H264Encoder, picturesPerSecond: number): number {
  const random = new SeededRandom(3);
  let bytes = 0;
  for (let index = 0; index < 4 * picturesPerSecond; index++) {
    const pixels = Buffer.from(
      Uint8Array.from({ length: (size.width * size.height * 3) / 2 }, () => random.next() * 255),
    );
    const frame = Frame.fromVideoBuffer(pixels, { ...size, format: AV_PIX_FMT_YUV420P });
    encoder.encode(frame, index === 0, Math.round((index * 1_000_000) / picturesPerSecond), ({ data }) => {
      if (index >= picturesPerSecond) bytes += data.length;
    });
    frame.free();
  }
  return (bytes * 8) / 3;
}

test("the rate is kept, when twice as many pictures come as was said, too", () => {
  const bitrate = 600_000;
  const options = { ...size, encoder: "libx264", bitrate, threads: 1, profile: "baseline" } as const;
  const usual = new H264Encoder(options);
  const most = rateOf(usual, 30);
  usual.close();
  expect(most).toBeLessThan(1.15 * bitrate);
  const fast = new H264Encoder(options);
  fast.setPicturesPerSecond(60);
  const mostFast = rateOf(fast, 60);
  fast.close();
  expect(mostFast).toBeLessThan(1.15 * bitrate);
  expect(mostFast).toBeGreaterThan(0.5 * bitrate);
});
