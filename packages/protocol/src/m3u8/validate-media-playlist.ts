import { type ReadMediaPlaylist, readMediaPlaylist } from "./read-media-playlist.ts";
import { checkChange } from "./validate-change.ts";
import { checkControl, checkLowLatency, checkParts } from "./validate-low-latency.ts";

export interface ValidateOptions {
  /** The playlist as it was served before. */
  previous?: string;
  /** It claims the low-latency profile (RFC 8216bis appendix B.1). */
  lowLatency?: boolean;
}

/**
 * What is wrong with a media playlist by RFC 8216bis, each fault behind the section it offends; also what the change from
 * `previous` offends. An empty list: nothing. Never throws.
 */
export function validateMediaPlaylist(
  text: string,
  { previous, lowLatency = false }: ValidateOptions = {},
): string[] {
  const faults: string[] = [];
  const playlist = readMediaPlaylist(text, faults);
  checkHeader(playlist, faults);
  checkSegments(playlist, faults);
  checkParts(playlist, faults);
  checkControl(playlist, faults);
  if (lowLatency) checkLowLatency(playlist, faults);
  if (previous !== undefined) checkChange(readMediaPlaylist(previous, []), playlist, faults);
  return faults;
}

function checkHeader(playlist: ReadMediaPlaylist, faults: string[]): void {
  const { single, segments, targetDuration } = playlist;
  if (!(targetDuration > 0)) faults.push("4.4.3.1: no #EXT-X-TARGETDURATION");
  const type = single.get("EXT-X-PLAYLIST-TYPE");
  if (type !== undefined && type !== "VOD" && type !== "EVENT") faults.push(`4.4.3.5: playlist type ${type}`);
  const version = Number(single.get("EXT-X-VERSION") ?? 1);
  const needs = (least: number, isUsed: boolean, what: string) => {
    if (isUsed && !(version >= least)) faults.push(`8: ${what} needs version ${least}`);
  };
  needs(
    3,
    segments.some(({ duration }) => !Number.isInteger(duration)),
    "a duration with decimals",
  );
  needs(
    6,
    segments.some(({ map }) => map !== undefined),
    "#EXT-X-MAP",
  );
  needs(
    8,
    segments.some(({ gap }) => gap),
    "#EXT-X-GAP",
  );
  needs(9, single.has("EXT-X-SKIP"), "#EXT-X-SKIP");
}

function checkSegments(
  { segments, open, skipped, targetDuration }: ReadMediaPlaylist,
  faults: string[],
): void {
  let expectedMs: number | undefined;
  for (const segment of segments) {
    const { sequence, duration, uri = "", map, programDateTimeMs, discontinuity } = segment;
    if (Math.round(duration) > targetDuration)
      faults.push(
        `4.4.3.1: segment ${sequence} lasts ${duration} s, the target duration is ${targetDuration}`,
      );
    if (map === undefined && skipped === 0 && /\.(m4s|mp4)(\?|$)/.test(uri))
      faults.push(`3.1.2: segment ${sequence} without #EXT-X-MAP`);
    if (discontinuity) expectedMs = undefined;
    const isBack =
      expectedMs !== undefined && programDateTimeMs !== undefined && programDateTimeMs < expectedMs - 500;
    if (isBack) faults.push(`4.4.4.6: the time of segment ${sequence} goes back`);
    expectedMs = programDateTimeMs ?? expectedMs;
    if (expectedMs !== undefined) expectedMs += duration * 1000;
  }
  const uris = new Set(
    [...segments, open].flatMap(({ uri, parts }) => [uri, ...parts.map((part) => part.uri)]),
  );
  uris.delete(undefined);
  const count = [...segments, open].reduce(
    (sum, { uri, parts }) => sum + (uri === undefined ? 0 : 1) + parts.length,
    0,
  );
  if (uris.size < count) faults.push("6.2.1: an address stands for two segments or parts");
}
