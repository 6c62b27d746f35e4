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

/**
 * The sizes to send, lowest first, each half the next: three from 720 lines on, two from 360, else one; screens have
 * two at most. They fill the encodings from the lowest: Chromium leaves the highest out where a picture is too small
 * for all of them, wherever the unused one is.
 */
export function planLayers(facts: PictureFacts): PlannedLayer[] {
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
  return layers;
}

/**
 * What each encoding, lowest first, is to send. What is not planned is off, and so is what nobody wants; the lowest is
 * always sent, so that whoever comes sees something at once.
 */
export function encodingsOf(
  plan: readonly PlannedLayer[],
  rids: readonly (string | undefined)[],
  unwanted: ReadonlySet<string>,
): (PlannedLayer & { active: boolean })[] {
  return rids.map((rid = "", index) => {
    const layer = plan[index];
    const active = layer !== undefined && (index === 0 || !unwanted.has(rid));
    return { active, ...(layer ?? plan.at(-1)!) };
  });
}
