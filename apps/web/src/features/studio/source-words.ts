import type { Bridge, Publisher, SessionProtocol } from "@sameroom/contract";

const PROTOCOLS: Record<SessionProtocol, string> = {
  whip: "WebRTC",
  whep: "WebRTC",
  rtmp: "RTMP",
  srt: "SRT",
  recorder: "a browser without WebRTC",
};

/** Whether a program sends it and not one of our own pages, as far as one can tell. */
export function isEncoder({ protocol }: Pick<Publisher, "protocol">): boolean {
  return protocol === "rtmp" || protocol === "srt";
}

/** What is on air, for a badge: `Encoder, RTMP`, `Another device, WebRTC`. */
export function sourceName(source: Pick<Publisher, "protocol">): string {
  return `${isEncoder(source) ? "Encoder" : "Another device"}, ${PROTOCOLS[source.protocol]}`;
}

const CODECS: Record<string, string> = { h264: "H.264", hevc: "HEVC", aac: "AAC", opus: "Opus" };

/** A codec as people write it. */
export function codecName(codec: string): string {
  return CODECS[codec.toLowerCase()] ?? codec.toUpperCase();
}

/** What it sends: `HEVC picture, AAC sound.` */
export function codecWords({ video, audio }: Pick<Publisher, "video" | "audio">): string {
  const picture = video ? `${codecName(video.codec)} picture` : "no picture";
  const words = `${picture}, ${audio ? `${codecName(audio.codec)} sound` : "no sound"}.`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const REASONS: Record<NonNullable<Bridge["video"]>["why"], string> = {
  "b-frames": "it has B-frames",
  codec: "browsers cannot play it live",
  "long-gop": "its keyframes are far apart",
};

/** What is made of an encoder's stream for viewers over WebRTC, in a sentence; null: nothing. */
export function bridgeWords({ audio, video }: Bridge): string | null {
  const made = [
    ...(audio ? [`makes Opus of the ${codecName(audio.from)} sound`] : []),
    ...(video ? [`encodes the ${codecName(video.from)} picture anew, because ${REASONS[video.why]}`] : []),
  ];
  return made.length === 0 ? null : `For live viewers the server ${made.join(" and ")}.`;
}
