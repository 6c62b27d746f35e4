import type { PublishOptions } from "../types.ts";

export type VideoCodec = NonNullable<PublishOptions["videoCodec"]>;

/** Codecs a publisher offers, best first: what most viewers and recordings can take without transcoding. */
const PREFERENCE: readonly VideoCodec[] = ["h264", "vp8", "vp9", "av1"];

const nameOf = (mimeType: string) => mimeType.toLowerCase().replace("video/", "");

/** Sorts codecs by what viewers can take; those of no rank (RTX, FEC) keep their place at the end. */
export function rankCodecs<Codec extends { mimeType: string; sdpFmtpLine?: string }>(
  codecs: readonly Codec[],
  preferred?: VideoCodec,
): Codec[] {
  const rank = ({ mimeType, sdpFmtpLine }: Codec) => {
    const name = nameOf(mimeType);
    const index = (PREFERENCE as readonly string[]).indexOf(name);
    if (index < 0) return PREFERENCE.length;
    // Constrained baseline first: every decoder takes it, and it has no B-frames.
    const bonus = /profile-level-id=42[ce]0/i.test(sdpFmtpLine ?? "") ? 0.5 : 0;
    return (name === preferred ? -1 : index) - bonus;
  };
  return codecs
    .filter(({ mimeType, sdpFmtpLine = "" }) => {
      // Single NAL units (RFC 6184 section 6.2, the default when the mode is not named) cannot carry a whole frame.
      return nameOf(mimeType) !== "h264" || sdpFmtpLine.includes("packetization-mode=1");
    })
    .sort((left, right) => rank(left) - rank(right));
}

/**
 * Says to a transceiver which codecs to offer, in which order. Audio is left as the browser has it: Opus first, with
 * redundancy (RFC 2198) beside it where the browser knows it.
 */
export function preferCodecs(
  transceiver: RTCRtpTransceiver,
  codecs: RTCRtpCodec[] | undefined,
  preferred: VideoCodec | undefined,
): void {
  if (codecs === undefined || typeof transceiver.setCodecPreferences !== "function") return;
  try {
    transceiver.setCodecPreferences(rankCodecs(codecs, preferred));
  } catch {
    // A browser that refuses the list keeps its own order; the server takes what it can.
  }
}

/** Whether several encodings of the codec are several pictures; Chromium makes one scalable stream of them in VP9 and AV1. */
export function canSimulcast(preferred: VideoCodec | undefined): boolean {
  return preferred !== "vp9" && preferred !== "av1";
}

/**
 * An answer with the wanted codec first in its video sections. Any codec of an answer may be sent (RFC 3264 section 6.1),
 * and browsers send the first.
 */
export function answerPreferring(answer: string, preferred: VideoCodec): string {
  return answer
    .split(/(?=^m=)/m)
    .map((section) => {
      const line = /^(m=video \S+ \S+ )(.*?)(\r?)$/m.exec(section);
      if (line === null) return section;
      const [whole, head, formats, end] = line;
      const isPreferred = (format: string) =>
        new RegExp(`^a=rtpmap:${format} ${preferred}/`, "im").test(section);
      const all = formats!.split(" ");
      const sorted = [...all.filter(isPreferred), ...all.filter((format) => !isPreferred(format))];
      return section.replace(whole, `${head}${sorted.join(" ")}${end}`);
    })
    .join("");
}
