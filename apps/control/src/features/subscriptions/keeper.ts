import type { Log } from "@sameroom/base";
import type { Actor } from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import type { SubscriptionOrderRow } from "../../db/schema.ts";
import type { SubscriptionFact } from "../../payment-provider.ts";
import type { TellRoom } from "../../room-log.ts";
import type { NamedPayment, OrderStore } from "./order-store.ts";
import type { PeriodStore } from "./period-store.ts";
import { LATE_RENEWAL_MS } from "./rules.ts";

export interface KeeperDeps {
  orders: OrderStore;
  periods: PeriodStore;
  settle: (fact: SubscriptionFact) => Promise<void>;
  /** true: monthly orders of the sandbox are ours to renew. */
  renewsSandbox: boolean;
  append: TellRoom;
  /** Somebody may be a subscriber of a channel from here on, or none any more. */
  changed: (channelId: string, accountId: string) => Promise<void>;
  time: Time;
  log: Log;
}

/**
 * Keeps subscriptions up to date: tells what was paid, renews what is due, ends what has run out. What it does is in the database
 * first and can be done twice, so that it goes on wherever a process was killed, also beside another one.
 */
export interface SubscriptionKeeper {
  /** Looks now, and from time to time; resolves after the first look. */
  start(): Promise<void>;
  /** Looks soon. */
  wake(): void;
  /** Resolves when all that was asked for is done. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 30_000;
const AT_ONCE = 200;

export function createSubscriptionKeeper(deps: KeeperDeps): SubscriptionKeeper {
  const { orders, periods, time, log } = deps;
  let cancel = () => {};
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;

  /** One after the other; what fails stays for the next look. */
  async function each<One>(what: string, all: readonly One[], work: (one: One) => Promise<void>) {
    for (const one of all)
      try {
        await work(one);
      } catch (error) {
        log.warn(what, { err: error });
      }
  }

  async function tell({ payment, order, buyer, room }: NamedPayment): Promise<void> {
    const forWhom = order.kind === "gift" ? order.recipients : [order.buyerId];
    for (const account of forWhom) await deps.changed(order.channelId, account);
    if (room !== null) {
      const now = await periods.running(order.buyerId, order.channelId, new Date(time.unixMs()));
      const names = await orders.names(order.recipients);
      const actor: Actor = {
        ...{ participant: `user:${order.buyerId}`, name: buyer },
        ...(now === null ? { standings: [] } : { standings: ["subscriber"], months: now.months }),
      };
      await deps.append(room, {
        ...{ actor, clientId: payment.id },
        body: {
          ...{ type: "subscription", action: payment.kind, tier: order.tierName },
          months: order.kind === "gift" ? order.months : (now?.months ?? 1),
          recipients: names.map(({ id, name }) => ({ participant: `user:${id}`, name })),
        },
      });
    }
    await orders.updatePayment(payment.id, { toldAt: new Date(time.unixMs()) });
  }

  async function renewOrEnd(order: SubscriptionOrderRow): Promise<void> {
    const { id, renews, endsAt, amount, currency } = order;
    const isLate = endsAt === null || endsAt.getTime() + LATE_RENEWAL_MS <= time.unixMs();
    if (renews && !isLate && order.provider === "sandbox" && deps.renewsSandbox) {
      // Two that renew at once name the same payment.
      const key = `sandbox-${id}-${(await orders.payments(id)) + 1}`;
      return await deps.settle({
        ...{ type: "month-paid", order: id, key, payment: key, price: { amount, currency } },
        ...{ subscription: null, untilUnixMs: null },
      });
    }
    await orders.update(id, { state: "ended", renews: false });
    log.info("a subscription has ended", { order: id });
  }

  async function look(): Promise<void> {
    const now = () => new Date(time.unixMs());
    await each("a subscription could not be renewed", await orders.due(now(), AT_ONCE), renewOrEnd);
    await each("a subscription could not be told", await orders.untold(AT_ONCE), tell);
    const over = await periods.unclosed(now(), AT_ONCE);
    await each("an end of a subscription could not be told", over, async ({ channelId, accountId }) => {
      const at = now();
      await deps.changed(channelId, accountId);
      await periods.close(accountId, channelId, at);
    });
  }

  function run(): Promise<void> {
    running ??= (async () => {
      cancel();
      do {
        again = false;
        await look().catch((error: unknown) => log.warn("subscriptions were not looked at", { err: error }));
      } while (again && !closed);
      running = null;
      if (!closed) cancel = time.after(LOOK_EVERY_MS, () => void run());
    })();
    return running;
  }

  return {
    start: run,
    wake() {
      if (closed) return;
      again = true;
      void run();
    },
    async settled() {
      await running;
    },
    async close() {
      closed = true;
      cancel();
      await running;
    },
  };
}
