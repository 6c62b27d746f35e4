import { type Clock, Emitter, type Log } from "@sameroom/base";
import type { PackagerSink } from "@sameroom/engine";
import type { SourceId, Wire } from "@sameroom/native";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import type { ProgramInfo } from "./live-archive.ts";
import { Program } from "./program.ts";

export type ProgramsEvents = {
  started: [Program];
  ended: [Program];
  /** Late players had their time: nothing of it is served any more. */
  forgotten: [Program];
};

export interface ProgramsOptions {
  wire: Pick<Wire, "setTap" | "nowMicros">;
  clock: Clock;
  log: Log;
  partMs: number;
  segmentMs: number;
  dvrMs: number;
  /** How long a lost host is waited for when control says nothing, ms. */
  graceMs: number;
  /** Where what a program packages goes; called once for each. */
  openSink(info: ProgramInfo): PackagerSink;
}

/** Longest segment of who sends keyframes when asked, ms. */
const MAX_SEGMENT_MS = 6000;
/**
 * And of encoders, which do not: x264 and what hardware has make one of every 250th picture where nobody says how often, and a
 * segment without one can neither be begun with nor turned to. So many are 10.4 s of a film.
 */
const MAX_ENCODER_SEGMENT_MS = 11_000;
/** An ended program is served so long for players that are behind, ms. */
const LATE_PLAYERS_MS = 60_000;

/** The programs of a worker: one for each room with a host on air, and those that have just ended. */
export class Programs extends Emitter<ProgramsEvents> {
  readonly #options: ProgramsOptions;
  /** The newest of each room. */
  readonly #current = new Map<string, Program>();
  readonly #all = new Set<Program>();
  #lastEpochMs = 0;

  constructor(options: ProgramsOptions) {
    super((error, event) => options.log.error("a listener failed", { event, error: error.message }));
    this.#options = options;
  }

  /** The room's newest program; it may have ended a moment ago. */
  of(room: string): Program | undefined {
    return this.#current.get(room);
  }

  /** A program that is on air or has just ended. */
  find(room: string, epoch: string): Program | undefined {
    const current = this.#current.get(room);
    if (current?.epoch === epoch) return current;
    for (const program of this.#all) if (program.room === room && program.epoch === epoch) return program;
    return undefined;
  }

  get all(): Iterable<Program> {
    return this.#all;
  }

  /** A publisher's streams came or changed. Only hosts make a program. */
  follow(session: PublishingSession): void {
    if (!session.isHost || !session.announced || !session.hasMedia) return;
    let program = this.#current.get(session.room);
    if (program === undefined || program.endedAtMs !== undefined) program = this.#start(session);
    program.follow(session);
  }

  /** A publisher's session is over. */
  lose(session: PublishingSession): void {
    this.#current.get(session.room)?.lose(session);
  }

  /** A packet of a tapped source in this room; `arrivalMicros` on the wire's clock. */
  take(room: string, source: SourceId, packet: Uint8Array, arrivalMicros: number): void {
    this.#current.get(room)?.take(source, packet, arrivalMicros);
  }

  /** When, on the node's clock, a source in this room had this timestamp. */
  clock(room: string, source: SourceId, map: { unixMicros: number; rtpTimestamp: number }): void {
    this.#current.get(room)?.clock(source, map);
  }

  poll(): void {
    for (const program of this.#all) if (program.endedAtMs === undefined) program.poll();
  }

  tick(nowMs: number): void {
    for (const program of this.#all) {
      program.tick(nowMs);
      if (program.endedAtMs !== undefined && nowMs - program.endedAtMs >= LATE_PLAYERS_MS)
        this.#forget(program);
    }
  }

  /** The broadcast is over. */
  end(room: string): void {
    this.#current.get(room)?.end();
  }

  /** Ends every program; nothing is served afterwards. */
  close(): void {
    for (const program of this.#all) {
      program.end();
      this.#forget(program);
    }
  }

  #start({ room, originals }: PublishingSession): Program {
    const { wire, clock, partMs, segmentMs, dvrMs, graceMs, openSink } = this.#options;
    const startedUnixMs = clock.unixMs();
    this.#lastEpochMs = Math.max(Math.floor(startedUnixMs), this.#lastEpochMs + 1);
    const maxSegmentMs = originals === undefined ? MAX_SEGMENT_MS : MAX_ENCODER_SEGMENT_MS;
    const epoch = this.#lastEpochMs.toString(36);
    const info: ProgramInfo = { room, epoch, startedUnixMs, maxSegmentMs, dvrMs };
    const sink = openSink(info);
    const program = new Program({ info, sink, wire, clock, partMs, segmentMs, graceMs });
    this.#all.add(program);
    this.#current.set(room, program);
    program.once("ended", () => this.emit("ended", program));
    this.emit("started", program);
    return program;
  }

  #forget(program: Program): void {
    this.#all.delete(program);
    if (this.#current.get(program.room) === program) this.#current.delete(program.room);
    this.emit("forgotten", program);
  }
}
