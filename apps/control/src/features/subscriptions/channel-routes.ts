import {
  channelTiersSchema,
  subscriberListSchema,
  tierInputSchema,
  tierLevelSchema,
  tierSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures } from "../../http/answers.ts";
import { onlyAccounts, requireAccount } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { PeriodStore } from "./period-store.ts";
import { presentRunning, presentTier } from "./present.ts";
import type { TierStore } from "./tier-store.ts";

export interface ChannelRoutesDeps {
  tiers: TierStore;
  periods: PeriodStore;
  provider: "stripe" | "sandbox" | "off";
  /** Of all prices here: what payouts are made in. */
  currency: string;
  commissionPercent: number;
  clock: { unixMs: () => number };
}

const SHOWN = 100;
const THIRTY_DAYS_MS = 30 * 86_400_000;

/** The caller's channel: what it sells by the month, and who subscribes. */
export function channelRoutes(http: Http, deps: ChannelRoutesDeps): void {
  const { tiers, periods, currency, commissionPercent, provider } = deps;
  const tags = ["subscriptions"];

  http.get(
    "/api/channel/tiers",
    {
      onRequest: onlyAccounts,
      schema: {
        ...{ tags, summary: "The tiers of your channel, also those that are off" },
        response: { 200: channelTiersSchema, ...failures },
      },
    },
    async (request) => {
      const rows = await tiers.of(requireAccount(request).account.id, { offeredOnly: false });
      return { tiers: rows.map(presentTier), currency, provider, commissionPercent };
    },
  );

  http.put(
    "/api/channel/tiers/:level",
    {
      onRequest: onlyAccounts,
      schema: {
        ...{ tags, summary: "Make or change a tier; who subscribes keeps what they have, at its price" },
        params: z.object({ level: z.coerce.number().pipe(tierLevelSchema) }),
        body: tierInputSchema,
        response: { 200: tierSchema, ...failures },
      },
    },
    async (request) => {
      const channelId = requireAccount(request).account.id;
      const row = { ...request.body, channelId, level: request.params.level, currency };
      await tiers.put(row);
      return presentTier(row);
    },
  );

  http.get(
    "/api/channel/subscribers",
    {
      onRequest: onlyAccounts,
      schema: {
        ...{ tags, summary: "Who subscribes to your channel" },
        response: { 200: subscriberListSchema, ...failures },
      },
    },
    async (request) => {
      const channelId = requireAccount(request).account.id;
      const now = deps.clock.unixMs();
      const page = await periods.ofChannel(channelId, { now: new Date(now), limit: SHOWN });
      return {
        subscribers: page.subscribers.map((one) => {
          const { order, ...rest } = presentRunning(one);
          return { id: one.accountId, name: one.name, ...rest };
        }),
        count: page.count,
        earnedPoints: await periods.earnedSince(channelId, new Date(now - THIRTY_DAYS_MS)),
      };
    },
  );
}
