import { h264ParameterSets } from "../h264-format.ts";
import type { UnitFormat } from "../types.ts";
import { evenPiece } from "./even-pieces.ts";
import { MOST_PAYLOAD_BYTES, type PacketRun, RTP_HEADER_BYTES } from "./packet-run.ts";
import type { PayloadUnit, PayloadWriter } from "./payload-writer.ts";
import { splitNals } from "./split-nals.ts";

/** NAL unit types (H.264 table 7-1, RFC 6184 table 3). */
const SPS = 7;
const PPS = 8;
const DELIMITER = 9;
const FILLER = 12;
const STAP_A = 24;
const FU_A = 28;

/**
 * H.264 in packetization mode 1 (RFC 6184): what is small is aggregated, what is large fragmented. Each keyframe comes behind the
 * parameter sets of its format, so that a decoder can begin there; delimiters and filler are left out.
 */
export class H264PayloadWriter implements PayloadWriter {
  #format: UnitFormat | undefined;
  #sets: readonly Uint8Array[] = [];

  write({ format, keyframe, data }: PayloadUnit, run: PacketRun): void {
    const nals = splitNals(data).filter((nal) => isCarried(nal[0]! & 31, keyframe));
    if (nals.length === 0) return;
    if (keyframe) this.#writeAll(this.#setsOf(format), run);
    this.#writeAll(nals, run);
  }

  #setsOf(format: UnitFormat): readonly Uint8Array[] {
    if (format !== this.#format) {
      this.#format = format;
      const sets = h264ParameterSets(format.configuration);
      this.#sets = sets === undefined ? [] : [...sets.sps, ...sets.pps];
    }
    return this.#sets;
  }

  /** Neighbours that fit into one packet share it. */
  #writeAll(nals: readonly Uint8Array[], run: PacketRun): void {
    let group: Uint8Array[] = [];
    let bytes = 1;
    for (const nal of nals) {
      if (bytes + 2 + nal.length > MOST_PAYLOAD_BYTES) {
        writeGroup(group, bytes, run);
        group = [];
        bytes = 1;
      }
      group.push(nal);
      bytes += 2 + nal.length;
    }
    writeGroup(group, bytes, run);
  }
}

/** The format has the parameter sets of keyframes; those in between come where they changed. */
function isCarried(type: number, keyframe: boolean): boolean {
  if (type === 0 || type >= STAP_A) return false;
  if (type === SPS || type === PPS) return !keyframe;
  return type < DELIMITER || type > FILLER;
}

function writeGroup(nals: readonly Uint8Array[], bytes: number, run: PacketRun): void {
  const first = nals[0];
  if (first === undefined) return;
  if (nals.length === 1) writeNal(first, run);
  else writeAggregate(nals, bytes, run);
}

function writeNal(nal: Uint8Array, run: PacketRun): void {
  if (nal.length > MOST_PAYLOAD_BYTES) writeFragments(nal, run);
  else run.next(nal.length).set(nal, RTP_HEADER_BYTES);
}

/** STAP-A (RFC 6184 section 5.7.1). */
function writeAggregate(nals: readonly Uint8Array[], bytes: number, run: PacketRun): void {
  const packet = run.next(bytes);
  let reference = 0;
  let at = RTP_HEADER_BYTES + 1;
  for (const nal of nals) {
    reference = Math.max(reference, nal[0]! & 0x60);
    packet[at] = nal.length >> 8;
    packet[at + 1] = nal.length & 0xff;
    packet.set(nal, at + 2);
    at += 2 + nal.length;
  }
  packet[RTP_HEADER_BYTES] = reference | STAP_A;
}

/** FU-A (RFC 6184 section 5.8). */
function writeFragments(nal: Uint8Array, run: PacketRun): void {
  const header = nal[0]!;
  const size = evenPiece(nal.length - 1, MOST_PAYLOAD_BYTES - 2);
  for (let at = 1; at < nal.length; at += size) {
    const piece = nal.subarray(at, at + size);
    const packet = run.next(2 + piece.length);
    packet[RTP_HEADER_BYTES] = (header & 0x60) | FU_A;
    packet[RTP_HEADER_BYTES + 1] =
      (at === 1 ? 0x80 : 0) | (at + size >= nal.length ? 0x40 : 0) | (header & 31);
    packet.set(piece, RTP_HEADER_BYTES + 2);
  }
}
