interface Entry {
  type: string;
  kind?: string;
  mid?: string;
  /** Of all that was played so far: full scale squared, times seconds (W3C webrtc-stats). */
  totalAudioEnergy?: number;
  /** Seconds. */
  totalSamplesDuration?: number;
}

interface Sum {
  energy: number;
  seconds: number;
}

/** How loud each media section is, from one reading of a connection's statistics to the next. */
export class Voices {
  readonly #sums = new Map<string, Sum>();

  /** Level since the last reading by MID, 0 to 1 (root mean square); a section that played nothing is left out. */
  read(report: RTCStatsReport): Map<string, number> {
    const levels = new Map<string, number>();
    report.forEach((entry: Entry) => {
      if (entry.type !== "inbound-rtp" || entry.kind !== "audio" || entry.mid === undefined) return;
      const now = { energy: entry.totalAudioEnergy ?? 0, seconds: entry.totalSamplesDuration ?? 0 };
      const before = this.#sums.get(entry.mid);
      this.#sums.set(entry.mid, now);
      const seconds = now.seconds - (before?.seconds ?? 0);
      const energy = now.energy - (before?.energy ?? 0);
      if (seconds > 0 && energy >= 0) levels.set(entry.mid, Math.min(1, Math.sqrt(energy / seconds)));
    });
    return levels;
  }
}
