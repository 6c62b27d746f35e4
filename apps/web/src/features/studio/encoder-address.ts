import type { RoomIngest } from "@sameroom/contract";

/** Stands for the key where it is not known. */
export const KEY_PLACE = "YOUR-STREAM-KEY";

export type EncoderProtocol = "rtmp" | "rtmps" | "srt" | "whip";

/** What one protocol is called, in the order they are offered. */
export const ENCODER_PROTOCOLS: readonly { key: EncoderProtocol; label: string }[] = [
  { key: "rtmp", label: "RTMP" },
  { key: "srt", label: "SRT" },
  { key: "whip", label: "WHIP" },
  { key: "rtmps", label: "RTMPS" },
];

/** The address an encoder is given; over SRT with the stream key in it. */
export function encoderAddress(ingest: RoomIngest, protocol: EncoderProtocol, key: string): string | null {
  const address = ingest[protocol];
  return protocol === "srt" && address !== null ? `${address}?streamid=publish:${key}` : address;
}

/** How OBS is set up for it, in five steps. */
export function obsSteps(protocol: EncoderProtocol): readonly string[] {
  return [
    `Settings, Stream: choose the service ${protocol === "whip" ? "WHIP" : "Custom"}`,
    FIELDS[protocol],
    "Settings, Output: Output Mode Advanced, Rate Control CBR, Bitrate about 4,500 Kbps for 1080p",
    "In the same place: Keyframe Interval 2 s; x264: Tune zerolatency, others: B-frames 0",
    "Start Streaming. The picture appears here in a moment",
  ];
}

const FIELDS: Record<EncoderProtocol, string> = {
  rtmp: "Server and Stream Key: the two above",
  rtmps: "Server and Stream Key: the two above",
  srt: "Server: the whole address above, with the key in it; leave Stream Key empty",
  whip: "Server: the address above; Bearer Token: the stream key",
};
