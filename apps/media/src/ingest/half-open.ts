import { addressGroup } from "@sameroom/base";

export interface HalfOpenLimits {
  /** Connections that have not published yet, in all. */
  readonly most: number;
  /** Of these, from one address (IPv6: one /64). */
  readonly mostPerAddress: number;
}

/** One connection that has not published yet. */
export interface HalfOpenPlace {
  /** It publishes, or is gone. Idempotent. */
  leave(): void;
}

/**
 * Counts who has connected and not said yet what for. Who comes from an address that has too many is turned away; when all
 * places are taken the one who has waited longest goes, so that a flood does not keep out those who come to publish.
 */
export class HalfOpen {
  readonly #limits: HalfOpenLimits;
  /** Oldest first. */
  readonly #waiting = new Set<{ group: string; evict: () => void }>();
  readonly #byGroup = new Map<string, number>();

  constructor(limits: HalfOpenLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** `evict` is called when the place goes to somebody else. Undefined: turned away. */
  enter(address: string, evict: () => void): HalfOpenPlace | undefined {
    const group = addressGroup(address);
    if ((this.#byGroup.get(group) ?? 0) >= this.#limits.mostPerAddress) return undefined;
    if (this.#waiting.size >= this.#limits.most) {
      const [oldest] = this.#waiting;
      this.#leave(oldest!);
      oldest!.evict();
    }
    const entry = { group, evict };
    this.#waiting.add(entry);
    this.#byGroup.set(group, (this.#byGroup.get(group) ?? 0) + 1);
    return { leave: () => this.#leave(entry) };
  }

  #leave(entry: { group: string; evict: () => void }): void {
    if (!this.#waiting.delete(entry)) return;
    const left = this.#byGroup.get(entry.group)! - 1;
    if (left === 0) this.#byGroup.delete(entry.group);
    else this.#byGroup.set(entry.group, left);
  }
}
