import type { Log } from "@sameroom/base";
import type { Time } from "./clock.ts";
import type { Database } from "./db/database.ts";
import type { Room } from "./db/schema.ts";
import { sandboxProvider } from "./features/payments/sandbox-provider.ts";
import { adminSubscriptionRoutes } from "./features/subscriptions/admin-routes.ts";
import { channelRoutes } from "./features/subscriptions/channel-routes.ts";
import {
  createSubscriptionKeeper,
  type KeeperDeps,
  type SubscriptionKeeper,
} from "./features/subscriptions/keeper.ts";
import { createOrderStore } from "./features/subscriptions/order-store.ts";
import { createSubscriptionOrders } from "./features/subscriptions/orders.ts";
import { createPeriodStore, type Running } from "./features/subscriptions/period-store.ts";
import { subscriptionRoutes } from "./features/subscriptions/routes.ts";
import { createSettleSubscriptions, type SettleSubscriptions } from "./features/subscriptions/settle.ts";
import { createTierStore } from "./features/subscriptions/tier-store.ts";
import type { RateLimits } from "./http/limits.ts";
import type { Principal } from "./http/principal.ts";
import type { Http } from "./http/types.ts";
import type { MoneyConfig } from "./money-config.ts";
import type { PaymentProvider } from "./payment-provider.ts";
import type { PostTransfers } from "./points.ts";

/** Who subscribes to whose channel. */
export interface Subscriptions {
  /** Somebody's subscription to a channel that runs now; null: none. */
  running(accountId: string, channelId: string): Promise<Running | null>;
  /** Those of these accounts that subscribe to the channel now. */
  among(channelId: string, accountIds: readonly string[]): Promise<ReadonlySet<string>>;
  readonly settle: SettleSubscriptions;
  /** What keeps them up to date; made once, closed by the caller. */
  keep(ports: Pick<KeeperDeps, "append" | "changed">): SubscriptionKeeper;
  addRoutes(
    http: Http,
    ports: {
      limits: RateLimits;
      /** Throws `room.not_found`, also for a private room of somebody else. */
      roomFor: (slugOrId: string, principal: Principal) => Promise<Room>;
      nameOf: (accountId: string) => Promise<string>;
      /** Accounts of those who are in a room. */
      presentIn: (slug: string) => string[];
    },
  ): void;
}

/** Wires subscriptions to what they are paid with. */
export function createSubscriptions(deps: {
  config: MoneyConfig;
  db: Database["orm"];
  /** Null: nothing is sold. */
  provider: PaymentProvider | null;
  post: PostTransfers;
  time: Time;
  log: Log;
}): Subscriptions {
  const { config, db, provider, time, log } = deps;
  const { commissionPercent } = config;
  const { per1000Coins } = config.payout;
  const tiers = createTierStore(db);
  const store = createOrderStore(db);
  const periods = createPeriodStore(db);
  let keeper: SubscriptionKeeper | null = null;
  const settle = createSettleSubscriptions({
    ...{ db, post: deps.post, clock: time, log, provider: provider ?? sandboxProvider },
    rates: { per1000Coins, commissionPercent },
    wake: () => keeper?.wake(),
  });
  const orders = createSubscriptionOrders({
    ...{ tiers, store, periods, provider, settle, clock: time, random: Math.random },
  });
  const now = () => new Date(time.unixMs());

  return {
    running: (accountId, channelId) => periods.running(accountId, channelId, now()),
    among: (channelId, accountIds) => periods.among(channelId, accountIds, now()),
    settle,
    keep(ports) {
      const renewsSandbox = provider?.name === "sandbox";
      keeper = createSubscriptionKeeper({
        ...{ orders: store, periods, settle, renewsSandbox, time, log, ...ports },
      });
      return keeper;
    },
    addRoutes(http, ports) {
      const name = provider?.name ?? "off";
      subscriptionRoutes(http, { tiers, store, periods, orders, provider: name, clock: time, ...ports });
      channelRoutes(http, {
        ...{ tiers, periods, provider: name, commissionPercent, clock: time },
        currency: per1000Coins.currency,
      });
      adminSubscriptionRoutes(http, { store, provider, settle });
    },
  };
}
