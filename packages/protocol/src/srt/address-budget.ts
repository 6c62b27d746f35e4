/** A handshake costs us hashing and a question to control: so many at once, and so many a second, from one address. */
const BURST = 20;
const PER_SECOND = 5;
/** Addresses that are remembered at a time. */
const MOST_ADDRESSES = 4096;

/** How many handshakes each address may still make. */
export class AddressBudget {
  readonly #spent = new Map<string, { tokens: number; atMs: number }>();

  /** Whether this one may be made. */
  take(nowMs: number, ip: string): boolean {
    const known = this.#spent.get(ip);
    const tokens = known === undefined ? BURST : refilled(known, nowMs);
    this.#spent.delete(ip);
    if (this.#spent.size >= MOST_ADDRESSES) this.#forget(nowMs);
    const may = tokens >= 1;
    this.#spent.set(ip, { tokens: may ? tokens - 1 : tokens, atMs: nowMs });
    return may;
  }

  /** The least recent first: those that are full again, and one at least. */
  #forget(nowMs: number): void {
    let first = true;
    for (const [ip, entry] of this.#spent) {
      if (!first && refilled(entry, nowMs) < BURST) break;
      first = false;
      this.#spent.delete(ip);
    }
  }
}

function refilled({ tokens, atMs }: { tokens: number; atMs: number }, nowMs: number): number {
  return Math.min(BURST, tokens + ((nowMs - atMs) * PER_SECOND) / 1000);
}
