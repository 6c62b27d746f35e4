import { type Clock, Emitter, type Log } from "@sameroom/base";
import type { PublisherHealth, RoomFindings } from "@sameroom/contract";
import { DriftMeter } from "@sameroom/engine";
import type { Program } from "../program/program.ts";
import type { Programs } from "../program/programs.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import { RoomDoctor } from "./room-doctor.ts";

export type DoctorsEvents = {
  /** All that is wrong with a room's stream, whenever it changes. */
  findings: [RoomFindings];
};

export interface DoctorsOptions {
  programs: Pick<Programs, "all">;
  transcoders: Pick<Transcoders, "openLevels">;
  /** Another encoder with the same stream key tries to take this session's place. */
  hasRival(session: string): boolean;
  /** Encoders' streams are encoded anew for WebRTC viewers where they must be. */
  repairs: boolean;
  clock: Clock;
  log: Log;
}

interface Attended {
  doctor: RoomDoctor;
  drift: DriftMeter | undefined;
}

/** One doctor for each host on air, whatever protocol they come by. */
export class Doctors extends Emitter<DoctorsEvents> {
  readonly #options: DoctorsOptions;
  readonly #attended = new Map<Program, Attended>();

  constructor(options: DoctorsOptions) {
    super((error, event) => options.log.error("a listener failed", { event, error: error.message }));
    this.#options = options;
  }

  /** Of all rooms in which something is wrong. */
  get current(): RoomFindings[] {
    return [...this.#attended]
      .map(([{ room }, { doctor }]) => ({ room, findings: doctor.findings }))
      .filter(({ findings }) => findings.length > 0);
  }

  /** What sessions say of themselves, every two seconds. */
  health(sessions: readonly PublisherHealth[]): void {
    for (const [program, attended] of this.#attended) {
      const health = sessions.find(({ session }) => session === attended.doctor.session);
      if (health === undefined) continue;
      const { session } = attended.doctor;
      attended.doctor.health(health, {
        driftPpm: driftOf(program, attended),
        hasRival: this.#options.hasRival(session),
      });
    }
  }

  /** Finds who is on air and looks at each. About once a second. */
  tick(): void {
    for (const program of this.#options.programs.all) this.#attend(program);
    for (const [program, { doctor }] of this.#attended) {
      if (program.endedAtMs !== undefined) this.#leave(program);
      else if (doctor.tick()) this.#tell(program);
    }
  }

  close(): void {
    for (const { doctor } of this.#attended.values()) doctor.close();
    this.#attended.clear();
    this.clear();
  }

  #attend(program: Program): void {
    const { host } = program;
    if (host?.id === this.#attended.get(program)?.doctor.session) return;
    this.#leave(program);
    if (host === undefined || program.endedAtMs !== undefined) return;
    const { repairs, transcoders, clock } = this.#options;
    const autonomous = host.present().protocol !== "whip";
    const doctor = new RoomDoctor({
      ...{ program, session: host.id, autonomous, clock },
      // What comes over WebRTC is passed on as it is.
      repairs: repairs && autonomous,
      openLevels: (input) => transcoders.openLevels({ input }),
    });
    this.#attended.set(program, { doctor, drift: undefined });
  }

  #leave(program: Program): void {
    const attended = this.#attended.get(program);
    if (attended === undefined) return;
    attended.doctor.close();
    this.#attended.delete(program);
    if (attended.doctor.findings.length > 0) this.emit("findings", { room: program.room, findings: [] });
  }

  #tell(program: Program): void {
    const { room } = program;
    this.emit("findings", { room, findings: this.#attended.get(program)!.doctor.findings });
  }
}

/** Of the host's sound, which sound cards time. */
function driftOf(program: Program, attended: Attended): number | undefined {
  const track = program.host?.tracks.find(({ kind }) => kind === "audio");
  const stream = track?.streams[0];
  if (stream?.clock === undefined) return undefined;
  attended.drift ??= new DriftMeter(stream.codec.clockRate);
  attended.drift.add(stream.clock);
  return attended.drift.ppm;
}
