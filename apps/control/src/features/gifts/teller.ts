import type { Log } from "@sameroom/base";
import type { Time } from "../../clock.ts";
import type { SentGiftRow } from "../../db/schema.ts";
import { createGroupCommit } from "../../group-commit.ts";
import type { AppendEvent } from "../../room-log.ts";
import type { SentGiftStore } from "./store.ts";

/** Sees to it that every gift that was paid is in its room's log, once, whatever fails in between. */
export interface GiftTeller {
  /** Appends a gift's event; resolves with its sequence number. */
  tell(gift: SentGiftRow, slug: string): Promise<number>;
  /** Tells what was paid and not told, now and from time to time; resolves after the first look. */
  start(): Promise<void>;
  /** Resolves when what is under way is done. */
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 30_000;
/** Younger ones are under way. */
const SURELY_LOST_MS = 10_000;
const AT_ONCE = 500;

export function createGiftTeller(deps: {
  store: SentGiftStore;
  append: AppendEvent;
  time: Time;
  log: Log;
}): GiftTeller {
  const { store, time, log } = deps;
  const mark = createGroupCommit<{ transfer: string; sequence: number }, null>(async (told) => {
    await store.markTold(told);
    return told.map(() => null);
  }, AT_ONCE);
  const underWay = new Set<Promise<unknown>>();
  let cancel = () => {};
  let closed = false;

  async function tell(gift: SentGiftRow, slug: string): Promise<number> {
    const { transferId: transfer, gift: code, name, animation, price, count } = gift;
    const event = await deps.append(slug, {
      body: {
        ...{ type: "gift", transfer, gift: code, name, animation, price, count },
        combo: { id: gift.comboId, count: gift.comboCount },
      },
      ...{ actor: gift.actor, clientId: gift.clientId, captureUnixMs: gift.captureUnixMs },
    });
    // A mark that fails costs a look at it later: the log knows the client's id.
    const marking = mark({ transfer, sequence: event.sequence }).catch((error: unknown) =>
      log.warn("a gift that was told is not marked", { transfer, err: error }),
    );
    underWay.add(marking);
    void marking.finally(() => underWay.delete(marking));
    return event.sequence;
  }

  async function look(before: number): Promise<void> {
    for (const { gift, slug } of await store.untold(new Date(before), AT_ONCE))
      try {
        await tell(gift, slug);
        log.info("a gift that was paid and not told is told now", { room: slug, transfer: gift.transferId });
      } catch (error) {
        log.warn("a gift cannot be told", { room: slug, transfer: gift.transferId, err: error });
      }
  }

  function lookLater(): void {
    if (closed) return;
    cancel = time.after(LOOK_EVERY_MS, () => {
      const looking = look(time.unixMs() - SURELY_LOST_MS)
        .catch((error: unknown) => log.warn("gifts that were not told are not known", { err: error }))
        .finally(lookLater);
      underWay.add(looking);
      void looking.finally(() => underWay.delete(looking));
    });
  }

  return {
    tell,
    async start() {
      // Another control process may be telling some of them at this moment: the log takes each once.
      await look(time.unixMs() + 1);
      lookLater();
    },
    async close() {
      closed = true;
      cancel();
      await Promise.all(underWay);
    },
  };
}
