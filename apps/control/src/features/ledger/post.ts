import type { Clock } from "@sameroom/base";
import { newId } from "../../ids.ts";
import type { PointsAccount, PostResult, PostTransfers } from "../../points.ts";
import { applyDraft, checkDraft, isHouse } from "./rules.ts";
import { createLedgerStore, type NewPosting, type NewTransfer } from "./store.ts";

/** Moves points in the ledger; see {@link PostTransfers}. Five statements, however many drafts. */
export function createPost(clock: Clock): PostTransfers {
  return async (transaction, drafts) => {
    for (const draft of drafts) checkDraft(draft);
    const store = createLedgerStore(transaction);
    const people = drafts.flatMap(({ entries }) => entries.map(({ account }) => account)).filter(isPersonal);
    // The lock comes first: who waited for it sees what the one before has posted, also under the same key.
    const balances = await store.lock([...new Set(people)]);
    const known = await store.byKeys(drafts.map(({ key }) => key));
    const transfers: NewTransfer[] = [];
    const postings: NewPosting[] = [];
    const touched = new Map<PointsAccount, number>();
    const results = drafts.map((draft): PostResult => {
      const { key, kind, memo } = draft;
      const first = known.get(key);
      if (first !== undefined)
        return { ok: true, transfer: first.id, atUnixMs: first.atUnixMs, isNew: false };
      const applied = applyDraft(balances, draft);
      if ("short" in applied) return { ok: false, ...applied };
      const atUnixMs = clock.unixMs();
      const id = newId(atUnixMs);
      known.set(key, { id, atUnixMs });
      transfers.push({ id, key, kind, memo, atUnixMs });
      for (const posting of applied.postings) {
        postings.push({ transfer: id, ...posting });
        if (posting.balanceAfter !== null) touched.set(posting.account, posting.balanceAfter);
      }
      return { ok: true, transfer: id, atUnixMs, isNew: true };
    });
    if (transfers.length > 0) {
      await store.insert(transfers, postings);
      await store.setBalances(touched);
    }
    return results;
  };
}

const isPersonal = (account: PointsAccount) => !isHouse(account);
