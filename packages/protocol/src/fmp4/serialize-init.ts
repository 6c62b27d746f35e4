import type { UnitFormat } from "../units/types.ts";
import { box, fullBox } from "./box.ts";
import { fileTypeBox, mediaBox, movieHeaderBox, trackHeaderBox } from "./movie-boxes.ts";
import { serializeSampleEntry } from "./sample-entry.ts";
import { timescaleOf } from "./timescale.ts";

/** The one track of every init segment and fragment. */
export const TRACK_ID = 1;

const COUNT_OF_ONE = Uint8Array.of(0, 0, 0, 1);
const COUNT_OF_NONE = new Uint8Array(4);

/**
 * What a decoder needs before the first fragment of {@link serializeFragment}: `ftyp` and `moov` of one track (CMAF header,
 * ISO 23000-19 section 7.3.1). The timescale is that of `timescaleOf(format)`.
 */
export function serializeInit(format: UnitFormat): Uint8Array {
  const timescale = timescaleOf(format);
  const sampleTable = box(
    "stbl",
    fullBox("stsd", {}, COUNT_OF_ONE, serializeSampleEntry(format)),
    fullBox("stts", {}, COUNT_OF_NONE),
    fullBox("stsc", {}, COUNT_OF_NONE),
    fullBox("stsz", {}, COUNT_OF_NONE, COUNT_OF_NONE),
    fullBox("stco", {}, COUNT_OF_NONE),
  );
  const track = box(
    "trak",
    trackHeaderBox({ trackId: TRACK_ID, duration: 0, format }),
    mediaBox({ kind: format.kind, timescale, duration: 0, sampleTable }),
  );
  // Track, sample description 1, and no defaults: fragments bring their own.
  const defaults = fullBox("trex", {}, COUNT_OF_ONE, COUNT_OF_ONE, new Uint8Array(12));
  const movie = box(
    "moov",
    movieHeaderBox({ timescale, duration: 0, nextTrackId: TRACK_ID + 1 }),
    track,
    box("mvex", defaults),
  );
  const brands = ["iso6", "cmfc", ...(format.codec === "av1" ? ["av01"] : []), "mp41"];
  const type = fileTypeBox("iso6", brands);
  const bytes = new Uint8Array(type.length + movie.length);
  bytes.set(type);
  bytes.set(movie, type.length);
  return bytes;
}
