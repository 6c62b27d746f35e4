import type { Gift } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { DataTable } from "../../ui/organisms/data-table.tsx";
import { GiftPicture } from "../gifts/gift-picture.tsx";
import { AdminList } from "./admin-list.tsx";
import { GiftDialog } from "./gift-dialog.tsx";
import { allGiftsQuery } from "./money-queries.ts";

/** What viewers can send, and its prices. */
export function GiftCatalogue() {
  const gifts = useQuery(allGiftsQuery);
  const [changing, setChanging] = useState<Gift | "new" | null>(null);
  return (
    <div className="flex flex-col gap-4">
      <Button
        className="self-start"
        icon={<Plus size={18} aria-hidden="true" />}
        onClick={() => setChanging("new")}
      >
        Add a gift
      </Button>
      <AdminList query={gifts} empty={gifts.data?.gifts.length === 0} emptyText="There are no gifts.">
        <DataTable
          caption="Gifts"
          rows={gifts.data?.gifts ?? []}
          keyOf={({ code }) => code}
          columns={[
            {
              key: "name",
              name: "Gift",
              cell: ({ name, animation }) => (
                <span className="flex items-center gap-3 font-semibold">
                  <GiftPicture animation={animation} className="size-9 shrink-0" /> {name}
                </span>
              ),
            },
            {
              key: "price",
              name: "Coins",
              align: "end",
              cell: ({ price }) => <span className="tabular">{price.toLocaleString("en")}</span>,
            },
            {
              key: "offered",
              name: "State",
              cell: ({ offered }) =>
                offered ? <Badge tone="good">Offered</Badge> : <Badge>Not offered</Badge>,
            },
            {
              key: "actions",
              name: "Actions",
              align: "end",
              cell: (gift) => (
                <Button size="sm" aria-label={`Change ${gift.name}`} onClick={() => setChanging(gift)}>
                  Change
                </Button>
              ),
            },
          ]}
        />
      </AdminList>
      {changing !== null && (
        <GiftDialog gift={changing === "new" ? null : changing} onClose={() => setChanging(null)} />
      )}
    </div>
  );
}
