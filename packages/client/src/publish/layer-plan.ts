/** RIDs of the encodings a publisher offers, lowest first. */
export const RIDS = ["q", "h", "f"] as const;

/** One size of the picture. */
export interface PlannedLayer {
  scaleResolutionDownBy: number;
  /** Bits per second. */
  maxBitrate: number;
}

export interface PictureFacts {
  /** Length of the shorter side, so that a phone held upright counts like one on its side. */
  lines: number;
  /** A screen or a text: sharpness counts, and small sizes are of no use. */
  isScreen: boolean;
  /** Bits per second for the largest layer. */
  maxVideoBitrate: number;
  /** Encodings there are; 1: no simulcast. */
  encodings: number;
}

/** A smaller picture shows nobody anything. */
const LEAST_LINES = 180;
/** What a picture of so many lines is worth, in bits per second, when it is not the largest. */
const LOWER_BITRATES = [
  { lines: 540, bitrate: 900_000 },
  { lines: 360, bitrate: 700_000 },
  { lines: 240, bitrate: 250_000 },
  { lines: 0, bitrate: 180_000 },
];
/** A layer that costs nearly as much as the next is no help to those who cannot take that. */
const MOST_OF_NEXT = 0.4;

/** From here on Chromium sends the highest encodings whichever are off. */
const ALL_ENCODINGS_LINES = 720;

/**
 * What each encoding sends, lowest first; undefined: nothing. Each size is half the next: three from 720 lines on, two
 * from 360, else one; screens have two at most. Large pictures end at the highest encoding, so that whoever sees a camera
 * at its best sees the screen that follows at its best, too. Small ones begin at the lowest: Chromium leaves the highest
 * encodings of these out, also when lower ones are off.
 */
export function planLayers(facts: PictureFacts): (PlannedLayer | undefined)[] {
  const { lines, isScreen, maxVideoBitrate, encodings } = facts;
  const most = Math.min(encodings, isScreen ? 2 : RIDS.length);
  const layers: PlannedLayer[] = [{ scaleResolutionDownBy: 1, maxBitrate: maxVideoBitrate }];
  while (layers.length < most) {
    const [next] = layers;
    const scaleResolutionDownBy = next!.scaleResolutionDownBy * 2;
    const layerLines = lines / scaleResolutionDownBy;
    if (layerLines < LEAST_LINES) break;
    const worth = LOWER_BITRATES.find((entry) => layerLines >= entry.lines)!.bitrate;
    const maxBitrate = Math.round(Math.min(worth, next!.maxBitrate * MOST_OF_NEXT));
    layers.unshift({ scaleResolutionDownBy, maxBitrate });
  }
  const unused = Array<undefined>(encodings - layers.length).fill(undefined);
  return lines >= ALL_ENCODINGS_LINES ? [...unused, ...layers] : [...layers, ...unused];
}

/**
 * The encodings that carry a plan. What is not planned is off, and so is what nobody wants; the lowest planned is always
 * sent, so that whoever comes sees something at once.
 */
export function encodingsOf(
  plan: readonly (PlannedLayer | undefined)[],
  rids: readonly (string | undefined)[],
  unwanted: ReadonlySet<string>,
): (PlannedLayer & { active: boolean })[] {
  const lowest = plan.findIndex((layer) => layer !== undefined);
  const full = plan.findLast((layer) => layer !== undefined)!;
  return rids.map((rid = "", index) => {
    const layer = plan[index];
    const active = layer !== undefined && (index === lowest || !unwanted.has(rid));
    return { active, ...(layer ?? full) };
  });
}
