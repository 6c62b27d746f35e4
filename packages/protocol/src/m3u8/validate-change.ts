import type { ReadMediaPlaylist, ReadPart, ReadSegment } from "./read-media-playlist.ts";

/** What a server must not change from one version of a playlist to the next (RFC 8216bis sections 6.2.1 and 6.2.2). */
export function checkChange(
  previous: ReadMediaPlaylist,
  playlist: ReadMediaPlaylist,
  faults: string[],
): void {
  if (playlist.targetDuration !== previous.targetDuration)
    faults.push("4.4.3.1: the target duration changed");
  if (playlist.partTarget !== previous.partTarget) faults.push("4.4.3.7: the part target changed");
  if (playlist.mediaSequence < previous.mediaSequence)
    faults.push(
      `4.4.3.2: the media sequence number went back from ${previous.mediaSequence} to ${playlist.mediaSequence}`,
    );
  checkRemoved(previous, playlist, faults);
  checkKept(previous, playlist, faults);
  checkEnd(previous, playlist, faults);
}

function checkRemoved(previous: ReadMediaPlaylist, playlist: ReadMediaPlaylist, faults: string[]): void {
  const removed = playlist.mediaSequence - previous.mediaSequence;
  if (removed <= 0) {
    if (playlist.discontinuitySequence !== previous.discontinuitySequence)
      faults.push("4.4.3.3: the discontinuity sequence number changed although nothing was removed");
    return;
  }
  if (previous.single.has("EXT-X-PLAYLIST-TYPE"))
    faults.push("4.4.3.5: segments removed although the type forbids it");
  // What a delta left out cannot be looked at.
  if (previous.skipped === 0) {
    const gone = previous.segments.filter(({ sequence }) => sequence < playlist.mediaSequence);
    const marks = gone.filter(({ discontinuity }) => discontinuity).length;
    if (playlist.discontinuitySequence !== previous.discontinuitySequence + marks)
      faults.push(
        `4.4.3.3: discontinuity sequence ${playlist.discontinuitySequence}, ${marks} removed after ${previous.discontinuitySequence}`,
      );
  }
  const left = playlist.segments.reduce((total, { duration }) => total + duration, 0);
  if (playlist.skipped === 0 && !playlist.isEnded && left < 3 * playlist.targetDuration)
    faults.push("6.2.2: segments removed although less than three target durations are left");
}

function checkKept(previous: ReadMediaPlaylist, playlist: ReadMediaPlaylist, faults: string[]): void {
  const before = new Map([...previous.segments, previous.open].map((segment) => [segment.sequence, segment]));
  const isDelta = playlist.skipped > 0 || previous.skipped > 0;
  for (const segment of [...playlist.segments, playlist.open]) {
    const old = before.get(segment.sequence);
    if (old !== undefined) checkSegment(old, segment, { isDelta, faults });
  }
  const first = playlist.mediaSequence + playlist.skipped;
  const known = previous.mediaSequence + previous.skipped + previous.segments.length;
  if (playlist.skipped > 0 && first > known)
    faults.push("6.2.5.1: segments are skipped that were not there before");
}

function checkSegment(
  old: ReadSegment,
  segment: ReadSegment,
  { isDelta, faults }: { isDelta: boolean; faults: string[] },
): void {
  const changed = (what: string) => faults.push(`6.2.1: ${what} of segment ${segment.sequence} changed`);
  // Nothing of a segment was there as long as it had neither an address nor a part.
  if (old.uri === undefined && old.parts.length === 0) return;
  if (old.uri !== undefined) {
    if (segment.uri !== old.uri) changed("the address");
    if (segment.duration !== old.duration) changed("the duration");
    if (segment.gap !== old.gap) changed("the gap");
  }
  if (segment.discontinuity !== old.discontinuity) changed("the discontinuity");
  if (!isDelta && segment.map !== old.map) changed("the init segment");
  if (segment.programDateTimeMs !== old.programDateTimeMs) changed("the time");
  if (segment.parts.length === 0 && segment.uri !== undefined) return;
  if (old.parts.length === 0 && old.uri !== undefined) changed("the removal of the parts");
  else if (!old.parts.every((part, index) => isSamePart(part, segment.parts[index]))) changed("a part");
}

function isSamePart(old: ReadPart, part: ReadPart | undefined): boolean {
  return (
    part !== undefined &&
    part.uri === old.uri &&
    part.duration === old.duration &&
    part.independent === old.independent &&
    part.gap === old.gap
  );
}

/** The end only moves on, and nothing comes behind #EXT-X-ENDLIST. */
function checkEnd(previous: ReadMediaPlaylist, playlist: ReadMediaPlaylist, faults: string[]): void {
  const segments = playlist.open.sequence - previous.open.sequence;
  const parts = playlist.open.parts.length - previous.open.parts.length;
  if (segments < 0 || (segments === 0 && parts < 0))
    faults.push("6.2.1: the end of the playlist was taken away");
  const isMore = segments > 0 || (segments === 0 && parts > 0);
  if (previous.isEnded && (isMore || !playlist.isEnded))
    faults.push("4.4.3.4: something came behind #EXT-X-ENDLIST");
}
