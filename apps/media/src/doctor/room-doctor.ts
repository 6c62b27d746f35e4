import type { Clock } from "@sameroom/base";
import type { Finding, PublisherHealth } from "@sameroom/contract";
import { StreamDoctor, type TransportReport } from "@sameroom/engine";
import type { AccessUnit, AudioFormat } from "@sameroom/protocol";
import type { Program } from "../program/program.ts";
import type { Transcode } from "../transcode/transcode.ts";

export interface RoomDoctorOptions {
  program: Program;
  /** The host's session; another one gets a doctor of its own. */
  session: string;
  /** The sender decides itself on keyframes and bitrates: no WebRTC. */
  autonomous: boolean;
  /** What WebRTC viewers cannot play is encoded anew for them. */
  repairs: boolean;
  /** Measures sound; undefined: not now. */
  openLevels(input: AudioFormat): Transcode | undefined;
  clock: Clock;
}

/** A sender that tells how loud it is does so within, ms. */
const TOLD_WITHIN_MS = 6000;
/** So long after the first viewer what must be encoded anew is, or it is not, ms. */
const BRIDGED_WITHIN_MS = 10_000;

/** Listens to one host's session: units as they come, the rest from its health. */
export class RoomDoctor {
  readonly session: string;
  readonly #options: RoomDoctorOptions;
  readonly #doctor: StreamDoctor;
  readonly #sinceMs: number;
  readonly #stop: () => void;
  #levels: Transcode | undefined;
  #saysHowLoud = false;
  /** Since when there are WebRTC viewers and nothing is encoded for them. */
  #unbridgedSinceMs: number | undefined;
  #gaveUpLevels = false;

  constructor(options: RoomDoctorOptions) {
    this.#options = options;
    const { program, session, autonomous, repairs, clock } = options;
    this.session = session;
    this.#sinceMs = clock.unixMs();
    this.#doctor = new StreamDoctor({ autonomous, repairs });
    this.#stop = program.hearHost((rendition, unit) => {
      if (unit.format.kind === "audio") this.#sound(unit);
      else if (rendition === program.topLayer) this.#doctor.unit(unit, clock.unixMs());
    });
  }

  get findings(): Finding[] {
    return this.#doctor.findings;
  }

  /** What the host's session says of itself, every two seconds. */
  health(health: PublisherHealth, more: Pick<TransportReport, "driftPpm" | "hasRival">): void {
    const nowMs = this.#options.clock.unixMs();
    this.#noteBridge(health, nowMs);
    const [top, ...lower] = health.layers ?? [];
    const layerMissing =
      top?.wanted === true && top.bitrate === 0 && lower.some(({ bitrate }) => bitrate > 0);
    const { lossRatio, repairedRatio, unsupported, audioDbfs } = health;
    this.#doctor.transport({ lossRatio, repairedRatio, unsupported, layerMissing, ...more }, nowMs);
    if (audioDbfs === undefined) return;
    this.#saysHowLoud = true;
    this.#doctor.level({ peakDbfs: undefined, rmsDbfs: audioDbfs }, nowMs);
  }

  /** About once a second; true when {@link findings} are others now. */
  tick(): boolean {
    return this.#doctor.tick(this.#options.clock.unixMs());
  }

  close(): void {
    this.#stop();
    this.#levels?.close();
    this.#levels = undefined;
  }

  #noteBridge({ viewers, bridge }: PublisherHealth, nowMs: number): void {
    const isUnbridged = viewers > 0 && bridge !== undefined && bridge.video === null;
    this.#unbridgedSinceMs = isUnbridged ? (this.#unbridgedSinceMs ?? nowMs) : undefined;
    const sinceMs = this.#unbridgedSinceMs ?? nowMs;
    this.#doctor.setRepairs(this.#options.repairs && nowMs - sinceMs < BRIDGED_WITHIN_MS);
  }

  #sound(unit: AccessUnit): void {
    const nowMs = this.#options.clock.unixMs();
    this.#doctor.unit(unit, nowMs);
    if (this.#saysHowLoud || this.#gaveUpLevels || unit.format.kind !== "audio") return;
    if (!this.#options.autonomous && nowMs - this.#sinceMs < TOLD_WITHIN_MS) return;
    this.#levels ??= this.#openLevels(unit.format);
    this.#levels?.push(unit);
  }

  #openLevels(format: AudioFormat): Transcode | undefined {
    const levels = this.#options.openLevels(format);
    if (levels === undefined) this.#gaveUpLevels = true;
    levels?.on("level", (level) => this.#doctor.level(level, this.#options.clock.unixMs()));
    levels?.on("failed", () => {
      this.#levels = undefined;
      this.#gaveUpLevels = true;
    });
    return levels;
  }
}
