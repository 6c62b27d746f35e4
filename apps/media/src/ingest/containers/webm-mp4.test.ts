import { SeededRandom } from "@sameroom/base/testing";
import { FragmentedMp4Reader, type TimedUnit, WebmReader } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { type MuxedPacket, type MuxOptions, mux, pieces } from "./mux.fixture.ts";

const FRAGMENTED = { movflags: "delay_moov+frag_keyframe+default_base_moof" };

function read(options: MuxOptions, bytes: Uint8Array, size = 777): TimedUnit[] {
  const reader = options.muxer === "mp4" ? new FragmentedMp4Reader() : new WebmReader();
  let come = 0;
  let early = 0;
  const units = [...pieces(bytes, size)].flatMap((piece) => {
    const made = reader.push(piece);
    come += piece.length;
    if (come < bytes.length * 0.75) early += made.length;
    return made;
  });
  // Blocks at once, fragments when they are whole: nothing waits for the end.
  if (size < bytes.length) expect(early).toBeGreaterThan(units.length / 4);
  expect(reader.fault).toBeUndefined();
  expect(reader.unsupported).toEqual([]);
  return units;
}

/** What came out is what went in: sizes of sound, keyframes, and times within what the container can say. */
function expectSame(
  units: TimedUnit[],
  packets: MuxedPacket[],
  { kind, toleranceMicros }: { kind: "audio" | "video"; toleranceMicros: number },
): number {
  const got = units.filter(({ format }) => format.kind === kind);
  const wanted = packets.filter((packet) => packet.kind === kind);
  expect(got.length).toBe(wanted.length);
  const offset = got[0]!.ptsMicros - wanted[0]!.ptsMicros;
  for (const [index, unit] of got.entries()) {
    const packet = wanted[index]!;
    expect(Math.abs(unit.ptsMicros - offset - packet.ptsMicros)).toBeLessThanOrEqual(toleranceMicros);
    expect(unit.keyframe).toBe(packet.keyframe);
    if (kind === "audio") expect(unit.data.length).toBe(packet.bytes);
  }
  return offset;
}

describe("a container that FFmpeg wrote, in pieces", () => {
  it.each<[string, MuxOptions]>([
    ["WebM of VP8 and Opus", { muxer: "webm", video: "vp8", audio: "opus", settings: { live: "1" } }],
    ["WebM of VP9 and Opus", { muxer: "webm", video: "vp9", audio: "opus" }],
    ["WebM of AV1 and Opus", { muxer: "webm", video: "av1", audio: "opus" }],
    [
      "Matroska of H.264 and Opus, as Chromium records it",
      { muxer: "matroska", video: "h264", audio: "opus" },
    ],
    ["Matroska of H.264 and AAC", { muxer: "matroska", video: "h264", audio: "aac", sampleRate: 44_100 }],
    ["MP4 of H.264 and AAC", { muxer: "mp4", video: "h264", audio: "aac", settings: FRAGMENTED }],
    ["MP4 of HEVC and Opus", { muxer: "mp4", video: "hevc", audio: "opus", settings: FRAGMENTED }],
    ["MP4 of VP9 and AAC", { muxer: "mp4", video: "vp9", audio: "aac", settings: FRAGMENTED }],
    ["MP4 of AV1 and AAC", { muxer: "mp4", video: "av1", audio: "aac", settings: FRAGMENTED }],
  ])("%s: every picture and packet, at its time; damaged, never more than came", async (_, options) => {
    const { packets, bytes } = await mux(options);
    const units = read(options, bytes);
    const isMp4 = options.muxer === "mp4";
    const pictures = expectSame(units, packets, { kind: "video", toleranceMicros: isMp4 ? 100 : 1000 });
    const sound = expectSame(units, packets, { kind: "audio", toleranceMicros: isMp4 ? 100 : 2000 });
    expect(Math.abs(pictures - sound)).toBeLessThan(isMp4 ? 200 : 2000);
    const video = units.find(({ format }) => format.kind === "video")!.format;
    expect(video).toMatchObject({ codec: options.video, width: 322, height: 182 });
    const audio = units.find(({ format }) => format.kind === "audio")!.format;
    expect(audio).toMatchObject({
      codec: options.audio,
      sampleRate: options.sampleRate ?? 48_000,
      channels: 2,
    });
    expect(read(options, bytes, bytes.length)).toEqual(units);

    const random = new SeededRandom(bytes.length);
    for (let round = 0; round < 60; round += 1) {
      const damaged = bytes.slice(0, random.integer(1, bytes.length));
      for (let hits = random.integer(1, 20); hits > 0; hits -= 1)
        damaged[random.integer(0, Math.min(damaged.length, 3000) - 1)] = random.integer(0, 255);
      const reader = isMp4 ? new FragmentedMp4Reader() : new WebmReader();
      let out = 0;
      for (const piece of pieces(damaged, 5000))
        for (const { data } of reader.push(piece)) out += data.length;
      // AV1 gets sizes, H.264 four-byte lengths where there were shorter ones.
      expect(out).toBeLessThan(damaged.length * 3);
    }
  });
});
