import { formatFmtp, parseFmtp } from "./fmtp.ts";

/** Opus format parameters (RFC 7587 section 6.1), as far as they matter to forwarding. */
export interface OpusFormat {
  /** The receiver prefers stereo. */
  stereo: boolean;
  /** The sender will probably send stereo. */
  spropStereo: boolean;
  inBandFec: boolean;
  dtx: boolean;
  /** Bits per second, undefined when not limited. */
  maxAverageBitrate: number | undefined;
}

/** Reads an Opus `a=fmtp`; unknown parameters are ignored. */
export function parseOpusFormat(fmtp: string): OpusFormat {
  const parameters = parseFmtp(fmtp);
  const bitrate = Number(parameters.get("maxaveragebitrate"));
  return {
    stereo: parameters.get("stereo") === "1",
    spropStereo: parameters.get("sprop-stereo") === "1",
    inBandFec: parameters.get("useinbandfec") === "1",
    dtx: parameters.get("usedtx") === "1",
    maxAverageBitrate: Number.isInteger(bitrate) && bitrate >= 6000 ? bitrate : undefined,
  };
}

const KEPT = ["minptime", "maxptime", "maxplaybackrate", "maxaveragebitrate", "cbr", "usedtx"] as const;

/**
 * The answer to an Opus offer: in-band FEC always, stereo where the offerer sends or wants it.
 * `role` is what the offerer does: a sender's `sprop-stereo` becomes our `stereo`, and the other way round.
 */
export function answerOpusFmtp(offered: string, role: "sends" | "receives"): string {
  const parameters = parseFmtp(offered);
  const { stereo, spropStereo } = parseOpusFormat(offered);
  const answer = new Map<string, string>();
  for (const name of KEPT) {
    const value = parameters.get(name);
    if (value !== undefined && /^\d{1,7}$/.test(value)) answer.set(name, value);
  }
  if (role === "sends" && (stereo || spropStereo)) answer.set("stereo", "1");
  if (role === "receives" && stereo) answer.set("stereo", "1").set("sprop-stereo", "1");
  answer.set("useinbandfec", "1");
  return formatFmtp(answer);
}
