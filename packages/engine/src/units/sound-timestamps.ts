/** Off by so much, samples at 48 kHz, sound is put where its time says: half a packet of 20 ms. */
const MOST_OFF = 480;
const RATE = 48_000;

/**
 * RTP timestamps of Opus packets whose times were rounded on their way (FLV: to milliseconds): one follows the other as their samples
 * do, so that a player hears no gap where there is none.
 */
export class SoundTimestamps {
  #next: number | undefined;

  /** Of the packet presented at this time, µs, which lasts so many samples at 48 kHz. Not modulo 2^32. */
  take(micros: number, samples: number): number {
    const exact = Math.round((micros * RATE) / 1_000_000);
    const next = this.#next ?? exact;
    const timestamp = Math.abs(exact - next) > MOST_OFF ? exact : next;
    this.#next = timestamp + samples;
    return timestamp;
  }
}
