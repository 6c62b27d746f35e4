import { fail, ok, type Result } from "@sameroom/base";
import type { MediaDescription } from "sdp-transform";
import { codecNameOf } from "../codec/codec-policy.ts";
import { parseFmtp } from "../codec/fmtp.ts";
import { SdpError } from "./sdp-error.ts";
import { payloadsOf } from "./sdp-text.ts";
import type { OfferCodec, SdpMediaKind } from "./types.ts";

/** The formats of an m-line in its order, RTX (RFC 4588) and RED (RFC 2198) folded into the codec they repair or carry. */
export function parseCodecs(
  media: MediaDescription,
  kind: SdpMediaKind,
  index: number,
): Result<OfferCodec[], SdpError> {
  const fmtps = new Map<number, string>();
  for (const { payload, config } of media.fmtp) fmtps.set(Number(payload), String(config));

  const codecs = new Map<number, OfferCodec>();
  const repairs: { payloadType: number; repairs: number }[] = [];
  const redundant: { payloadType: number; carries: number }[] = [];
  for (const word of new Set(payloadsOf(media))) {
    const payloadType = Number(word);
    if (!/^\d{1,3}$/.test(word) || payloadType > 127) {
      return fail(
        new SdpError("sdp.malformed", `media section ${index} has the payload type ${word.slice(0, 16)}`),
      );
    }
    const map = media.rtp.find((entry) => Number(entry.payload) === payloadType);
    // Static payload types (RFC 3551) need no rtpmap; we forward none of them.
    if (map === undefined) continue;
    const fmtp = fmtps.get(payloadType) ?? "";
    const encoding = String(map.codec);
    if (encoding.toLowerCase() === "rtx") {
      repairs.push({ payloadType, repairs: Number(parseFmtp(fmtp).get("apt") ?? Number.NaN) });
      continue;
    }
    const carried = encoding.toLowerCase() === "red" && kind === "audio" ? carriedByRed(fmtp) : undefined;
    if (carried !== undefined) redundant.push({ payloadType, carries: carried });
    const clockRate = Number(map.rate ?? 0);
    codecs.set(payloadType, {
      name: codecNameOf(encoding, kind, clockRate),
      encoding,
      payloadType,
      clockRate,
      channels: kind === "audio" ? readChannels(map.encoding) : 1,
      fmtp,
      rtxPayloadType: undefined,
      redPayloadType: undefined,
      feedback: feedbackOf(media, payloadType),
    });
  }
  for (const { payloadType, repairs: primary } of repairs) {
    const codec = codecs.get(primary);
    if (codec !== undefined && codec.rtxPayloadType === undefined) codec.rtxPayloadType = payloadType;
  }
  for (const { payloadType, carries } of redundant) {
    const codec = codecs.get(carries);
    const matches = codec?.name === "opus" && codec.clockRate === codecs.get(payloadType)?.clockRate;
    if (matches && codec.redPayloadType === undefined) codec.redPayloadType = payloadType;
  }
  return ok([...codecs.values()]);
}

/** `111/111`: the payload type of all blocks; undefined when they differ (RFC 2198 section 5). */
function carriedByRed(fmtp: string): number | undefined {
  const types = new Set(fmtp.trim().split("/"));
  const [only] = types;
  return types.size === 1 && only !== undefined && /^\d{1,3}$/.test(only) ? Number(only) : undefined;
}

function readChannels(encoding: number | undefined): number {
  const channels = Number(encoding ?? 1);
  return Number.isInteger(channels) && channels >= 1 && channels <= 255 ? channels : 1;
}

function feedbackOf(media: MediaDescription, payloadType: number): string[] {
  const feedback = (media.rtcpFb ?? [])
    .filter(({ payload }) => payload === "*" || Number(payload) === payloadType)
    .map(({ type, subtype }) => (subtype === undefined ? String(type) : `${type} ${subtype}`));
  return [...new Set(feedback)];
}
