import { formatAttributes, formatSeconds, formatUri } from "./attributes.ts";
import type { MediaPlaylist, OpenSegment, PartialSegment } from "./types.ts";

/** EXT-X-SKIP needs 9; EXT-X-GAP needs 8; EXT-X-MAP needs 6 (RFC 8216bis section 8). */
const VERSION = 9;

/**
 * The text of a media playlist (RFC 8216bis section 4.4). With `skip`, a delta update, where there is something to leave out:
 * segments beyond the skip boundary (section 6.2.5.1). Throws a RangeError on values that cannot be written.
 */
export function serializeMediaPlaylist(
  playlist: MediaPlaylist,
  { skip = false }: { skip?: boolean } = {},
): string {
  const { segments } = playlist;
  const skipped = skip ? countSkippable(playlist) : 0;
  const lines = writeHeader(playlist);
  let map: string | undefined;
  if (skipped > 0) {
    lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`);
    map = segments[skipped - 1]?.map;
  }
  for (let index = skipped; index < segments.length; index += 1) {
    const segment = segments[index]!;
    writeStart(lines, segment, map);
    map = segment.map ?? map;
    if (segment.gap) lines.push("#EXT-X-GAP");
    lines.push(`#EXTINF:${formatSeconds(segment.duration)},\n${formatUri(segment.uri)}`);
  }
  if (playlist.open !== undefined) writeStart(lines, playlist.open, map);
  const { preloadHint, renditionReports = [] } = playlist;
  if (preloadHint !== undefined)
    lines.push(`#EXT-X-PRELOAD-HINT:${formatAttributes({ TYPE: "PART", URI: { quoted: preloadHint } })}`);
  for (const { uri, lastMsn, lastPart } of renditionReports) {
    const report = { URI: { quoted: uri }, "LAST-MSN": lastMsn, "LAST-PART": lastPart };
    lines.push(`#EXT-X-RENDITION-REPORT:${formatAttributes(report)}`);
  }
  if (playlist.isEnded) lines.push("#EXT-X-ENDLIST");
  lines.push("");
  return lines.join("\n");
}

function writeHeader(playlist: MediaPlaylist): string[] {
  const { serverControl: control, partTarget, type } = playlist;
  const lines = ["#EXTM3U", `#EXT-X-VERSION:${VERSION}`, `#EXT-X-TARGETDURATION:${playlist.targetDuration}`];
  if (control !== undefined) {
    const attributes = formatAttributes({
      "CAN-BLOCK-RELOAD": control.canBlockReload ? "YES" : undefined,
      "CAN-SKIP-UNTIL": seconds(control.canSkipUntil),
      "HOLD-BACK": seconds(control.holdBack),
      "PART-HOLD-BACK": seconds(control.partHoldBack),
    });
    if (attributes !== "") lines.push(`#EXT-X-SERVER-CONTROL:${attributes}`);
  }
  if (partTarget !== undefined) lines.push(`#EXT-X-PART-INF:PART-TARGET=${formatSeconds(partTarget)}`);
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${playlist.mediaSequence}`);
  if (playlist.discontinuitySequence > 0)
    lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${playlist.discontinuitySequence}`);
  if (type !== undefined) lines.push(`#EXT-X-PLAYLIST-TYPE:${type}`);
  return lines;
}

/** What stands before a segment, whole or not: marks, the map where it changes, and its parts. */
function writeStart(lines: string[], segment: OpenSegment, map: string | undefined): void {
  if (segment.discontinuity) lines.push("#EXT-X-DISCONTINUITY");
  if (segment.map !== undefined && segment.map !== map)
    lines.push(`#EXT-X-MAP:${formatAttributes({ URI: { quoted: segment.map } })}`);
  if (segment.programDateTimeMs !== undefined)
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.programDateTimeMs).toISOString()}`);
  for (const part of segment.parts ?? []) lines.push(writePart(part));
}

function writePart({ uri, duration, independent, gap }: PartialSegment): string {
  const attributes = formatAttributes({
    DURATION: formatSeconds(duration),
    URI: { quoted: uri },
    INDEPENDENT: independent ? "YES" : undefined,
    GAP: gap ? "YES" : undefined,
  });
  return `#EXT-X-PART:${attributes}`;
}

/** How many segments lie before the skip boundary, counted back from the playlist's end. */
function countSkippable({ segments, open, serverControl }: MediaPlaylist): number {
  const boundary = serverControl?.canSkipUntil;
  if (boundary === undefined) return 0;
  let fromEnd = 0;
  for (const { duration } of open?.parts ?? []) fromEnd += duration;
  let index = segments.length;
  while (index > 0 && fromEnd <= boundary) {
    index -= 1;
    fromEnd += segments[index]!.duration;
  }
  // The segment that reaches across the boundary stays.
  return index;
}

function seconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatSeconds(value);
}
