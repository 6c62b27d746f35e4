import { ByteWriter } from "../bytes/byte-writer.ts";
import type { UnitFormat } from "../units/types.ts";
import { box, fourCc, fullBox } from "./box.ts";

/** No rotation, no scaling: 16.16 and 2.30 fixed point. */
const IDENTITY = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
/** `und` in three times five bits (ISO 14496-12 section 8.4.2.3). */
const UNDETERMINED = 0x55c4;
const ENABLED_IN_MOVIE = 3;
const FULL_VOLUME = 0x0100;

/** ISO 14496-12 section 4.3. */
export function fileTypeBox(major: string, compatible: readonly string[]): Uint8Array {
  return box("ftyp", fourCc(major), new Uint8Array(4), ...compatible.map(fourCc));
}

/** ISO 14496-12 section 8.2.2; `duration` in ticks of `timescale`, 0 when fragments follow. */
export function movieHeaderBox(options: {
  timescale: number;
  duration: number;
  nextTrackId: number;
}): Uint8Array {
  const fields = new ByteWriter(112).uint32(0).uint32(0).uint32(0).uint32(0).uint32(options.timescale);
  uint64(fields, options.duration).uint32(0x1_0000).uint16(FULL_VOLUME).bytes(new Uint8Array(10));
  for (const value of IDENTITY) fields.uint32(value);
  fields.bytes(new Uint8Array(24)).uint32(options.nextTrackId);
  return fullBox("mvhd", { version: 1 }, fields.finish());
}

/** ISO 14496-12 section 8.3.2; `duration` in ticks of the movie. Sound belongs to one group, so that one of it plays. */
export function trackHeaderBox(options: {
  trackId: number;
  duration: number;
  format: UnitFormat;
}): Uint8Array {
  const { format } = options;
  const fields = new ByteWriter(96).uint32(0).uint32(0).uint32(0).uint32(0).uint32(options.trackId).uint32(0);
  uint64(fields, options.duration)
    .bytes(new Uint8Array(8))
    .uint16(0)
    .uint16(format.kind === "audio" ? 1 : 0)
    .uint16(format.kind === "audio" ? FULL_VOLUME : 0)
    .uint16(0);
  for (const value of IDENTITY) fields.uint32(value);
  fields.uint32(format.kind === "video" ? format.width * 0x1_0000 : 0);
  fields.uint32(format.kind === "video" ? format.height * 0x1_0000 : 0);
  return fullBox("tkhd", { version: 1, flags: ENABLED_IN_MOVIE }, fields.finish());
}

/** ISO 14496-12 section 8.4.1: header, handler and information of one track around its sample table. */
export function mediaBox(options: {
  kind: UnitFormat["kind"];
  timescale: number;
  /** In ticks of `timescale`. */
  duration: number;
  sampleTable: Uint8Array;
}): Uint8Array {
  const header = new ByteWriter(32).uint32(0).uint32(0).uint32(0).uint32(0).uint32(options.timescale);
  uint64(header, options.duration).uint16(UNDETERMINED).uint16(0);
  return box(
    "mdia",
    fullBox("mdhd", { version: 1 }, header.finish()),
    handlerBox(options.kind),
    box(
      "minf",
      options.kind === "video"
        ? fullBox("vmhd", { flags: 1 }, new Uint8Array(8))
        : fullBox("smhd", {}, new Uint8Array(4)),
      // One data reference, with the flag for "in this file" (ISO 14496-12 section 8.7.2).
      box("dinf", fullBox("dref", {}, Uint8Array.of(0, 0, 0, 1), fullBox("url ", { flags: 1 }))),
      options.sampleTable,
    ),
  );
}

/** ISO 14496-12 section 8.4.3, with an empty name. */
function handlerBox(kind: UnitFormat["kind"]): Uint8Array {
  const handler = fourCc(kind === "video" ? "vide" : "soun");
  return fullBox("hdlr", {}, new Uint8Array(4), handler, new Uint8Array(13));
}

/** Writes a safe integer into eight bytes. */
export function uint64(writer: ByteWriter, value: number): ByteWriter {
  return writer.uint32(Math.floor(value / 0x1_0000_0000)).uint32(value % 0x1_0000_0000);
}
