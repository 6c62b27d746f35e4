import { fail, ok, type Result } from "@sameroom/base";
import { type MediaDescription, parse, type SessionDescription } from "sdp-transform";
import { SDP_LIMITS } from "./limits.ts";
import { SdpError } from "./sdp-error.ts";

/** Runs the grammar over SDP text that is small enough, and checks the counts of what came out. Never throws. */
export function parseSdpText(text: string): Result<SessionDescription, SdpError> {
  if (text.length > SDP_LIMITS.size) {
    return fail(new SdpError("sdp.too_large", `the SDP is larger than ${SDP_LIMITS.size} characters`));
  }
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > SDP_LIMITS.lines) {
    return fail(new SdpError("sdp.limit", `the SDP has more than ${SDP_LIMITS.lines} lines`));
  }
  for (const [index, line] of lines.entries()) {
    if (line.length > SDP_LIMITS.lineLength) {
      return fail(new SdpError("sdp.limit", `line ${index + 1} of the SDP is too long`));
    }
    if (line !== "" && !/^[a-z]=/.test(line)) {
      return fail(new SdpError("sdp.malformed", `line ${index + 1} of the SDP is not of the form x=value`));
    }
  }
  const session = runGrammar(lines.join("\r\n"));
  if (session === undefined) return fail(new SdpError("sdp.malformed", "the SDP cannot be read"));
  const excess = findExcess(session.media);
  return excess === undefined ? ok(session) : fail(excess);
}

function runGrammar(text: string): SessionDescription | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function findExcess(media: readonly MediaDescription[]): SdpError | undefined {
  if (media.length > SDP_LIMITS.sections) {
    return new SdpError("sdp.limit", `the SDP has more than ${SDP_LIMITS.sections} media sections`);
  }
  for (const [index, section] of media.entries()) {
    const counts: [string, number, number][] = [
      ["payload types", payloadsOf(section).length, SDP_LIMITS.payloadTypesPerSection],
      ["rtpmap lines", section.rtp.length, SDP_LIMITS.payloadTypesPerSection],
      ["fmtp lines", section.fmtp.length, SDP_LIMITS.payloadTypesPerSection],
      ["header extensions", section.ext?.length ?? 0, SDP_LIMITS.extensionsPerSection],
      ["ssrc lines", section.ssrcs?.length ?? 0, SDP_LIMITS.ssrcLinesPerSection],
      ["RIDs", section.rids?.length ?? 0, SDP_LIMITS.ridsPerSection],
      ["candidates", section.candidates?.length ?? 0, SDP_LIMITS.candidatesPerSection],
    ];
    for (const [what, count, limit] of counts) {
      if (count > limit)
        return new SdpError("sdp.limit", `media section ${index} has more than ${limit} ${what}`);
    }
  }
  return undefined;
}

/** The formats of an m-line, as words. */
export function payloadsOf(section: MediaDescription): string[] {
  return String(section.payloads ?? "")
    .split(" ")
    .filter((word) => word !== "");
}
