import type { ReplayThumbnail } from "../types.ts";

/** A picture out of a sheet, and the time it is of, seconds. */
export interface Sprite extends ReplayThumbnail {
  from: number;
  to: number;
}

/** A day of pictures every second; more is not ours. */
const MAX_SPRITES = 86_400;
const TIMING =
  /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})[ \t]+-->[ \t]+(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})/;
const AREA = /#xywh=(?:pixel:)?(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})$/;

/**
 * Reads the sprites of a WebVTT file (cues of `sheet.jpg#xywh=x,y,w,h`, Media Fragments section 4.2.2), in order of time. Cues
 * that are something else are left out; `base` is the file's own address. Never throws.
 */
export function parseSprites(text: string, base: string): Sprite[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (!/^\uFEFF?WEBVTT(?:[ \t]|$)/.test(lines[0] ?? "")) return [];
  const sprites: Sprite[] = [];
  for (let index = 1; index < lines.length && sprites.length < MAX_SPRITES; index++) {
    const times = TIMING.exec(lines[index]!);
    const payload = lines[index + 1]?.trim() ?? "";
    const area = AREA.exec(payload);
    if (times === null || area === null) continue;
    const [x, y, width, height] = area.slice(1).map(Number) as [number, number, number, number];
    const from = secondsOf(times.slice(1, 5));
    const to = secondsOf(times.slice(5, 9));
    const url = addressOf(payload.slice(0, area.index), base);
    if (url === undefined || to <= from || width === 0 || height === 0) continue;
    sprites.push({ url, x, y, width, height, from, to });
  }
  return sprites.sort((a, b) => a.from - b.from);
}

/** The sprite of a moment, or the last before it; undefined where there is none. */
export function spriteAt(sprites: readonly Sprite[], seconds: number): Sprite | undefined {
  let low = 0;
  let high = sprites.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sprites[middle]!.from <= seconds) low = middle + 1;
    else high = middle;
  }
  return sprites[low - 1];
}

function secondsOf([hours = "0", minutes, seconds, milliseconds]: string[]): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(milliseconds) / 1000;
}

/** Only pictures from the web: a sheet's address ends up in a style. */
function addressOf(relative: string, base: string): string | undefined {
  try {
    const url = new URL(relative, base);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}
