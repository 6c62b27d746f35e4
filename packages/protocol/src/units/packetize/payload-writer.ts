import type { AccessUnit } from "../types.ts";
import type { PacketRun } from "./packet-run.ts";

/** What a payload writer needs of a unit; times are the packets' affair. */
export type PayloadUnit = Pick<AccessUnit, "format" | "keyframe" | "data">;

/** Cuts the units of one stream into RTP payloads. Never throws: of malformed units it writes what it understands, or nothing. */
export interface PayloadWriter {
  write(unit: PayloadUnit, run: PacketRun): void;
}
