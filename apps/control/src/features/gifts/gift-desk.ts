import type { Clock } from "@sameroom/base";
import type { Actor } from "@sameroom/contract";
import { COMBO_PAUSE_MS } from "@sameroom/contract";
import type { Database } from "../../db/database.ts";
import type { GiftRow, SentGiftRow } from "../../db/schema.ts";
import { createGroupCommit } from "../../group-commit.ts";
import type { PostTransfers, TransferDraft } from "../../points.ts";
import { ProblemError } from "../../problem-error.ts";
import { type Combo, comboOf, divide } from "./rules.ts";
import { createSentGiftStore } from "./store.ts";

/** Somebody pays for a gift. */
export interface GiftOrder {
  /** Made by the client, a UUID; the same of the same sender is paid once. */
  clientId: string;
  gift: GiftRow;
  count: number;
  captureUnixMs: number | null;
  senderId: string;
  actor: Actor;
  room: { id: string; title: string; ownerId: string };
  broadcastId: string | null;
}

export interface GiftDeskDeps {
  db: Database["orm"];
  clock: Clock;
  post: PostTransfers;
  /** What the house keeps, a whole number of per cent. */
  commissionPercent: number;
}

/** Most gifts in one transaction. */
const BATCH = 200;

/** The name of a gift's transfer in the ledger. */
export const keyOf = (senderId: string, clientId: string) => `gift:${senderId}:${clientId}`;

/**
 * Takes the coins for gifts and writes down what was sent, both or neither. Gifts that wait at the same time share a transaction: a
 * show's host has one account, and a storm of gifts is one after the other there. Rejects with `wallet.insufficient`.
 */
export function createGiftDesk(deps: GiftDeskDeps): (order: GiftOrder) => Promise<SentGiftRow> {
  const pay = createGroupCommit(payAll, BATCH);

  function draftOf(order: GiftOrder): TransferDraft {
    const { gift, count, senderId, room } = order;
    const { points, commission, earned } = divide({ price: gift.price, count }, deps.commissionPercent);
    const entries = [
      { account: `wallet:${senderId}` as const, points: -points },
      { account: `earnings:${room.ownerId}` as const, points: earned },
      { account: "house:commission" as const, points: commission },
    ];
    return {
      key: keyOf(senderId, order.clientId),
      kind: "gift",
      memo: `${count} × ${gift.name} from ${order.actor.name} in ${room.title}`,
      entries: entries.filter((entry) => entry.points !== 0),
    };
  }

  async function payAll(orders: readonly GiftOrder[]): Promise<(SentGiftRow | null)[]> {
    return await deps.db.transaction(async (transaction) => {
      const store = createSentGiftStore(transaction);
      const results = await deps.post(transaction, orders.map(draftOf));
      const paid = results.flatMap((result) => (result.ok ? [result.transfer] : []));
      const isAgain = results.some((result) => result.ok && !result.isNew);
      const rows = new Map(
        (isAgain ? await store.byTransfers(paid) : []).map((row) => [row.transferId, row]),
      );
      const combos = await combosOf(orders, store);
      const added: SentGiftRow[] = [];
      for (const [index, order] of orders.entries()) {
        const result = results[index]!;
        if (!result.ok || rows.has(result.transfer)) continue;
        const comboKey = comboKeyOf(order.senderId, order.room.id, order.gift.code);
        const { transfer, atUnixMs } = result;
        const combo = comboOf(combos.get(comboKey), { id: transfer, count: order.count, atUnixMs });
        combos.set(comboKey, combo);
        const row = rowOf(order, { transfer, combo });
        rows.set(transfer, row);
        added.push(row);
      }
      if (added.length > 0) await store.insert(added);
      return results.map((result) => (result.ok ? (rows.get(result.transfer) ?? null) : null));
    });
  }

  function rowOf(order: GiftOrder, { transfer, combo }: { transfer: string; combo: Combo }): SentGiftRow {
    const { gift, count, room } = order;
    return {
      ...{ transferId: transfer, roomId: room.id, broadcastId: order.broadcastId },
      ...{ senderId: order.senderId, receiverId: room.ownerId, clientId: order.clientId, actor: order.actor },
      ...{ gift: gift.code, name: gift.name, animation: gift.animation, price: gift.price, count },
      earnedPoints: divide({ price: gift.price, count }, deps.commissionPercent).earned,
      ...{ comboId: combo.id, comboCount: combo.count, at: new Date(combo.atUnixMs) },
      ...{ captureUnixMs: order.captureUnixMs, sequence: null },
    };
  }

  async function combosOf(
    orders: readonly GiftOrder[],
    store: ReturnType<typeof createSentGiftStore>,
  ): Promise<Map<string, Combo>> {
    const since = new Date(deps.clock.unixMs() - COMBO_PAUSE_MS);
    const last = await store.lastOf([...new Set(orders.map(({ senderId }) => senderId))], since);
    return new Map(
      last.map(({ senderId, roomId, gift, comboId, comboCount, at }) => [
        comboKeyOf(senderId, roomId, gift),
        { id: comboId, count: comboCount, atUnixMs: at.getTime() },
      ]),
    );
  }

  return async (order) => {
    const row = await pay(order);
    if (row === null) throw new ProblemError("wallet.insufficient");
    return row;
  };
}

const comboKeyOf = (senderId: string, roomId: string, gift: string) => `${senderId} ${roomId} ${gift}`;
