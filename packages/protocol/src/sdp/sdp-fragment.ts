import { fail, ok, type Result } from "@sameroom/base";
import { formatCandidate, hostCandidates, type IceCandidate, parseCandidate } from "../ice/candidate.ts";
import { readIceCredentials } from "./parse-transport.ts";
import { SdpError } from "./sdp-error.ts";
import { parseSdpText } from "./sdp-text.ts";
import type { IceCredentials, LocalTransport } from "./types.ts";

/** Body of a WHIP/WHEP `PATCH`, `application/trickle-ice-sdpfrag` (RFC 8840 section 9, RFC 9725 section 4.3). */
export interface SdpFragment {
  /** New credentials mean an ICE restart; the current ones, trickled candidates. Undefined when not given. */
  ice: IceCredentials | undefined;
  /** Well-formed candidates, mDNS names among them. */
  candidates: IceCandidate[];
  endOfCandidates: boolean;
  /** MIDs the fragment names, in order. */
  mids: string[];
}

/** Reads a fragment; bounded like an offer. Malformed candidates are skipped, malformed credentials refused. */
export function parseSdpFragment(text: string): Result<SdpFragment, SdpError> {
  const parsed = parseSdpText(text);
  if (!parsed.ok) return fail(new SdpError("sdp.bad_fragment", parsed.error.message));
  const session = parsed.value;
  const levels = [session, ...session.media];
  const named = levels.find((level) => level.iceUfrag !== undefined || level.icePwd !== undefined);
  const ice = named && readIceCredentials(String(named.iceUfrag ?? ""), String(named.icePwd ?? ""));
  if (named !== undefined && ice === undefined) {
    return fail(
      new SdpError("sdp.bad_fragment", "the fragment's ice-ufrag or ice-pwd is missing or malformed"),
    );
  }
  const candidates = text
    .split(/\r\n|\r|\n/)
    .filter((line) => line.startsWith("a=candidate:"))
    .slice(0, 128)
    .map((line) => parseCandidate(line.trim()))
    .filter((candidate) => candidate !== undefined);
  const endOfCandidates = /^a=end-of-candidates\s*$/m.test(text);
  if (ice === undefined && candidates.length === 0 && !endOfCandidates) {
    return fail(new SdpError("sdp.bad_fragment", "the fragment has neither ICE credentials nor candidates"));
  }
  const mids = session.media.filter((media) => media.mid !== undefined).map((media) => String(media.mid));
  return ok({ ice, candidates, endOfCandidates, mids });
}

/** Our answer to an ICE restart: new credentials, all candidates. `section` is the first accepted one. */
export function serializeSdpFragment(
  local: Pick<LocalTransport, "iceUfrag" | "icePassword" | "candidates">,
  section: { kind: "audio" | "video"; mid: string },
): string {
  return [
    "a=ice-lite",
    "a=ice-options:ice2",
    `m=${section.kind} 9 UDP/TLS/RTP/SAVPF 0`,
    ...(section.mid === "" ? [] : [`a=mid:${section.mid}`]),
    `a=ice-ufrag:${local.iceUfrag}`,
    `a=ice-pwd:${local.icePassword}`,
    ...hostCandidates(local.candidates).map((candidate) => `a=${formatCandidate(candidate)}`),
    "a=end-of-candidates",
    "",
  ].join("\r\n");
}
