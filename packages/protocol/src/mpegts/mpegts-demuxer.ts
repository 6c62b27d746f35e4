import type { AudioFormat, TimedUnit } from "../units/types.ts";
import { MOST_FRAME_BYTES } from "../units/video-frame.ts";
import { AdtsFraming } from "./adts-framing.ts";
import { LatmFraming } from "./latm-framing.ts";
import { OpusFraming } from "./opus-framing.ts";
import { PesAssembler } from "./pes-assembler.ts";
import { type ElementaryStream, parseProgramAssociation, parseProgramMap } from "./program-tables.ts";
import { SectionAssembler } from "./section-assembler.ts";
import { SoundStream } from "./sound-stream.ts";
import type { TsPacket } from "./ts-packet.ts";
import { TsPacketReader } from "./ts-packet-reader.ts";
import { TsTimeline } from "./ts-timeline.ts";
import { VideoStream } from "./video-stream.ts";

const ASSOCIATION_PID = 0;
const MOST_SOUND_BYTES = 128 * 1024;
const MOST_UNSUPPORTED = 16;
/** No packet counts on from there, and none repeats it. */
const NEVER_NEXT = 0x100;

/** A stream that is taken: packets in, units out. */
interface Track {
  stream: ElementaryStream;
  assembler: PesAssembler;
  units: VideoStream | SoundStream;
}

/** What was wrong with the bytes so far. */
export interface MpegTsFaults {
  /** Bytes passed over to find packets. */
  skippedBytes: number;
  /** Gaps in the count of a stream's packets. */
  gaps: number;
}

/**
 * An MPEG transport stream (ISO 13818-1) to units: of its first program the first stream of pictures (H.264, HEVC) and the first of
 * sound (AAC in ADTS or LATM, Opus) that can be taken. Tables may change at any time. Pictures begin with a keyframe; after a gap go on with
 * what is whole. Never throws, whatever the bytes; holds at most a picture and a PES packet of sound.
 */
export class MpegTsDemuxer {
  readonly #reader = new TsPacketReader();
  readonly #sections = new Map<number, SectionAssembler>([[ASSOCIATION_PID, new SectionAssembler()]]);
  readonly #counters = new Map<number, number>();
  readonly #tracks = new Map<number, Track>();
  readonly #unsupported = new Set<string>();
  readonly #timeline = new TsTimeline();
  #program: { program: number; pid: number } | undefined;
  #gaps = 0;

  get faults(): MpegTsFaults {
    return { skippedBytes: this.#reader.skippedBytes, gaps: this.#gaps };
  }

  /** Names of what is in the program and cannot be taken, e.g. `mp2`. */
  get unsupported(): readonly string[] {
    return [...this.#unsupported];
  }

  /** Format of the sound: of Opus as the program tells it, of AAC once a frame has come. */
  get sound(): AudioFormat | undefined {
    for (const { units } of this.#tracks.values()) if (units instanceof SoundStream) return units.format;
    return undefined;
  }

  /** Any piece of the stream, of any length; the units it completes, in the order they ended. */
  push(bytes: Uint8Array): TimedUnit[] {
    const units: TimedUnit[] = [];
    for (const packet of this.#reader.push(bytes)) this.#take(packet, units);
    return units;
  }

  /** Tells that so many packets may be missing here that counts of four bits do not show it: fifteen or more. */
  lost(): void {
    for (const pid of this.#counters.keys()) this.#counters.set(pid, NEVER_NEXT);
  }

  /** What is there when nothing more comes. */
  end(): TimedUnit[] {
    const units: TimedUnit[] = [];
    for (const { assembler, units: stream } of this.#tracks.values()) {
      for (const pes of assembler.end()) units.push(...stream.take(pes));
      units.push(...stream.end());
    }
    return units;
  }

  #take(packet: TsPacket, units: TimedUnit[]): void {
    const { pid } = packet;
    const sections = this.#sections.get(pid);
    const track = this.#tracks.get(pid);
    if ((sections === undefined && track === undefined) || packet.payload.length === 0) return;
    const order = packet.isUnusable ? "gap" : this.#order(packet);
    if (order === "repeated") return;
    if (order === "gap") {
      this.#gaps += 1;
      sections?.lost();
      track?.assembler.lost();
      track?.units.lost();
    }
    if (packet.isUnusable) return;
    for (const section of sections?.take(packet.payload, packet.isStart) ?? []) this.#takeSection(section);
    if (track === undefined) return;
    for (const pes of track.assembler.take(packet)) units.push(...track.units.take(pes));
  }

  /** ISO 13818-1 section 2.4.3.3: each packet counts one on; the same one may come twice. */
  #order({ pid, counter, isDiscontinuity }: TsPacket): "next" | "repeated" | "gap" {
    const last = this.#counters.get(pid);
    this.#counters.set(pid, counter);
    if (last !== undefined && last >= NEVER_NEXT) return "gap";
    if (last === undefined || isDiscontinuity || counter === ((last + 1) & 15)) return "next";
    return counter === last ? "repeated" : "gap";
  }

  #takeSection(section: Uint8Array): void {
    const programs = parseProgramAssociation(section);
    if (programs !== undefined) {
      const now = this.#program;
      if (programs.some(({ program, pid }) => program === now?.program && pid === now.pid)) return;
      const first = programs.find(({ pid }) => pid !== ASSOCIATION_PID);
      if (first === undefined) return;
      if (now !== undefined) this.#forget(now.pid);
      for (const pid of this.#tracks.keys()) this.#forget(pid);
      this.#program = first;
      this.#sections.set(first.pid, new SectionAssembler());
      return;
    }
    const map = parseProgramMap(section);
    if (map !== undefined && map.program === this.#program?.program) this.#takeStreams(map.streams);
  }

  #takeStreams(streams: readonly ElementaryStream[]): void {
    const wanted = [
      streams.find(({ kind }) => kind === "h264" || kind === "hevc"),
      streams.find(({ kind }) => kind !== undefined && kind !== "h264" && kind !== "hevc"),
    ];
    for (const [pid, { stream }] of this.#tracks)
      if (!wanted.some((one) => isSame(one, stream))) this.#forget(pid);
    for (const stream of wanted)
      if (stream !== undefined && !this.#sections.has(stream.pid) && !this.#tracks.has(stream.pid))
        this.#tracks.set(stream.pid, this.#open(stream));
    this.#unsupported.clear();
    for (const { kind, name } of streams)
      if (kind === undefined && this.#unsupported.size < MOST_UNSUPPORTED) this.#unsupported.add(name);
  }

  #open(stream: ElementaryStream): Track {
    const timeline = this.#timeline;
    switch (stream.kind) {
      case "h264":
      case "hevc":
        return {
          stream,
          assembler: new PesAssembler(MOST_FRAME_BYTES),
          units: new VideoStream(stream.kind, timeline),
        };
      default: {
        const framing =
          stream.kind === "opus"
            ? new OpusFraming(stream.channels)
            : stream.kind === "aac-latm"
              ? new LatmFraming()
              : new AdtsFraming();
        return {
          stream,
          assembler: new PesAssembler(MOST_SOUND_BYTES),
          units: new SoundStream(framing, timeline),
        };
      }
    }
  }

  #forget(pid: number): void {
    this.#tracks.delete(pid);
    this.#sections.delete(pid);
    this.#counters.delete(pid);
  }
}

function isSame(left: ElementaryStream | undefined, right: ElementaryStream): boolean {
  return left?.pid === right.pid && left.kind === right.kind && left.channels === right.channels;
}
