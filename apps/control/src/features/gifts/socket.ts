import { type Actor, POINTS_PER_COIN } from "@sameroom/contract";
import type { SentGiftRow } from "../../db/schema.ts";
import type { BalancesOf } from "../../points.ts";
import { ProblemError } from "../../problem-error.ts";
import { actorOf } from "../../realtime/actor-of.ts";
import type { CommandHandlers } from "../../realtime/gateway.ts";
import type { CatalogueStore } from "./catalogue-store.ts";
import { type GiftOrder, keyOf } from "./gift-desk.ts";
import type { SentGiftStore } from "./store.ts";
import type { GiftTeller } from "./teller.ts";

export interface GiftCommandDeps {
  catalogue: CatalogueStore;
  store: SentGiftStore;
  pay: (order: GiftOrder) => Promise<SentGiftRow>;
  teller: Pick<GiftTeller, "tell">;
  balances: BalancesOf;
  /** Throws `room.not_found`. */
  roomOf: (slug: string) => Promise<GiftOrder["room"]>;
  /** The show on air; null: none. */
  broadcastOf: (slug: string) => string | null;
}

/** Gifts to the owner of the room, while a show is on air. */
export function giftCommands(deps: GiftCommandDeps): CommandHandlers {
  const { catalogue, store, teller } = deps;

  async function orderOf(
    input: { id: string; gift: string; count: number; captureUnixMs: number | null },
    { slug, senderId, actor }: { slug: string; senderId: string; actor: Actor },
  ): Promise<GiftOrder> {
    const broadcastId = deps.broadcastOf(slug);
    if (broadcastId === null) throw new ProblemError("room.not_live");
    const room = await deps.roomOf(slug);
    if (room.ownerId === senderId) throw new ProblemError("gift.own_room");
    const gift = await catalogue.offered(input.gift);
    if (gift === null) throw new ProblemError("gift.not_found");
    const { id: clientId, count, captureUnixMs } = input;
    return { clientId, gift, count, captureUnixMs, senderId, actor, room, broadcastId };
  }

  return {
    async "gift.send"(input, socket) {
      const { room: slug, sub } = socket.data.claims;
      if (!sub.startsWith("user:"))
        throw new ProblemError("auth.required", { detail: "Gifts are paid from an account: log in first." });
      const senderId = sub.slice("user:".length);
      const order = await orderOf(input, { slug, senderId, actor: actorOf(socket.data) }).catch(
        async (refusal: unknown) => {
          // Paid before, and asked again as the answer got lost: by now the show may be over.
          const before = await store.byKey(keyOf(senderId, input.id));
          if (before !== null) return before;
          throw refusal;
        },
      );
      const sent = "slug" in order ? order : { gift: await deps.pay(order), slug };
      const sequence = await teller.tell(sent.gift, sent.slug);
      const [points = 0] = await deps.balances([`wallet:${senderId}`]);
      return { sequence, coins: Math.floor(points / POINTS_PER_COIN) };
    },
  };
}
