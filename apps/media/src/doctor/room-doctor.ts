import type { Clock } from "@sameroom/base";
import type { Finding, PublisherHealth } from "@sameroom/contract";
import { StreamDoctor } from "@sameroom/engine";
import type { AccessUnit, AudioFormat } from "@sameroom/protocol";
import type { Program } from "../program/program.ts";
import { AAC_RENDITION, OPUS_RENDITION } from "../program/rendition-names.ts";
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

/** Listens to one host's session: units from the program, the rest from its health. */
export class RoomDoctor {
  readonly session: string;
  readonly #options: RoomDoctorOptions;
  readonly #doctor: StreamDoctor;
  readonly #sinceMs: number;
  readonly #unsubscribe: (() => void)[] = [];
  #picture: { rendition: string; unsubscribe: () => void } | undefined;
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
    this.#unsubscribe.push(
      program.subscribe(OPUS_RENDITION, (unit) => this.#sound(unit)),
      program.subscribe(AAC_RENDITION, (unit) => {
        // Beside Opus it is made here, and would say what our encoder does.
        if (program.formatOf(OPUS_RENDITION) === undefined) this.#sound(unit);
      }),
    );
  }

  get findings(): Finding[] {
    return this.#doctor.findings;
  }

  /** What the host's session says of itself, every two seconds. */
  health(health: PublisherHealth, driftPpm: number | undefined): void {
    const nowMs = this.#options.clock.unixMs();
    this.#noteBridge(health, nowMs);
    const [top, ...lower] = health.layers ?? [];
    const layerMissing =
      top?.wanted === true && top.bitrate === 0 && lower.some(({ bitrate }) => bitrate > 0);
    const { lossRatio, repairedRatio, unsupported, audioDbfs } = health;
    this.#doctor.transport({ lossRatio, repairedRatio, unsupported, layerMissing, driftPpm }, nowMs);
    if (audioDbfs === undefined) return;
    this.#saysHowLoud = true;
    this.#doctor.level({ peakDbfs: undefined, rmsDbfs: audioDbfs }, nowMs);
  }

  /** About once a second; true when {@link findings} are others now. */
  tick(): boolean {
    const { program, clock } = this.#options;
    const rendition = program.topLayer;
    if (rendition !== this.#picture?.rendition) {
      this.#picture?.unsubscribe();
      this.#picture =
        rendition === undefined ? undefined : { rendition, unsubscribe: this.#watch(rendition) };
    }
    return this.#doctor.tick(clock.unixMs());
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#picture?.unsubscribe();
    this.#picture = undefined;
    this.#levels?.close();
    this.#levels = undefined;
  }

  #noteBridge({ viewers, bridge }: PublisherHealth, nowMs: number): void {
    const isUnbridged = viewers > 0 && bridge !== undefined && bridge.video === null;
    this.#unbridgedSinceMs = isUnbridged ? (this.#unbridgedSinceMs ?? nowMs) : undefined;
    const sinceMs = this.#unbridgedSinceMs ?? nowMs;
    this.#doctor.setRepairs(this.#options.repairs && nowMs - sinceMs < BRIDGED_WITHIN_MS);
  }

  #watch(rendition: string): () => void {
    return this.#options.program.subscribe(rendition, (unit) =>
      this.#doctor.unit(unit, this.#options.clock.unixMs()),
    );
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
