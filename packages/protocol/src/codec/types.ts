/** Codecs Sameroom forwards, in the words of `WireCodec`. */
export type VideoCodecName = "h264" | "vp8" | "vp9" | "av1";
export type AudioCodecName = "opus";
export type CodecName = VideoCodecName | AudioCodecName;

/** In pixels. */
export interface PictureSize {
  width: number;
  height: number;
}
