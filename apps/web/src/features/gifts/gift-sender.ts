import type { RoomConnection } from "@sameroom/client";
import type { Gift } from "@sameroom/contract";

/** Taps that follow each other this soon go out together, ms. */
const GATHERED_MS = 250;
/** As many as one command may carry. */
const COUNT_MOST = 999;
const TRIES = 4;
const AGAIN_MS = 1_500;

export interface GiftOutcome {
  gift: Gift;
  count: number;
  /** What is left; null when it was not sent. */
  coins: number | null;
  /** Why not, for a person. */
  fault: { code: string; message: string } | null;
}

/**
 * Sends gifts as they are tapped: quick taps in one, each under an id of its own, so that one whose answer got lost is asked
 * for again and paid once.
 */
export class GiftSender {
  readonly #connection: Pick<RoomConnection, "command">;
  readonly #captureUnixMs: () => number | null;
  readonly #told: (outcome: GiftOutcome) => void;
  readonly #waiting = new Map<string, { gift: Gift; count: number }>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #closed = false;

  constructor(
    connection: Pick<RoomConnection, "command">,
    ports: { captureUnixMs: () => number | null; told: (outcome: GiftOutcome) => void },
  ) {
    this.#connection = connection;
    this.#captureUnixMs = ports.captureUnixMs;
    this.#told = ports.told;
  }

  tap(gift: Gift): void {
    const waiting = this.#waiting.get(gift.code);
    if (waiting) {
      waiting.count = Math.min(waiting.count + 1, COUNT_MOST);
      return;
    }
    this.#waiting.set(gift.code, { gift, count: 1 });
    this.#later(GATHERED_MS, () => {
      const taps = this.#waiting.get(gift.code);
      this.#waiting.delete(gift.code);
      if (taps) void this.#send(taps);
    });
  }

  /** What was tapped and is not on its way yet is sent, for it was meant. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const taps of this.#waiting.values()) void this.#send(taps);
    this.#waiting.clear();
    this.#closed = true;
  }

  async #send({ gift, count }: { gift: Gift; count: number }): Promise<void> {
    const input = { id: newId(), gift: gift.code, count, captureUnixMs: this.#captureUnixMs() };
    for (let tries = 1; ; tries++) {
      try {
        const { coins } = await this.#connection.command("gift.send", input);
        this.#tell({ gift, count, coins, fault: null });
        return;
      } catch (thrown) {
        const { code, message } = thrown as { code: string; message: string };
        // No answer says nothing about whether it was paid: only the same id again does.
        if (code !== "network.unreachable" || tries >= TRIES || this.#closed) {
          this.#tell({ gift, count, coins: null, fault: { code, message } });
          return;
        }
        await new Promise<void>((resolve) => this.#later(AGAIN_MS * tries, resolve));
      }
    }
  }

  #tell(outcome: GiftOutcome): void {
    if (!this.#closed) this.#told(outcome);
  }

  #later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }
}

/** A UUID; also on pages without TLS, where browsers have no `randomUUID`. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
