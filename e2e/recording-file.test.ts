import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { policyOf, RecordingsBench } from "../apps/media/src/recording/recordings.fixture.ts";
import { START_UNIX_MS } from "../apps/media/src/recording/show.fixture.ts";
import { judge } from "../testing/ffmpeg/judge.ts";
import { fragmentsOf } from "./harness/fragments.ts";

it("a recording plays through an absent host, without a word from FFmpeg", async () => {
  const bench = await RecordingsBench.create();
  try {
    bench.policies.set("room", policyOf("automatic"));
    const program = bench.open();
    const video = await fragmentsOf("h264", { frames: 120, perFragment: 30 });
    const audio = await fragmentsOf("opus", { frames: 201, perFragment: 50 });
    const tracks = [
      { rendition: "v-single", kind: "video" as const, ...video },
      { rendition: "opus", kind: "audio" as const, ...audio },
    ];
    for (const { rendition, kind, format, init } of tracks) {
      program.rendition({ id: rendition, kind }, "added");
      program.init({ rendition, version: 0, format, bytes: init });
    }
    for (const number of [0, 1, 2, 3]) {
      // The second of these seconds is one without anything.
      const gap = number === 1;
      const captureMicros = (START_UNIX_MS + number * 1000) * 1000;
      for (const { rendition, fragments } of tracks) {
        const bytes = gap ? new Uint8Array(0) : fragments[number]!.bytes;
        const shared = { rendition, captureMicros, durationMicros: 1_000_000, independent: true, gap };
        program.part({ ...shared, segment: number, index: 0, bytes });
        const segment = { number, init: 0, byteLength: bytes.length, parts: 1, discontinuity: number === 2 };
        program.segment({ ...shared, ...segment });
      }
    }
    program.ended();
    const { id, durationMs } = await bench.fact("ready");
    expect(durationMs).toBe(3000);
    for (const name of ["recording.mp4", "index.m3u8"]) {
      const { messages, streams } = await judge(join(bench.directory, id, name));
      expect(streams.find(({ codec }) => codec === "h264")).toMatchObject({ packets: 90, frames: 90 });
      if (name === "index.m3u8") continue;
      expect(messages).toEqual([]);
      for (const { firstSeconds, endSeconds } of streams) {
        expect(firstSeconds).toBeLessThan(0.04);
        expect(Math.abs(endSeconds - 3)).toBeLessThan(0.06);
      }
    }
  } finally {
    await bench.close();
    await rm(bench.root, { recursive: true, force: true });
  }
});
