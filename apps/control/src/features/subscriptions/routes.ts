import {
  channelOfferSchema,
  idSchema,
  mySubscriptionsSchema,
  newSubscriptionGiftSchema,
  newSubscriptionSchema,
  renewalChangeSchema,
  type SubscriptionOrder,
  sandboxOutcomeSchema,
  subscriptionOrderSchema,
} from "@sameroom/contract";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures } from "../../http/answers.ts";
import type { RateLimits } from "../../http/limits.ts";
import { onlyAccounts, onlySessions, type Principal, requireAccount } from "../../http/principal.ts";
import { publicAddress } from "../../http/public-url.ts";
import type { Http } from "../../http/types.ts";
import type { NamedOrder, OrderStore } from "./order-store.ts";
import type { SubscriptionOrders } from "./orders.ts";
import type { PeriodStore } from "./period-store.ts";
import { presentOrder, presentRunning, presentTier } from "./present.ts";
import type { TierStore } from "./tier-store.ts";

export interface SubscriptionRoutesDeps {
  tiers: TierStore;
  store: OrderStore;
  periods: PeriodStore;
  orders: SubscriptionOrders;
  provider: "stripe" | "sandbox" | "off";
  /** Throws `room.not_found`. */
  roomFor: (slugOrId: string, principal: Principal) => Promise<Room>;
  nameOf: (accountId: string) => Promise<string>;
  /** Accounts of those who are in a room. */
  presentIn: (slug: string) => string[];
  limits: Pick<RateLimits, "payments">;
  clock: { unixMs: () => number };
}

/** Orders that are shown. */
const SHOWN = 50;

/** Subscribing to the channel of a room, and giving subscriptions. No API key spends money. */
export function subscriptionRoutes(http: Http, deps: SubscriptionRoutesDeps): void {
  const { tiers, store, periods, orders } = deps;
  const tags = ["subscriptions"];
  const ofRoom = z.object({ room: z.string().min(1).max(64) });
  const ofOrder = z.object({ id: idSchema });
  const config = { rateLimit: deps.limits.payments };
  const now = () => new Date(deps.clock.unixMs());

  function buyerOf(request: FastifyRequest) {
    const { protocol, host } = publicAddress(request);
    return { accountId: requireAccount(request).account.id, origin: `${protocol}://${host}` };
  }

  async function present(order: NamedOrder): Promise<SubscriptionOrder> {
    const names = await store.names(order.order.recipients);
    return presentOrder(
      order,
      names.map(({ name }) => name),
    );
  }

  http.get(
    "/api/rooms/:room/subscription",
    {
      schema: {
        ...{ tags, summary: "What the room's channel sells by the month, and what the caller has of it" },
        params: ofRoom,
        response: { 200: channelOfferSchema, ...failures },
      },
    },
    async (request) => {
      const { principal } = request;
      const { ownerId } = await deps.roomFor(request.params.room, principal);
      const offered = deps.provider === "off" ? [] : await tiers.of(ownerId, { offeredOnly: true });
      const yours =
        principal.kind === "account" ? await periods.running(principal.account.id, ownerId, now()) : null;
      return {
        channel: { id: ownerId, name: await deps.nameOf(ownerId) },
        provider: deps.provider,
        tiers: offered.map(presentTier),
        yours: yours === null ? null : presentRunning(yours),
      };
    },
  );

  http.post(
    "/api/rooms/:room/subscription",
    {
      ...{ config, onRequest: onlySessions },
      schema: {
        ...{ tags, summary: "Open a checkout for a subscription to the room's channel" },
        ...{ params: ofRoom, body: newSubscriptionSchema },
        response: { 201: subscriptionOrderSchema, ...failures },
      },
    },
    async (request, reply) => {
      const buyer = buyerOf(request);
      const room = await deps.roomFor(request.params.room, request.principal);
      return reply.code(201).send(await present(await orders.subscribe(request.body, room, buyer)));
    },
  );

  http.post(
    "/api/rooms/:room/subscription-gifts",
    {
      ...{ config, onRequest: onlySessions },
      schema: {
        ...{ tags, summary: "Open a checkout for subscriptions for people who are in the room" },
        ...{ params: ofRoom, body: newSubscriptionGiftSchema },
        response: { 201: subscriptionOrderSchema, ...failures },
      },
    },
    async (request, reply) => {
      const buyer = buyerOf(request);
      const room = await deps.roomFor(request.params.room, request.principal);
      const there = { ...buyer, present: deps.presentIn(room.slug) };
      return reply.code(201).send(await present(await orders.give(request.body, room, there)));
    },
  );

  http.get(
    "/api/subscriptions",
    {
      onRequest: onlyAccounts,
      schema: {
        ...{ tags, summary: "Your subscriptions, and what you ordered" },
        response: { 200: mySubscriptionsSchema, ...failures },
      },
    },
    async (request) => {
      const { id } = requireAccount(request).account;
      const running = await periods.ofAccount(id, now());
      return {
        running: running.map((one) => ({
          ...presentRunning(one),
          ...{ channel: { id: one.channelId, name: one.channel }, room: one.room },
          price: one.kind === "own" ? { amount: one.amount, currency: one.currency } : null,
        })),
        orders: await Promise.all((await store.of(id, SHOWN)).map(present)),
      };
    },
  );

  http.get(
    "/api/subscriptions/:id",
    {
      ...{ config, onRequest: onlyAccounts },
      schema: {
        ...{ tags, summary: "What became of an order; the provider is asked while it is open" },
        params: ofOrder,
        response: { 200: subscriptionOrderSchema, ...failures },
      },
    },
    async (request) =>
      await present(await orders.look(request.params.id, requireAccount(request).account.id)),
  );

  http.patch(
    "/api/subscriptions/:id",
    {
      ...{ config, onRequest: onlySessions },
      schema: {
        ...{ tags, summary: "End a subscription with what is paid, or let it go on" },
        ...{ params: ofOrder, body: renewalChangeSchema },
        response: { 200: subscriptionOrderSchema, ...failures },
      },
    },
    async (request) => {
      const { id } = requireAccount(request).account;
      return await present(await orders.setRenewal(request.params.id, id, request.body.renews));
    },
  );

  http.post(
    "/api/subscriptions/:id/sandbox",
    {
      onRequest: onlySessions,
      schema: {
        ...{ tags, summary: "Pay an order of yours in the sandbox: no money moves" },
        ...{ params: ofOrder, body: sandboxOutcomeSchema },
        response: { 200: subscriptionOrderSchema, ...failures },
      },
    },
    async (request) => {
      const { id } = requireAccount(request).account;
      const pays = request.body.outcome === "pay";
      return await present(await orders.paySandbox(request.params.id, id, pays));
    },
  );
}
