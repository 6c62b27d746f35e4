/** Quieter than any room, dBFS. */
const SILENT_DBFS = -60;
const SILENT_MS = 15_000;
/** The last step of 16 bits below full scale, as good as clipped. */
const CLIPPED_DBFS = -0.1;
/** Music may be mastered up to full scale; only what is loud throughout is clipped. */
const LOUD_RMS_DBFS = -15;
const CLIPPED_WINDOW_MS = 10_000;
const CLIPPED_SHARE = 0.5;
const ENOUGH_LEVELS = 5;

/** How loud the sound was in about a second, dBFS: 0 is as loud as can be. */
export interface SoundLevel {
  /** undefined where only the average is known. */
  peakDbfs: number | undefined;
  rmsDbfs: number;
}

/** Finds silence and distortion in levels measured about once a second. */
export class SoundLevels {
  readonly #levels: (SoundLevel & { atMs: number })[] = [];

  /** `nowMs` since 1970. */
  add(level: SoundLevel, nowMs: number): void {
    this.#levels.push({ ...level, atMs: nowMs });
    const kept = this.#levels.findIndex(({ atMs }) => nowMs - atMs <= SILENT_MS);
    this.#levels.splice(0, Math.max(0, kept));
  }

  /** Nothing was heard for fifteen seconds. */
  isSilent(nowMs: number): boolean {
    const recent = this.#since(nowMs - SILENT_MS);
    const first = recent[0];
    if (first === undefined || recent.length < ENOUGH_LEVELS || nowMs - first.atMs < SILENT_MS - 2000)
      return false;
    return recent.every(({ rmsDbfs, peakDbfs = rmsDbfs }) => peakDbfs < SILENT_DBFS);
  }

  /** The highest peak, when it is distorted; else undefined. dBFS. */
  clippedAtDbfs(nowMs: number): number | undefined {
    const recent = this.#since(nowMs - CLIPPED_WINDOW_MS);
    const clipped = recent.filter(
      ({ peakDbfs, rmsDbfs }) =>
        peakDbfs !== undefined && peakDbfs >= CLIPPED_DBFS && rmsDbfs >= LOUD_RMS_DBFS,
    );
    if (recent.length < ENOUGH_LEVELS || clipped.length < recent.length * CLIPPED_SHARE) return undefined;
    return Math.max(...clipped.map(({ peakDbfs }) => peakDbfs!));
  }

  #since(fromMs: number): (SoundLevel & { atMs: number })[] {
    return this.#levels.filter(({ atMs }) => atMs >= fromMs);
  }
}
