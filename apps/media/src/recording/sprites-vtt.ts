import type { SpriteSheet } from "../transcode/messages.ts";

/** What is on a sheet: where its picture lies, relative to the WebVTT file. */
export type NamedSheet = Omit<SpriteSheet, "path"> & { name: string };

/** WebVTT whose cues name a tile of a sprite sheet each (`sprites-0.jpg#xywh=0,0,160,90`), as players' previews read it. */
export function spritesVtt(sheets: readonly NamedSheet[], durationMs: number): string {
  const cues = ["WEBVTT", ""];
  let startMs = 0;
  for (const { name, columns, rows, tileWidth, tileHeight, intervalMs } of sheets) {
    for (let tile = 0; tile < columns * rows && startMs < durationMs; tile += 1) {
      const endMs = Math.min(durationMs, startMs + intervalMs);
      const [x, y] = [(tile % columns) * tileWidth, Math.floor(tile / columns) * tileHeight];
      cues.push(`${instant(startMs)} --> ${instant(endMs)}`);
      cues.push(`${name}#xywh=${x},${y},${tileWidth},${tileHeight}`, "");
      startMs = endMs;
    }
  }
  return cues.join("\n");
}

/** As WebVTT writes a time: `00:00:01.500`. */
function instant(ms: number): string {
  const whole = Math.round(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = Math.floor(whole / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${two(h)}:${two(m)}:${two(s)}.${String(whole % 1000).padStart(3, "0")}`;
}
