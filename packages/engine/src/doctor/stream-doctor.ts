import { LagMeter } from "./lag-meter.ts";
import { LastingSymptoms } from "./lasting.ts";
import { PictureRhythm } from "./picture-rhythm.ts";
import { pictureSymptoms } from "./picture-symptoms.ts";
import { type SoundLevel, SoundLevels } from "./sound-levels.ts";
import { TransportWatch } from "./transport-watch.ts";
import type { DoctorFinding, ExaminedUnit, Symptom, TransportReport } from "./types.ts";

export interface StreamDoctorOptions {
  /**
   * The sender decides itself on keyframes, frames and bitrates (RTMP, SRT, recorders). A WebRTC sender does as it is asked,
   * and changes its frame rate and bitrate with the network: that is no fault.
   */
  autonomous: boolean;
  /** What WebRTC viewers cannot play is encoded anew for them. */
  repairs: boolean;
}

/** Without a unit for so long nothing can be said of the stream, ms: it has stalled, which others tell. */
const STALLED_MS = 3000;
const SOUND_MISSING_MS = 5000;
const SKEW_MS = 250;
const GRAVE_SKEW_MS = 1000;
const BEHIND_MS = 700;
const DRIFT_PPM = 150;
const LOSS = { warning: 0.005, problem: 0.03 };
const REPAIRED = 0.05;

/**
 * Examines one host's stream from its units and what is known of its transport, and tells what lasts: each finding begins
 * when it was there for five seconds and ends when it was away for ten. Times are milliseconds since 1970.
 */
export class StreamDoctor {
  readonly #options: StreamDoctorOptions;
  #repairs: boolean;
  readonly #rhythm = new PictureRhythm();
  readonly #pictureLag = new LagMeter();
  readonly #soundLag = new LagMeter();
  readonly #levels = new SoundLevels();
  readonly #transport = new TransportWatch();
  readonly #lasting = new LastingSymptoms();
  #pictureSinceMs: number | undefined;
  #soundMs: number | undefined;

  constructor(options: StreamDoctorOptions) {
    this.#options = options;
    this.#repairs = options.repairs;
  }

  get findings(): DoctorFinding[] {
    return this.#lasting.findings;
  }

  /** The next unit of the sound, or of the best picture, in decoding order, as it comes. */
  unit(unit: ExaminedUnit, nowMs: number): void {
    const { format, captureMicros, compositionMicros } = unit;
    const lagMs = nowMs - (captureMicros - compositionMicros) / 1000;
    if (format.kind === "audio") {
      this.#soundMs = nowMs;
      this.#soundLag.add(lagMs, nowMs);
      return;
    }
    if (this.#rhythm.lastMs === undefined || nowMs - this.#rhythm.lastMs > STALLED_MS)
      this.#pictureSinceMs = nowMs;
    this.#rhythm.add(unit, format, nowMs);
    this.#pictureLag.add(lagMs, nowMs);
  }

  /** How loud the sound is, about once a second. */
  level(level: SoundLevel, nowMs: number): void {
    this.#levels.add(level, nowMs);
  }

  transport(report: TransportReport, nowMs: number): void {
    this.#transport.add(report, nowMs);
  }

  /** Whether what WebRTC viewers cannot play is encoded anew now: a machine that is too slow gives it up. */
  setRepairs(repairs: boolean): void {
    this.#repairs = repairs;
  }

  /** Looks at all of it; about once a second. True when {@link findings} are others now. */
  tick(nowMs: number): boolean {
    this.#rhythm.trim(nowMs);
    const { lastMs } = this.#rhythm;
    const hasPicture = lastMs !== undefined && nowMs - lastMs < STALLED_MS;
    const hasSound = this.#soundMs !== undefined && nowMs - this.#soundMs < STALLED_MS;
    const context = { ...this.#options, repairs: this.#repairs, nowMs };
    const symptoms = [
      ...(hasPicture ? pictureSymptoms(this.#rhythm, context) : []),
      ...(hasPicture ? this.#missingSound(nowMs) : []),
      ...(hasSound ? this.#soundSymptoms(nowMs) : []),
      ...(hasPicture && hasSound ? this.#skew(nowMs) : []),
      ...this.#transportSymptoms(nowMs),
    ];
    return this.#lasting.update(symptoms, nowMs);
  }

  #missingSound(nowMs: number): Symptom[] {
    const sinceMs = Math.max(this.#pictureSinceMs ?? nowMs, this.#soundMs ?? 0);
    if (nowMs - sinceMs < SOUND_MISSING_MS) return [];
    return [{ code: "sound-missing", severity: "warning", repaired: false, values: {} }];
  }

  #soundSymptoms(nowMs: number): Symptom[] {
    if (this.#levels.isSilent(nowMs))
      return [{ code: "sound-silent", severity: "warning", repaired: false, values: {} }];
    const peakDbfs = this.#levels.clippedAtDbfs(nowMs);
    if (peakDbfs === undefined) return [];
    // Without the zero, full scale would read -0.
    const values = { peakDbfs: Math.round(peakDbfs) + 0 };
    return [{ code: "sound-clipped", severity: "warning", repaired: false, values }];
  }

  /** Sound and picture of one moment are sent at one time: what comes apart is stamped apart. */
  #skew(nowMs: number): Symptom[] {
    const [picture, sound] = [this.#pictureLag.recentMs(nowMs), this.#soundLag.recentMs(nowMs)];
    if (picture === undefined || sound === undefined) return [];
    const milliseconds = Math.round((picture - sound) / 50) * 50;
    if (Math.abs(milliseconds) < SKEW_MS) return [];
    const severity = Math.abs(milliseconds) >= GRAVE_SKEW_MS ? "problem" : "warning";
    return [{ code: "sound-skew", severity, repaired: false, values: { milliseconds } }];
  }

  #transportSymptoms(nowMs: number): Symptom[] {
    const {
      lossRatio,
      repairedRatio,
      layerMissing,
      driftPpm = 0,
      hasRival,
      unsupported,
    } = this.#transport.means(nowMs);
    const symptoms: Symptom[] = [];
    const behindMs = (this.#pictureLag.behindMs(nowMs) ?? this.#soundLag.behindMs(nowMs)) || 0;
    if (behindMs > BEHIND_MS) {
      const values = { lateSeconds: Math.round(behindMs / 500) / 2 };
      symptoms.push({ code: "upload-slow", severity: "problem", repaired: false, values });
    } else if (layerMissing) {
      symptoms.push({ code: "upload-slow", severity: "warning", repaired: false, values: {} });
    }
    if (lossRatio >= LOSS.warning) {
      const severity = lossRatio >= LOSS.problem ? "problem" : "warning";
      const values = { lossRatio: share(lossRatio), repairedRatio: share(repairedRatio) };
      symptoms.push({ code: "upload-loss", severity, repaired: false, values });
    } else if (repairedRatio >= REPAIRED) {
      const values = { lossRatio: 0, repairedRatio: share(repairedRatio) };
      symptoms.push({ code: "upload-loss", severity: "info", repaired: true, values });
    }
    if (Math.abs(driftPpm) >= DRIFT_PPM) {
      const values = { partsPerMillion: Math.round(driftPpm / 50) * 50 };
      symptoms.push({ code: "clock-drift", severity: "info", repaired: true, values });
    }
    if (hasRival) symptoms.push({ code: "two-encoders", severity: "warning", repaired: true, values: {} });
    const [codec] = unsupported;
    if (codec !== undefined)
      symptoms.push({ code: "codec-unsupported", severity: "problem", repaired: false, values: { codec } });
    return symptoms;
  }
}

/** To half a per cent. */
function share(ratio: number): number {
  return Math.round(ratio * 200) / 200;
}
