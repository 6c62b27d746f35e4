import type { Presence } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Gem } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { useAccount } from "../session/session-queries.ts";
import { SubscribePanel } from "./subscribe-panel.tsx";
import { offerQuery } from "./subscription-queries.ts";

/** Where the room's channel has subscriptions: the way to them. `people`: who is here. */
export function SubscribeButton({ room, people }: { room: string; people: readonly Presence[] }) {
  const offer = useQuery(offerQuery(room)).data;
  const account = useAccount();
  const [open, setOpen] = useState(false);
  if (!offer || offer.channel.id === account?.id) return null;
  if (offer.tiers.length === 0 && offer.yours === null) return null;
  return (
    <>
      <Button
        aria-haspopup="dialog"
        icon={
          <Gem
            size={18}
            aria-hidden="true"
            className={offer.yours ? "text-ember-text" : ""}
            fill={offer.yours ? "currentColor" : "none"}
          />
        }
        onClick={() => setOpen(true)}
      >
        {offer.yours ? "Subscribed" : "Subscribe"}
      </Button>
      <Dialog open={open} title={`Support ${offer.channel.name}`} onClose={() => setOpen(false)}>
        <SubscribePanel room={room} offer={offer} people={people} />
      </Dialog>
    </>
  );
}
