/** Selling subscriptions and renewing them month after month as fast as it goes. */
import { silentLog } from "@sameroom/base";
import { systemTime, type Time } from "../../clock.ts";
import type { Database } from "../../db/database.ts";
import { idOf } from "../../testing/named-id.fixture.ts";
import { createAccountStore } from "../accounts/store.ts";
import { createEventStore } from "../events/store.ts";
import { createPost } from "../ledger/post.ts";
import { sandboxProvider } from "../payments/sandbox-provider.ts";
import { createRoomStore } from "../rooms/store.ts";
import { createSubscriptionKeeper } from "./keeper.ts";
import { createOrderStore } from "./order-store.ts";
import { createSubscriptionOrders } from "./orders.ts";
import { createPeriodStore } from "./period-store.ts";
import { addMonths } from "./rules.ts";
import { createSettleSubscriptions } from "./settle.ts";
import { createTierStore } from "./tier-store.ts";

const BUYERS = 6;
const HOUR_MS = 3_600_000;
const start = new Date(Date.UTC(2027, 0, 31));

/**
 * What was bought, and each month that was looked after, is told as a line. Done again on the same database, it buys nothing twice and
 * goes on.
 */
export async function renewMonths(
  db: Database["orm"],
  { months, tell }: { months: number; tell: (line: string) => void },
): Promise<void> {
  let nowUnixMs = start.getTime();
  /** Months pass as fast as they are worked off. */
  const time: Time = { ...systemTime, unixMs: () => nowUnixMs };
  const buyers = Array.from({ length: BUYERS }, (_, index) => `buyer${index}`);
  const rooms = createRoomStore(db);
  if ((await rooms.find("room")) === null) {
    for (const name of ["host", ...buyers])
      await createAccountStore(db).insert({
        ...{ id: idOf(name), username: name, nameKey: name, displayName: name, passwordHash: "none" },
        ...{ role: "user", disabled: false, createdAt: start },
      });
    const tier = { channelId: idOf("host"), level: 1, name: "Friend", perks: "" };
    await createTierStore(db).put({ ...tier, amount: 500, currency: "usd", offered: true });
    await rooms.insert({
      ...{ id: idOf("room"), slug: "room", ownerId: idOf("host"), title: "Room", description: "" },
      createdAt: start,
    });
  }
  const { room } = (await rooms.find("room"))!;

  const store = createOrderStore(db);
  const periods = createPeriodStore(db);
  const settle = createSettleSubscriptions({
    ...{ db, post: createPost(time), clock: time, log: silentLog, provider: sandboxProvider, wake() {} },
    rates: { per1000Coins: { amount: 700, currency: "usd" }, commissionPercent: 30 },
  });
  const orders = createSubscriptionOrders({
    ...{ tiers: createTierStore(db), store, periods, provider: sandboxProvider, settle, clock: time },
    random: Math.random,
  });
  const events = createEventStore(db);
  const keeper = createSubscriptionKeeper({
    ...{ orders: store, periods, settle, renewsSandbox: true, time, log: silentLog },
    append: (slug, draft) => events.append([{ ...draft, slug, atUnixMs: nowUnixMs }]),
    changed: async () => {},
  });

  async function buy(name: string): Promise<void> {
    const [id, buyer] = [idOf(`order ${name}`), { accountId: idOf(name), origin: "http://here" }];
    const { order } = await orders.subscribe({ id, level: 1 }, room, buyer);
    if (order.state === "open") await orders.paySandbox(id, buyer.accountId, true);
    tell(`bought ${id}`);
  }
  await Promise.all(buyers.map(buy));
  for (let month = 1; month <= months; month++) {
    nowUnixMs = addMonths(start, month).getTime() + HOUR_MS;
    await keeper.start();
    tell(`month ${month}`);
  }
  await keeper.close();
}
