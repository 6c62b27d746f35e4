import { fail, ok, type Result } from "@sameroom/base";
import type { MediaDescription, SessionDescription } from "sdp-transform";
import { parseCodecs } from "./parse-codecs.ts";
import { SdpError } from "./sdp-error.ts";
import { payloadsOf } from "./sdp-text.ts";
import type { OfferRid, OfferSection, OfferSsrc, SdpDirection, SdpMediaKind } from "./types.ts";

/** Reads one m-section of an offer. Sections that are not RTP for us come back as `other`, with nothing in them. */
export function parseSection(
  session: SessionDescription,
  media: MediaDescription,
  index: number,
): Result<OfferSection, SdpError> {
  if (
    media.type === undefined ||
    media.type === "" ||
    media.protocol === undefined ||
    media.protocol === ""
  ) {
    return fail(new SdpError("sdp.malformed", `the m-line of media section ${index} is malformed`));
  }
  const type = String(media.type);
  const protocol = String(media.protocol);
  const mid = media.mid === undefined ? "" : String(media.mid);
  if (media.mid !== undefined && !/^[!-~]{1,32}$/.test(mid)) {
    return fail(new SdpError("sdp.malformed", `the mid of media section ${index} is malformed`));
  }
  const isRtp = (type === "audio" || type === "video") && /\/TLS\/RTP\/SAVPF?$/.test(protocol);
  const codecs = parseCodecs(media, isRtp ? (type as SdpMediaKind) : "video", index);
  if (isRtp && !codecs.ok) return codecs;
  return ok({
    index,
    kind: isRtp ? (type as SdpMediaKind) : "other",
    line: { type, protocol, formats: payloadsOf(media).join(" ") },
    rejected: Number(media.port) === 0 && media.bundleOnly === undefined,
    mid,
    direction: (media.direction ?? session.direction ?? "sendrecv") as SdpDirection,
    rtcpMux: media.rtcpMux !== undefined,
    rtcpRsize: media.rtcpRsize !== undefined,
    receiverRoundTrip: offersReceiverRoundTrip(media),
    codecs: isRtp && codecs.ok ? codecs.value : [],
    extensions: readExtensions(session, media),
    extmapAllowMixed: media.extmapAllowMixed !== undefined,
    rids: readRids(media),
    simulcastSend: readSimulcast(media),
    ...readSsrcs(media),
    msid: readMsid(media),
  });
}

/** The SDP library keeps attributes that it does not know as they are. */
function offersReceiverRoundTrip({ invalid = [] }: MediaDescription): boolean {
  return invalid.some(({ value }) => /^rtcp-xr:(?:.* )?rcvr-rtt=(?:all|sender)\b/.test(String(value)));
}

function readExtensions(session: SessionDescription, media: MediaDescription): OfferSection["extensions"] {
  return [...(session.ext ?? []), ...(media.ext ?? [])]
    .filter((ext) => ext["encrypt-uri"] === undefined && Number(ext.value) >= 1 && Number(ext.value) <= 255)
    .map((ext) => ({ id: Number(ext.value), uri: String(ext.uri) }));
}

function readRids(media: MediaDescription): OfferRid[] {
  return (media.rids ?? [])
    .filter(({ id, direction }) => String(id).length <= 16 && (direction === "send" || direction === "recv"))
    .map(({ id, direction, params }) => ({
      id: String(id),
      direction: direction as OfferRid["direction"],
      parameters: params === undefined ? "" : String(params),
    }));
}

/** RIDs the offerer wants to send (RFC 8853): streams by `;`, alternatives by `,`, `~` for paused. */
function readSimulcast(media: MediaDescription): string[] {
  const { simulcast } = media;
  if (simulcast === undefined) return [];
  const list = simulcast.dir1 === "send" ? simulcast.list1 : simulcast.dir2 === "send" ? simulcast.list2 : "";
  const known = new Set(
    readRids(media)
      .filter((rid) => rid.direction === "send")
      .map((rid) => rid.id),
  );
  const ids = String(list ?? "")
    .split(";", 16)
    .map((stream) => stream.split(",", 1)[0]!.replace(/^~/, ""));
  return [...new Set(ids)].filter((id) => known.has(id));
}

function readSsrcs(media: MediaDescription): Pick<OfferSection, "ssrcs" | "simulcastSsrcs"> {
  const streams = new Map<number, OfferSsrc>();
  for (const { id, attribute, value } of media.ssrcs ?? []) {
    const ssrc = Number(id);
    if (!Number.isInteger(ssrc) || ssrc < 0 || ssrc > 0xffff_ffff) continue;
    const stream = streams.get(ssrc) ?? { ssrc, rtxSsrc: undefined, cname: undefined, msid: undefined };
    streams.set(ssrc, stream);
    if (attribute === "cname") stream.cname = String(value ?? "");
    if (attribute === "msid") stream.msid = String(value ?? "");
  }
  for (const { semantics, ssrcs } of media.ssrcGroups ?? []) {
    const [primary, repair] = String(ssrcs).split(" ").map(Number);
    // FID pairs a stream with its RTX, FEC-FR with its FlexFEC, which we do not negotiate (RFC 5576, RFC 8627).
    if (primary === undefined || repair === undefined || !streams.has(repair)) continue;
    if (semantics === "FID" && streams.has(primary)) streams.get(primary)!.rtxSsrc = repair;
    if (semantics === "FID" || semantics === "FEC-FR") streams.delete(repair);
  }
  const group = (media.ssrcGroups ?? []).find(({ semantics }) => semantics === "SIM");
  const layers = new Set(group === undefined ? [] : String(group.ssrcs).split(" ", 16).map(Number));
  const simulcastSsrcs = [...layers].flatMap((ssrc) => streams.get(ssrc) ?? []);
  return { ssrcs: [...streams.values()], simulcastSsrcs: simulcastSsrcs.length > 1 ? simulcastSsrcs : [] };
}

function readMsid(media: MediaDescription): string | undefined {
  const msid = media.msid?.[0];
  if (msid === undefined) return undefined;
  return msid.appdata === undefined ? String(msid.id) : `${msid.id} ${msid.appdata}`;
}
