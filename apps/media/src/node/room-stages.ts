import type { StageOrder } from "@sameroom/contract";
import type { Hub } from "@sameroom/engine";

const NOBODY: ReadonlySet<string> = new Set();

/** The stages of rooms as control has ordered them; without an order a room's stage is as people come. */
export class RoomStages {
  readonly #hub: Pick<Hub, "setStage">;
  readonly #barred = new Map<string, ReadonlySet<string>>();
  readonly #orders = new Map<string, StageOrder>();

  constructor(hub: Pick<Hub, "setStage">) {
    this.#hub = hub;
  }

  set(room: string, order: StageOrder): void {
    const { seats, silenced, barred, visitors = [] } = order;
    if (seats.length === 0) this.#orders.delete(room);
    else this.#orders.set(room, order);
    this.#hub.setStage(room, seats.length === 0 ? undefined : seats, {
      silenced,
      visitors: visitors.map(({ participant, room: from }) => [participant, from] as const),
    });
    if (barred.length === 0) this.#barred.delete(room);
    else this.#barred.set(room, new Set(barred));
  }

  /** As it was ordered last; undefined: the host is alone. */
  of(room: string): StageOrder | undefined {
    return this.#orders.get(room);
  }

  /** Who may not publish as a guest. */
  barred(room: string): ReadonlySet<string> {
    return this.#barred.get(room) ?? NOBODY;
  }

  /** The broadcast is over. */
  forget(room: string): void {
    this.#hub.setStage(room, undefined);
    this.#barred.delete(room);
    this.#orders.delete(room);
  }
}
