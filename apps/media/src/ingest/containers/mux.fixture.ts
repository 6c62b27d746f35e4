import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface MuxOptions {
  muxer: "mpegts" | "webm" | "matroska" | "mp4";
  video?: "h264" | "hevc" | "vp8" | "vp9" | "av1";
  audio?: "opus" | "aac" | "mp2";
  /** Hz; default 48,000. */
  sampleRate?: number;
  /** Of the muxer. */
  settings?: Record<string, string>;
}

/** What the encoder gave to the muxer. */
export interface MuxedPacket {
  kind: "audio" | "video";
  ptsMicros: number;
  dtsMicros: number;
  bytes: number;
  keyframe: boolean;
}

/** Two seconds of 322x182 at 25 pictures a second with a keyframe each second, and a stereo tone, in a container that FFmpeg wrote. */
export function mux(options: MuxOptions): Promise<{ packets: MuxedPacket[]; bytes: Uint8Array }> {
  const path = fileURLToPath(new URL("mux-program.fixture.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ["--import", "tsx", path, JSON.stringify(options)],
      { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error !== null) return reject(new Error(`${error.message}\n${stderr}`));
        const end = 4 + stdout.readUInt32BE(0);
        const packets = JSON.parse(stdout.subarray(4, end).toString()) as MuxedPacket[];
        resolve({ packets, bytes: new Uint8Array(stdout.subarray(end)) });
      },
    );
  });
}

/** Pieces of `size` bytes, as a network brings them. */
export function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
