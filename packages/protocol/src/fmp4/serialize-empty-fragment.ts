import { box, fullBox } from "./box.ts";
import { TRACK_ID } from "./serialize-init.ts";
import { IS_EMPTY_DURATION } from "./track-fragment.ts";

/** `default-base-is-moof` (ISO 14496-12 section 8.8.7). */
const BASE_IS_MOOF = 0x02_0000;

/**
 * A `moof` and its `mdat` without samples (ISO 14496-12 section 8.8.7, `duration-is-empty`): a stretch that a sample before it
 * lasts through. Options as of `serializeFragment`. Throws a RangeError for what the boxes cannot hold.
 */
export function serializeEmptyFragment(options: { sequence: number; baseTime: number }): Uint8Array {
  const { sequence, baseTime } = options;
  if (!Number.isSafeInteger(baseTime) || baseTime < 0) throw new RangeError(`base time ${baseTime}`);
  const traf = box(
    "traf",
    fullBox("tfhd", { flags: BASE_IS_MOOF | IS_EMPTY_DURATION }, words(TRACK_ID)),
    fullBox("tfdt", { version: 1 }, words(Math.floor(baseTime / 0x1_0000_0000), baseTime % 0x1_0000_0000)),
  );
  const moof = box("moof", fullBox("mfhd", {}, words(sequence)), traf);
  return Uint8Array.from([...moof, ...box("mdat")]);
}

function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value);
  return bytes;
}
