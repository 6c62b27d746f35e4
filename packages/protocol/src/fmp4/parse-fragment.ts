import { findBox, readBox } from "./read-boxes.ts";
import { NO_DEFAULTS, type ParsedSample, readTrackFragment } from "./track-fragment.ts";

export interface ParsedFragment {
  sequence: number;
  /** Decoding time of the first sample. */
  baseTime: number;
  /** None in a fragment that says so: a sample before it lasts through it. */
  samples: ParsedSample[];
  /** Offset behind the `mdat`, where the next fragment begins. */
  end: number;
}

/**
 * Reads the fragment of one track that begins at `offset`, skipping boxes between fragments (`styp`, `sidx`, `prft`).
 * Undefined when it is cut short or damaged, or there is none. Never throws.
 */
export function parseFragment(bytes: Uint8Array, offset = 0): ParsedFragment | undefined {
  let movie = readBox(bytes, offset);
  while (movie !== undefined && movie.type !== "moof") {
    if (movie.type === "mdat") return undefined;
    movie = readBox(bytes, movie.end);
  }
  if (movie === undefined) return undefined;
  const data = readBox(bytes, movie.end);
  if (data?.type !== "mdat") return undefined;
  const header = findBox(bytes, "mfhd", movie);
  const track = findBox(bytes, "traf", movie);
  if (header === undefined || header.end - header.payload < 8 || track === undefined) return undefined;
  const read = readTrackFragment(bytes, { movie, track, data }, () => NO_DEFAULTS);
  if (read === undefined) return undefined;
  const { baseTime, samples } = read;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { sequence: view.getUint32(header.payload + 4), baseTime, samples, end: data.end };
}
