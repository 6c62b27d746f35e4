import type { VideoCodecName } from "../codec/types.ts";

/** How a video decoder is set up. Another object means another set-up: compare by identity. */
export interface VideoFormat {
  kind: "video";
  /** `hevc` comes from encoders only: no WebRTC viewer is sent it. */
  codec: VideoCodecName | "hevc";
  /** RFC 6381 codec parameter, e.g. `avc1.42e01f`, `hvc1.1.6.L93.B0`, `vp09.00.31.08`, `av01.0.05M.08`. */
  codecs: string;
  /** Payload of the `avcC`, `hvcC`, `vpcC` or `av1C` box. */
  configuration: Uint8Array;
  /** In pixels. */
  width: number;
  height: number;
}

/** How an audio decoder is set up. */
export interface AudioFormat {
  kind: "audio";
  codec: "opus" | "aac";
  /** RFC 6381: `opus`, `mp4a.40.2`. */
  codecs: string;
  /** Payload of the `dOps` box, or the AudioSpecificConfig. */
  configuration: Uint8Array;
  /** Hz; of Opus always 48,000. */
  sampleRate: number;
  channels: number;
}

export type UnitFormat = VideoFormat | AudioFormat;

/** One picture, or one packet of sound, as an MP4 sample holds it. */
export interface AccessUnit {
  format: UnitFormat;
  /** When it was captured, microseconds since 1970 on the node's clock. */
  captureMicros: number;
  /** Presentation minus decoding time, µs; 0 without B-frames. */
  compositionMicros: number;
  /** A decoder can start here; of audio always true. */
  keyframe: boolean;
  /** Of audio, in samples of `format.sampleRate`; of video 0: until the next one. */
  samples: number;
  /** H.264, HEVC: NAL units with four-byte lengths. AV1: OBUs with sizes, no delimiter. Others: the frame as it is. */
  data: Uint8Array;
}

/** An access unit as its sender timed it: what containers bring. */
export interface TimedUnit extends Omit<AccessUnit, "captureMicros"> {
  /** Presentation time on the sender's own timeline, µs from wherever it begins; sound and picture on one line, unwrapped. */
  ptsMicros: number;
}

/** A frame as RTP carried it: in order, whole. */
export interface RtpFrame {
  /** As in the packets, 32 bits. */
  timestamp: number;
  keyframe: boolean;
  data: Uint8Array;
  /** Set where the frame brings another set-up of the decoder (parameter sets, sequence header); video only. */
  format: VideoFormat | undefined;
}

/**
 * RTP payloads to frames, for one stream. Packets come in order of sequence numbers; `lost()` is called where some are
 * missing, and what began before is given up. Never throws, whatever the bytes.
 */
export interface Depacketizer {
  /** The frame that this packet completes, if any. `data` belongs to the caller. */
  take(payload: Uint8Array, timestamp: number, marker: boolean): RtpFrame | undefined;
  lost(): void;
}
