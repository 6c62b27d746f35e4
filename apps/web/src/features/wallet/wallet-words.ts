import type { PayoutState, Purchase, TransferKind } from "@sameroom/contract";
import type { Tone } from "../../ui/atoms/badge.tsx";

/** What a line of a statement is, in a word. */
export const KIND_WORDS: Record<TransferKind, string> = {
  purchase: "Bought",
  refund: "Refund",
  gift: "Gift",
  payout: "Payout",
  "payout-paid": "Payout",
  "payout-returned": "Payout returned",
  subscription: "Subscription",
};

export const PURCHASE_WORDS: Record<Purchase["state"], { text: string; tone: Tone }> = {
  open: { text: "Not paid", tone: "neutral" },
  paid: { text: "Paid", tone: "good" },
  failed: { text: "Not paid", tone: "warn" },
  refunded: { text: "Refunded", tone: "dusk" },
};

export const PAYOUT_WORDS: Record<PayoutState, { text: string; tone: Tone }> = {
  requested: { text: "Waiting", tone: "warn" },
  paid: { text: "Paid", tone: "good" },
  refused: { text: "Refused", tone: "bad" },
  cancelled: { text: "Taken back", tone: "neutral" },
};
