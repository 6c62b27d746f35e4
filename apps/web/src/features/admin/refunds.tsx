import type { Price, Purchase } from "@sameroom/contract";
import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import type { Column } from "../../ui/organisms/data-table.tsx";
import { messageOf } from "../api/api-error.ts";
import { PURCHASE_WORDS } from "../wallet/wallet-words.ts";

interface Payment {
  id: string;
  price: Price;
  provider: string;
  state: Purchase["state"];
}

/** How a payment stands, and the button that gives it back; `labelOf` is read out for it. */
export function stateAndRefund<Row extends Payment>(
  labelOf: (row: Row) => string,
  onAsk: (row: Row) => void,
): Column<Row>[] {
  return [
    {
      key: "state",
      name: "State",
      cell: ({ state, provider }) => (
        <span className="flex flex-wrap gap-1.5 max-md:justify-end">
          <Badge tone={PURCHASE_WORDS[state].tone}>{PURCHASE_WORDS[state].text}</Badge>
          {provider === "sandbox" && <Badge tone="warn">Sandbox</Badge>}
        </span>
      ),
    },
    {
      key: "actions",
      name: "Actions",
      align: "end",
      cell: (row) =>
        row.state === "paid" && (
          <Button size="sm" variant="danger" aria-label={labelOf(row)} onClick={() => onAsk(row)}>
            Refund
          </Button>
        ),
    },
  ];
}

/** Asks before money is given back. */
export function RefundDialog(props: {
  payment: Payment;
  /** Who gets it. */
  name: string;
  refund: UseMutationResult<unknown, Error, string>;
  onClose: () => void;
  /** What it takes away. */
  children: ReactNode;
}) {
  const { payment, name, refund, onClose } = props;
  const toast = useToast();
  return (
    <ConfirmDialog
      open
      title={`Refund ${formatMoney(payment.price)} to ${name}?`}
      confirm="Refund"
      busy={refund.isPending}
      onConfirm={() =>
        refund.mutate(payment.id, {
          onSuccess: () => toast({ text: "Refunded.", tone: "good" }),
          onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
          onSettled: onClose,
        })
      }
      onCancel={onClose}
    >
      {props.children}
    </ConfirmDialog>
  );
}
