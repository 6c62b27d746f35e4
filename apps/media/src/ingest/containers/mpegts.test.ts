import { MpegTsDemuxer, type TimedUnit } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { type MuxedPacket, type MuxOptions, mux, pieces } from "./mux.fixture.ts";

/** SRT brings seven packets at a time. */
const PIECE = 7 * 188;

function demux(bytes: Uint8Array, size = PIECE): { units: TimedUnit[]; demuxer: MpegTsDemuxer } {
  const demuxer = new MpegTsDemuxer();
  const units = [...pieces(bytes, size)].flatMap((piece) => demuxer.push(piece));
  return { units: [...units, ...demuxer.end()], demuxer };
}

/** Times of one kind, from the first picture on (FFmpeg moves the whole), and how they are composed. */
const times = (units: readonly TimedUnit[], kind: "audio" | "video") =>
  units
    .filter(({ format }) => format.kind === kind)
    .map(({ ptsMicros, compositionMicros, keyframe }) => ({ ptsMicros, compositionMicros, keyframe }));
const told = (packets: readonly MuxedPacket[], kind: "audio" | "video") =>
  packets
    .filter((packet) => packet.kind === kind)
    .map(({ ptsMicros, dtsMicros, keyframe }) => ({
      ptsMicros,
      compositionMicros: ptsMicros - dtsMicros,
      keyframe,
    }));

/** One list is the other moved by a constant, to the tick. */
function expectSame(units: TimedUnit[], packets: MuxedPacket[], kind: "audio" | "video"): number {
  const [got, wanted] = [times(units, kind), told(packets, kind)];
  expect(got.length).toBe(wanted.length);
  const offset = got[0]!.ptsMicros - wanted[0]!.ptsMicros;
  for (const [index, one] of got.entries()) {
    expect(Math.abs(one.ptsMicros - offset - wanted[index]!.ptsMicros)).toBeLessThan(25);
    expect(Math.abs(one.compositionMicros - wanted[index]!.compositionMicros)).toBeLessThan(25);
    expect(one.keyframe).toBe(wanted[index]!.keyframe);
  }
  return offset;
}

describe("a transport stream that FFmpeg muxed", () => {
  it.each<[string, Omit<MuxOptions, "muxer">, string, string]>([
    [
      "H.264 with B-frames and AAC of 44.1 kHz",
      { video: "h264", audio: "aac", sampleRate: 44_100 },
      "h264",
      "aac",
    ],
    [
      "HEVC and AAC in LATM",
      { video: "hevc", audio: "aac", settings: { mpegts_flags: "latm" } },
      "hevc",
      "aac",
    ],
    ["H.264 and Opus", { video: "h264", audio: "opus" }, "h264", "opus"],
  ])("of %s: every picture and packet, at its time", async (_, options, video, audio) => {
    const { packets, bytes } = await mux({ muxer: "mpegts", ...options });
    const { units, demuxer } = demux(bytes);
    const pictures = expectSame(units, packets, "video");
    const sound = expectSame(units, packets, "audio");
    expect(Math.abs(pictures - sound)).toBeLessThan(25);
    const format = (kind: string) => units.find((unit) => unit.format.kind === kind)!.format;
    expect(format("video")).toMatchObject({ codec: video, width: 322, height: 182 });
    expect(format("audio")).toMatchObject({
      codec: audio,
      sampleRate: options.sampleRate ?? 48_000,
      channels: 2,
    });
    expect(new Set(units.map((unit) => unit.format)).size).toBe(2);
    const sounds = units.filter((unit) => unit.format.kind === "audio");
    expect(sounds.map(({ data }) => data.length)).toEqual(
      packets.filter(({ kind }) => kind === "audio").map((packet) => packet.bytes),
    );
    expect(demuxer.faults).toEqual({ skippedBytes: 0, gaps: 0 });
    // In whatever pieces it comes.
    expect(demux(bytes, 1000).units).toEqual(units);
  });

  it("gives a picture with its own last packet, not with the next picture", async () => {
    const { bytes } = await mux({ muxer: "mpegts", video: "h264" });
    const demuxer = new MpegTsDemuxer();
    let inTime = 0;
    let open = 0;
    for (const packet of pieces(bytes, 188)) {
      const isPicture = (((packet[1]! & 0x1f) << 8) | packet[2]!) === 0x100;
      if (isPicture && (packet[1]! & 0x40) !== 0) {
        inTime += open === 0 ? 1 : 0;
        open = 1;
      }
      open -= demuxer.push(packet).length;
    }
    // One length in 184 leaves nothing to fill up.
    expect(inTime).toBeGreaterThan(45);
  });

  it("names what it cannot take", async () => {
    const { bytes } = await mux({ muxer: "mpegts", video: "h264", audio: "mp2" });
    const { units, demuxer } = demux(bytes);
    expect(demuxer.unsupported).toEqual(["mp2"]);
    expect(units.length).toBe(50);
  });
});
