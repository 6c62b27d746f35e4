import { IN_ROOM, takesOpus } from "@sameroom/contract";

/** What an address below `/live/` asks for. */
export type LiveTarget =
  | { kind: "multivariant" }
  | { kind: "audio" }
  | ({ kind: "playlist"; directives: ReloadDirectives } & RenditionPlace)
  | ({ kind: "init"; version: number } & RenditionPlace)
  | ({ kind: "segment"; segment: number } & RenditionPlace)
  | ({ kind: "part"; segment: number; part: number } & RenditionPlace);

export interface RenditionPlace {
  epoch: string;
  rendition: string;
}

/** RFC 8216bis section 6.2.5. */
export interface ReloadDirectives {
  /** Wait for this media sequence number; undefined: do not wait. */
  msn: number | undefined;
  part: number | undefined;
  /** A delta playlist is welcome. */
  skip: boolean;
}

/** What a player says of itself. */
export interface PlayerKind {
  /** Whoever asks is in the room over Socket.IO, and counted there. */
  isInRoom: boolean;
  /** It plays Opus, and wants no AAC. */
  takesOpus: boolean;
}

export interface LiveAddress extends PlayerKind {
  room: string;
  /** The `~token` part, without the tilde. */
  token: string | undefined;
  target: LiveTarget;
}

const PLACE = /^\/live\/([a-z0-9-]{1,64})\/(?:~([\w.-]{1,4096})\/)?(.+)$/;
const FILE =
  /^([a-z0-9]{1,16})\/([a-z0-9-]{1,32})\/(?:(index)\.m3u8|init-(\d{1,9})\.mp4|(\d{1,12})(?:\.(\d{1,6}))?\.m4s)$/;
/** Beyond it no show goes, and sums stay exact. */
const NUMBER = /^\d{1,12}$/;

/**
 * Reads the path and query of a request. Nothing is decoded: an address of ours has no escapes, no dots to climb and no empty
 * parts, and what does not look like one is undefined (404). `"invalid"`: directives that make no sense (400).
 */
export function parseLiveAddress(url: string): LiveAddress | "invalid" | undefined {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const place = PLACE.exec(path);
  if (place === null) return undefined;
  const [, room, token, file] = place;
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  const target = parseTarget(file!, query);
  if (target === undefined || target === "invalid") return target;
  return { room: room!, token, isInRoom: query.has(IN_ROOM), takesOpus: takesOpus(query), target };
}

function parseTarget(file: string, query: URLSearchParams): LiveTarget | "invalid" | undefined {
  if (file === "index.m3u8") return { kind: "multivariant" };
  if (file === "audio.mp3") return { kind: "audio" };
  const match = FILE.exec(file);
  if (match === null) return undefined;
  const [, epoch, rendition, index, version, segment, part] = match;
  const where = { epoch: epoch!, rendition: rendition! };
  if (index !== undefined) {
    const directives = parseDirectives(query);
    return directives === undefined ? "invalid" : { kind: "playlist", ...where, directives };
  }
  if (version !== undefined) return { kind: "init", ...where, version: Number(version) };
  if (part === undefined) return { kind: "segment", ...where, segment: Number(segment) };
  return { kind: "part", ...where, segment: Number(segment), part: Number(part) };
}

/** Undefined for what the RFC calls a bad request; parameters that are none of its directives are passed over. */
function parseDirectives(parameters: URLSearchParams): ReloadDirectives | undefined {
  const [msn, part] = [parameters.get("_HLS_msn"), parameters.get("_HLS_part")];
  if (msn !== null && !NUMBER.test(msn)) return undefined;
  if (part !== null && (msn === null || !NUMBER.test(part))) return undefined;
  const skip = parameters.get("_HLS_skip");
  return {
    msn: msn === null ? undefined : Number(msn),
    part: part === null ? undefined : Number(part),
    skip: skip === "YES" || skip === "v2",
  };
}
