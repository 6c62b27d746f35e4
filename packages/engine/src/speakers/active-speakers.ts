/** Levels above this are speech rather than a room's noise (RFC 6464: -dBov, 0 loudest). */
const SPEECH_DBOV = -50;
const SILENCE_DBOV = -127;
/** Share of a new level that counts at once: speech is noticed quickly and forgotten slowly. */
const ATTACK = 0.4;
const RELEASE_MS = 800;
/** Somebody else must be louder by this much ... */
const MARGIN_DB = 6;
/** ... for this long, ms, to go before another. */
const HOLD_MS = 300;

interface Voice {
  level: number;
  updatedMs: number;
}

/**
 * Who speaks, loudest first, from the audio levels of RTP packets (RFC 6464). The order is steady: somebody moves ahead
 * only after being clearly louder for a while.
 */
export class ActiveSpeakers {
  readonly #voices = new Map<string, Voice>();
  #ranking: string[] = [];
  /** Since when the next of each neighbouring pair is clearly louder, by participant. */
  readonly #louderSinceMs = new Map<string, number>();

  /** A packet's level, `negatedDbov` as in the extension: 0 loud to 127 silent. */
  level(participant: string, nowMs: number, negatedDbov: number): void {
    let voice = this.#voices.get(participant);
    if (voice === undefined) {
      voice = { level: SILENCE_DBOV, updatedMs: nowMs };
      this.#voices.set(participant, voice);
      this.#ranking.push(participant);
    }
    const before = levelAt(voice, nowMs);
    const level = -negatedDbov;
    voice.level = level > before ? before + (level - before) * ATTACK : before;
    voice.updatedMs = nowMs;
  }

  remove(participant: string): void {
    this.#voices.delete(participant);
    this.#louderSinceMs.delete(participant);
    this.#ranking = this.#ranking.filter((each) => each !== participant);
  }

  /** Brings the order up to date, about every 100 ms; true when it has changed. */
  poll(nowMs: number): boolean {
    let changed = false;
    for (let place = this.#ranking.length - 1; place > 0; place--) {
      const [ahead, behind] = [this.#ranking[place - 1]!, this.#ranking[place]!];
      const clearly =
        this.#levelOf(behind, nowMs) > Math.max(SPEECH_DBOV, this.#levelOf(ahead, nowMs) + MARGIN_DB);
      if (!clearly) {
        this.#louderSinceMs.delete(behind);
        continue;
      }
      const since = this.#louderSinceMs.get(behind);
      if (since === undefined) this.#louderSinceMs.set(behind, nowMs);
      else if (nowMs - since >= HOLD_MS) {
        this.#ranking[place - 1] = behind;
        this.#ranking[place] = ahead;
        // Whoever was overtaken must be louder for the whole time again.
        this.#louderSinceMs.delete(ahead);
        changed = true;
      }
    }
    return changed;
  }

  /** Loudest first. */
  get ranking(): readonly string[] {
    return this.#ranking;
  }

  /** Who speaks now, or null in silence. */
  dominant(nowMs: number): string | null {
    const first = this.#ranking[0];
    return first !== undefined && this.#levelOf(first, nowMs) > SPEECH_DBOV ? first : null;
  }

  #levelOf(participant: string, nowMs: number): number {
    const voice = this.#voices.get(participant);
    return voice === undefined ? SILENCE_DBOV : levelAt(voice, nowMs);
  }
}

/** Falls from speech to silence over about two release times. */
function levelAt({ level, updatedMs }: Voice, nowMs: number): number {
  const share = Math.exp(-Math.max(0, nowMs - updatedMs) / RELEASE_MS);
  return SILENCE_DBOV + (level - SILENCE_DBOV) * share;
}
