import type { Clock, Log } from "@sameroom/base";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import type { MediaNode } from "../node/media-node.ts";
import type { Program } from "../program/program.ts";
import type { Programs } from "../program/programs.ts";
import type { LadderRung } from "../transcode/rung-ladder.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import { StageComposer } from "./stage-composer.ts";

export interface StageComposersOptions {
  programs: Programs;
  node: Pick<MediaNode, "stageOf" | "publisherOf" | "visitorOf" | "on">;
  transcoders: Pick<Transcoders, "openComposition">;
  /** Whether a room's show is being recorded. */
  isRecording(room: string): boolean;
  /** Of composed pictures, shorter side, pixels. */
  maxHeight: number;
  ladder: readonly LadderRung[];
  clock: Clock;
  log: Log;
}

/** The composed stages of a worker: a composer for each program. */
export class StageComposers {
  readonly #composers = new Map<Program, StageComposer>();
  readonly #offs: (() => void)[];

  constructor(options: StageComposersOptions) {
    const { programs, node, isRecording, transcoders, maxHeight, ladder, clock, log } = options;
    const composerOf = (room: string) => {
      const program = programs.of(room);
      return program && this.#composers.get(program);
    };
    this.#offs = [
      programs.on("started", (program) => {
        const { room } = program;
        const composer = new StageComposer({
          ...{ program, transcoders, maxHeight, ladder, clock, log },
          stage: () => node.stageOf(room),
          find: (participant) => findOnStage(participant, room, options),
          isNeeded: () => program.isWatched || isRecording(room),
        });
        this.#composers.set(program, composer);
        program.once("ended", () => {
          composer.close();
          this.#composers.delete(program);
        });
      }),
      // What somebody sends may be another thing now; what is over is let go of before its sources are.
      node.on("publisher", ({ room }) => composerOf(room)?.tick()),
      node.on("publisherGone", ({ session }) => {
        for (const composer of this.#composers.values()) composer.drop(session);
      }),
    ];
  }

  /** Compositions that run, with what each takes of a core and how many pictures it makes. */
  get running(): { room: string; cpuMsPerSecond: number; picturesPerSecond: number }[] {
    return [...this.#composers].flatMap(([{ room }, { composition }]) =>
      composition === undefined
        ? []
        : {
            room,
            cpuMsPerSecond: composition.cpuMsPerSecond,
            picturesPerSecond: composition.picturesPerSecond,
          },
    );
  }

  /** A few times a second. */
  tick(): void {
    for (const composer of this.#composers.values()) composer.tick();
  }

  /** Every few milliseconds. */
  poll(): void {
    for (const composer of this.#composers.values()) composer.poll();
  }

  close(): void {
    for (const off of this.#offs.splice(0)) off();
    for (const composer of this.#composers.values()) composer.close();
    this.#composers.clear();
  }
}

/** In the room itself, or where a visitor is the host. */
function findOnStage(
  participant: string,
  room: string,
  { node, programs }: StageComposersOptions,
): { session: PublishingSession; own: Program | undefined } | undefined {
  const visitor = node.stageOf(room)?.visitors?.find((one) => one.participant === participant);
  const session =
    node.publisherOf(room, participant) ?? (visitor && node.visitorOf(visitor.room, participant));
  return session && { session, own: programs.of(session.room) };
}
