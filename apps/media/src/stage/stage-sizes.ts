import type { RenditionInfo } from "@sameroom/engine";
import type { PictureSize, UnitFormat } from "@sameroom/protocol";
import { SINGLE_LAYER } from "../ingest/claim-stream.ts";
import { layerRendition } from "../program/rendition-names.ts";
import type { Rung } from "../transcode/messages.ts";
import type { LadderRung } from "../transcode/rung-ladder.ts";

/** Of a host whose picture nobody has seen. */
const USUAL: PictureSize = { width: 1280, height: 720 };
/** Where the ladder says nothing. */
const USUAL_RATE = { height: 720, bitrate: 2_500_000 };

/** The largest picture of a composition: 16:9, or 9:16 for a host who is upright; no larger than the host's, nor `maxHeight`. */
export function canvasOf(host: PictureSize | undefined, maxHeight: number): PictureSize {
  const { width, height } = host ?? USUAL;
  const short = even(Math.min(width, height, maxHeight));
  const long = even((short * 16) / 9);
  return height > width ? { width: short, height: long } : { width: long, height: short };
}

/** What is composed of a show: a picture for the highest layer of the host's, and for each other that is wanted; under the same names. */
export function rungsOf(
  sent: readonly RenditionInfo[],
  options: {
    formatOf(rendition: string): UnitFormat | undefined;
    isWanted(rendition: string): boolean;
    canvas: PictureSize;
    ladder: readonly LadderRung[];
  },
): Rung[] {
  const { formatOf, isWanted, canvas, ladder } = options;
  const most = Math.min(canvas.width, canvas.height);
  const layers = sent.filter(({ kind }) => kind === "video").map(({ id }) => id);
  if (layers.length === 0) layers.push(layerRendition(SINGLE_LAYER));
  const top = layers.at(-1)!;
  return layers.flatMap((id) => {
    const format = formatOf(id);
    if (id !== top && (format?.kind !== "video" || !isWanted(id))) return [];
    const own = id !== top && format?.kind === "video" ? Math.min(format.width, format.height) : most;
    const height = even(Math.min(own, most));
    return { id, height, bitrate: bitrateOf(height, ladder) };
  });
}

/** As much as the ladder gives for so many pixels. */
function bitrateOf(height: number, ladder: readonly LadderRung[]): number {
  const fitting = [...ladder].reverse().find((rung) => rung.height >= height) ?? ladder[0] ?? USUAL_RATE;
  return Math.max(150_000, Math.round(fitting.bitrate * Math.min(1, (height / fitting.height) ** 2)));
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
