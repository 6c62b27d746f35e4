/** A request that waits for something to come. */
export interface Waiter {
  /** Whoever asks, for limits: an address. */
  readonly address: string;
  /** It is there: answer. */
  serve(): void;
  /** It did not come in time: refuse. */
  expire(): void;
}

export interface WaitingLimits {
  maxWaiting: number;
  maxPerAddress: number;
}

interface Entry {
  waiter: Waiter;
  deadlineMs: number;
}

/** Answered in one turn of the event loop: thousands at once would hold up the media that passes through the same thread. */
const SERVED_PER_TURN = 250;

/**
 * Every request of the worker that is held open. Those that wait for the same thing stand in one queue, found by its key; all
 * of them are answered, some at a time, when it is {@link release}d.
 */
export class WaitingRoom {
  readonly #limits: WaitingLimits;
  readonly #defer: (run: () => void) => void;
  readonly #queues = new Map<string, Set<Entry>>();
  readonly #perAddress = new Map<string, number>();
  #size = 0;

  /** `defer` runs a function in the next turn of the event loop. */
  constructor(limits: WaitingLimits, defer: (run: () => void) => void = setImmediate) {
    this.#limits = limits;
    this.#defer = defer;
  }

  /** Requests held now. */
  get size(): number {
    return this.#size;
  }

  /** Keys that anybody waits for. */
  get keys(): Iterable<string> {
    return this.#queues.keys();
  }

  /**
   * Holds a request until `key` is released or `deadlineMs` has come, on the clock of {@link expire}. Undefined: there is no
   * place left for it, or for its address. The returned function gives it up; idempotent.
   */
  wait(key: string, waiter: Waiter, deadlineMs: number): (() => void) | undefined {
    const held = this.#perAddress.get(waiter.address) ?? 0;
    if (this.#size >= this.#limits.maxWaiting || held >= this.#limits.maxPerAddress) return undefined;
    const queue = this.#queues.get(key) ?? new Set();
    this.#queues.set(key, queue);
    const entry = { waiter, deadlineMs };
    queue.add(entry);
    this.#size += 1;
    this.#perAddress.set(waiter.address, held + 1);
    return () => this.#take(queue, entry) && queue.size === 0 && this.#close(key, queue);
  }

  /** What `key` stands for is there. */
  release(key: string): void {
    const queue = this.#queues.get(key);
    if (queue === undefined) return;
    this.#queues.delete(key);
    this.#serve(queue);
  }

  /** Refuses those whose time is over. A few times a second. */
  expire(nowMs: number): void {
    for (const [key, queue] of this.#queues) {
      for (const entry of queue) {
        if (entry.deadlineMs <= nowMs && this.#take(queue, entry)) entry.waiter.expire();
      }
      if (queue.size === 0) this.#close(key, queue);
    }
  }

  #serve(queue: Set<Entry>): void {
    let served = 0;
    for (const entry of queue) {
      if (served === SERVED_PER_TURN) {
        this.#defer(() => this.#serve(queue));
        return;
      }
      served += 1;
      this.#take(queue, entry);
      entry.waiter.serve();
    }
  }

  #take(queue: Set<Entry>, entry: Entry): boolean {
    if (!queue.delete(entry)) return false;
    this.#size -= 1;
    const { address } = entry.waiter;
    const held = (this.#perAddress.get(address) ?? 1) - 1;
    if (held > 0) this.#perAddress.set(address, held);
    else this.#perAddress.delete(address);
    return true;
  }

  #close(key: string, queue: Set<Entry>): void {
    if (this.#queues.get(key) === queue) this.#queues.delete(key);
  }
}
