interface Entry {
  type: string;
  kind?: string;
  mid?: string;
  packetsReceived?: number;
  /** Seconds that all samples played so far waited in the jitter buffer, and would have waited in one that is as full as it should be. */
  jitterBufferDelay?: number;
  jitterBufferTargetDelay?: number;
  /** These samples. */
  jitterBufferEmittedCount?: number;
}

/** Of one section: the sums at the last look that counted, and how often in a row too much waited. */
interface Section {
  atMs: number;
  waited: number;
  wanted: number;
  samples: number;
  packets: number;
  tooMuch: number;
  restsUntilMs: number;
}

/** Of a section's sound so much is to be left out, ms. */
export interface GatheredSection {
  mid: string;
  ms: number;
}

/** Looks are compared over so long: what comes in bunches evens out. */
const WINDOW_MS = 900;
/** More than the browser wants, ms: worth a jump in the sound. */
const TOO_MUCH_MS = 120;
/** In so many windows, one behind the other: the browser may be about to play it away, or to want more … */
const WINDOWS = 3;
/** … but not of so much, ms. */
const FAR_TOO_MUCH_MS = 500;
/** Stays: the server counts in tenths of a second, and too little is heard as a hole. */
const STAYS_MS = 60;
/** At once, ms; the server takes no more. */
const MOST_MS = 5000;
/** What was left out shows when all that waited before has been played, and so long was looked, ms. */
const SHOWS_AFTER_MS = 1500;

/**
 * Finds sound that has gathered in a viewer's jitter buffer: while the page was loading, the path was away or the machine had no
 * time. Browsers play it away by a few percent only, less with music, and hold the picture back to it for as long. Pure: time is an
 * argument.
 */
export class GatheredSound {
  readonly #sections = new Map<string, Section>();

  /** What is to be left out now, by what was played since the last looks. */
  read(report: RTCStatsReport, nowMs: number): GatheredSection[] {
    const found: GatheredSection[] = [];
    report.forEach((entry: Entry) => {
      if (entry.type !== "inbound-rtp" || entry.kind !== "audio" || entry.mid === undefined) return;
      const ms = this.#excess(entry.mid, entry, nowMs);
      if (ms !== undefined) found.push({ mid: entry.mid, ms });
    });
    return found;
  }

  #excess(mid: string, entry: Entry, nowMs: number): number | undefined {
    const {
      jitterBufferDelay: waited,
      jitterBufferTargetDelay: wanted,
      jitterBufferEmittedCount: samples,
    } = entry;
    if (waited === undefined || wanted === undefined || samples === undefined) return undefined;
    const before = this.#sections.get(mid);
    if (before !== undefined && nowMs - before.atMs < WINDOW_MS) return undefined;
    const { packetsReceived: packets = 0 } = entry;
    const restsUntilMs = before?.restsUntilMs ?? nowMs;
    const now: Section = { atMs: nowMs, waited, wanted, samples, packets, tooMuch: 0, restsUntilMs };
    this.#sections.set(mid, now);
    // Where nothing comes, what has gathered is all there is.
    if (before === undefined || samples <= before.samples || packets <= before.packets) return undefined;
    if (nowMs < restsUntilMs) return undefined;
    const waitsMs = (1000 * (waited - before.waited)) / (samples - before.samples);
    const excessMs = waitsMs - (1000 * (wanted - before.wanted)) / (samples - before.samples);
    if (excessMs < TOO_MUCH_MS) return undefined;
    now.tooMuch = before.tooMuch + 1;
    if (now.tooMuch < WINDOWS && excessMs < FAR_TOO_MUCH_MS) return undefined;
    now.tooMuch = 0;
    now.restsUntilMs = nowMs + waitsMs + SHOWS_AFTER_MS;
    return Math.min(MOST_MS, Math.round(excessMs) - STAYS_MS);
  }
}
