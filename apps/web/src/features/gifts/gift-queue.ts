import type { SentGift } from "@sameroom/contract";

/** A gift with its turn on the picture. */
export interface GiftTurn {
  key: string;
  name: string;
  gift: SentGift;
}

/** Turns that wait at most; beyond, the cheapest is in the chat only. */
const WAITING_MOST = 20;
/** How long a turn takes, ms; and when many wait. */
export const TURN_MS = 3_200;
export const SHORT_TURN_MS = 1_500;
const MANY = 4;

/** One gift after the other; one more of the combo that has its turn counts on, and does not queue. */
export class GiftQueue {
  #current: GiftTurn | null = null;
  #waiting: GiftTurn[] = [];

  get current(): GiftTurn | null {
    return this.#current;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** true when what is shown changes now. */
  add(name: string, gift: SentGift): boolean {
    const turn = { key: gift.combo.id, name, gift };
    if (this.#current?.key === turn.key) {
      if (gift.combo.count > this.#current.gift.combo.count) this.#current = turn;
      return true;
    }
    const same = this.#waiting.findIndex(({ key }) => key === turn.key);
    if (same >= 0) {
      this.#waiting[same] = turn;
      return false;
    }
    if (this.#current === null) {
      this.#current = turn;
      return true;
    }
    this.#waiting.push(turn);
    if (this.#waiting.length > WAITING_MOST) this.#dropCheapest();
    return false;
  }

  /** The turn is over. */
  next(): GiftTurn | null {
    this.#current = this.#waiting.shift() ?? null;
    return this.#current;
  }

  /** How long what is shown stays, ms. */
  turnMs(): number {
    return this.#waiting.length >= MANY ? SHORT_TURN_MS : TURN_MS;
  }

  #dropCheapest(): void {
    const worth = ({ gift }: GiftTurn) => gift.price * gift.combo.count;
    const cheapest = this.#waiting.reduce((least, turn) => (worth(turn) < worth(least) ? turn : least));
    this.#waiting = this.#waiting.filter((turn) => turn !== cheapest);
  }
}
