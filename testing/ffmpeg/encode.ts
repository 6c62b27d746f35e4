import { runProgram } from "./run-program.ts";

/** What there are encoders for. */
export type EncodedCodec = "h264" | "vp8" | "vp9" | "av1" | "opus" | "aac";

/**
 * A test picture (642x362 unless told otherwise, 30 a second, a keyframe a second) or a tone (stereo, 48 kHz, Opus in 20 ms packets) as RTP packets, made by
 * FFmpeg's encoders and packetizers.
 */
export async function encodeToRtp(
  codec: EncodedCodec,
  frames: number,
  size = "642x362",
): Promise<Uint8Array[]> {
  const { stdout: bytes } = await runProgram("encode-program.ts", codec, String(frames), size);
  const packets: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    packets.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return packets;
}
