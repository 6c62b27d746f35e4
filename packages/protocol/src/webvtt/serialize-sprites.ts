/** One image of many small pictures, row by row. */
export interface SpriteSheet {
  /** Where it is, relative to the WebVTT file. */
  uri: string;
  columns: number;
  rows: number;
  /** Of one picture, pixels. */
  tileWidth: number;
  tileHeight: number;
  /** Time from one picture to the next. */
  intervalMs: number;
}

/**
 * WebVTT whose cues name a picture of a sheet each (`sprites-0.jpg#xywh=0,0,160,90`, Media Fragments section 4.2.2), as
 * players' previews read it; the sheets follow each other, and the last cue ends with the show. Throws a RangeError on
 * addresses that would be read as something else.
 */
export function serializeSprites(sheets: readonly SpriteSheet[], durationMs: number): string {
  const cues = ["WEBVTT"];
  let startMs = 0;
  for (const { uri, columns, rows, tileWidth, tileHeight, intervalMs } of sheets) {
    if (uri === "" || /[\r\n]|-->/.test(uri)) throw new RangeError(`not an address: ${JSON.stringify(uri)}`);
    if (!(intervalMs > 0)) throw new RangeError(`interval ${intervalMs}`);
    for (let tile = 0; tile < columns * rows && startMs < durationMs; tile += 1) {
      const endMs = Math.min(durationMs, startMs + intervalMs);
      const x = (tile % columns) * tileWidth;
      const y = Math.floor(tile / columns) * tileHeight;
      const times = `${formatTime(startMs)} --> ${formatTime(endMs)}`;
      cues.push(`${times}\n${uri}#xywh=${x},${y},${tileWidth},${tileHeight}`);
      startMs = endMs;
    }
  }
  return `${cues.join("\n\n")}\n`;
}

/** `00:00:01.500` (WebVTT section 4.1). */
function formatTime(ms: number): string {
  const whole = Math.round(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = Math.floor(whole / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  return `${clock}.${String(whole % 1000).padStart(3, "0")}`;
}
