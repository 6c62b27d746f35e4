import { fail, ok, type Result } from "@sameroom/base";
import type { SessionDescription } from "sdp-transform";
import { parseSection } from "./parse-section.ts";
import { parseTransport } from "./parse-transport.ts";
import { SdpError, type SdpErrorCode } from "./sdp-error.ts";
import { parseSdpText } from "./sdp-text.ts";
import type { Offer, OfferSection } from "./types.ts";

/**
 * Reads and checks an offer: bounded, one BUNDLEd transport, rtcp-mux, DTLS with a fingerprint, a peer that does ICE
 * in full. Never throws; the error's message is for the person who runs the client.
 */
export function parseOffer(sdp: string): Result<Offer, SdpError> {
  if (!/^v=0\r?\n/.test(sdp)) return refuse("sdp.malformed", "the offer does not start with v=0");
  const text = parseSdpText(sdp);
  if (!text.ok) return text;
  const session = text.value;

  const sections: OfferSection[] = [];
  for (const [index, media] of session.media.entries()) {
    const section = parseSection(session, media, index);
    if (!section.ok) return section;
    sections.push(section.value);
  }
  const active = sections.filter((section) => !section.rejected && section.kind !== "other");
  if (active.length === 0) return refuse("sdp.no_media", "the offer has no audio or video section");
  const faulty = findFault(sections, active);
  if (faulty !== undefined) return fail(faulty);

  const bundle = readBundle(session, sections, active);
  if (!bundle.ok) return bundle;
  const transport = parseTransport(session, sections, bundle.value);
  if (!transport.ok) return transport;
  return ok({
    ...transport.value,
    bundle: bundle.value,
    extmapAllowMixed: session.extmapAllowMixed !== undefined,
    sections,
  });
}

function findFault(sections: readonly OfferSection[], active: readonly OfferSection[]): SdpError | undefined {
  const mids = new Set<string>();
  for (const { mid } of sections) {
    if (mid === "") continue;
    if (mids.has(mid)) return new SdpError("sdp.malformed", `two media sections have the mid ${mid}`);
    mids.add(mid);
  }
  const separate = active.find((section) => !section.rtcpMux);
  if (separate !== undefined) {
    const which = `media section ${separate.index} (${separate.kind})`;
    return new SdpError("sdp.no_rtcp_mux", `${which} is without rtcp-mux; RTP and RTCP must share a port`);
  }
  // Bundled sections share one id space (RFC 8843 section 9.2 with RFC 8285 section 6).
  const uris = new Map<number, string>();
  for (const { id, uri } of active.flatMap((section) => section.extensions)) {
    const other = uris.get(id);
    if (other !== undefined && other !== uri) {
      return new SdpError("sdp.malformed", `header extension id ${id} stands for two extensions`);
    }
    uris.set(id, uri);
  }
  return undefined;
}

/** MIDs of the group that holds every active section; a lone section needs no group. */
function readBundle(
  session: SessionDescription,
  sections: readonly OfferSection[],
  active: readonly OfferSection[],
): Result<string[], SdpError> {
  const group = session.groups?.find(({ type }) => type === "BUNDLE");
  if (group === undefined && active.length === 1) return ok([active[0]!.mid]);
  if (group === undefined)
    return refuse("sdp.not_bundled", "the offer has no BUNDLE group; media must share a port");
  const known = new Set(sections.map((section) => section.mid));
  const mids = String(group.mids)
    .split(" ")
    .filter((mid) => mid !== "" && known.has(mid));
  const outside = active.find((section) => section.mid === "" || !mids.includes(section.mid));
  if (outside !== undefined) {
    const which = `media section ${outside.index} (${outside.kind})`;
    return refuse("sdp.not_bundled", `${which} is not in the BUNDLE group; media must share a port`);
  }
  return ok(mids);
}

function refuse(code: SdpErrorCode, message: string): { ok: false; error: SdpError } {
  return fail(new SdpError(code, message));
}
