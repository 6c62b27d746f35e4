import type { RoomConnection } from "@sameroom/client";
import { COMBO_PAUSE_MS, type Gift } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { Coins, Gift as GiftIcon } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, buttonClass } from "../../ui/atoms/button.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { joinClasses } from "../../ui/join-classes.ts";
import { Popover } from "../../ui/molecules/popover.tsx";
import { useAccount } from "../session/session-queries.ts";
import { GiftPicture } from "./gift-picture.tsx";
import { giftsQuery, walletQuery } from "./gift-queries.ts";
import { useGiftSender } from "./use-gift-sender.ts";

export interface GiftButtonProps {
  connection: RoomConnection | null;
  captureUnixMs: () => number | null;
}

/** Opens the tray with what one can send to the host. */
export function GiftButton(props: GiftButtonProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <IconButton
        ref={button}
        label="Send a gift"
        aria-haspopup="dialog"
        aria-expanded={open}
        icon={<GiftIcon size={20} />}
        onClick={() => setOpen(!open)}
        className="rounded-full text-ember-text"
      />
      {open && button.current && (
        <Popover
          anchor={button.current}
          label="Send a gift"
          align="start"
          onClose={() => setOpen(false)}
          className="w-86 p-3"
        >
          <GiftTray {...props} />
        </Popover>
      )}
    </>
  );
}

function GiftTray({ connection, captureUnixMs }: GiftButtonProps) {
  const account = useAccount();
  const gifts = useQuery(giftsQuery);
  const wallet = useQuery({ ...walletQuery, enabled: account != null });
  const [chosen, setChosen] = useState<Gift | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const combo = useCombo();
  const tap = useGiftSender(connection, captureUnixMs, (outcome) => setFault(outcome.fault?.message ?? null));
  const next = useLocation({ select: ({ href }) => href });
  if (account === null) {
    return (
      <div className="flex flex-col items-start gap-3 p-2">
        <p className="text-sm text-ink-soft">Gifts are sent from an account, with coins.</p>
        <Link to="/log-in" search={{ next }} className={buttonClass("primary", "sm")}>
          Log in
        </Link>
      </div>
    );
  }
  const coins = wallet.data?.coins;
  const tooDear = chosen !== null && coins !== undefined && chosen.price > coins;
  const send = () => {
    if (!chosen) return;
    setFault(null);
    combo.add(chosen.code);
    tap(chosen);
  };
  return (
    <>
      <div className="mb-2 flex min-h-9 items-center justify-between gap-2 pl-1">
        <p className="flex items-center gap-1.5 text-sm font-semibold tabular">
          <Coins size={17} className="text-ember-text" aria-hidden="true" />
          {coins === undefined ? "" : coins.toLocaleString("en")}
          <span className="font-normal text-ink-faint">coins</span>
        </p>
        <Link to="/wallet" search={{ view: "coins" }} className={buttonClass("quiet", "sm")}>
          Get coins
        </Link>
      </div>
      {gifts.isPending && (
        <div className="flex h-40 items-center justify-center">
          <Spinner label="Loading the gifts" size={26} />
        </div>
      )}
      {gifts.isError && (
        <div role="alert" className="flex flex-col items-center gap-3 py-8 text-sm text-ink-soft">
          The gifts cannot be loaded.
          <Button size="sm" onClick={() => void gifts.refetch()}>
            Try again
          </Button>
        </div>
      )}
      <div role="radiogroup" aria-label="Gifts" className="grid max-h-68 grid-cols-4 gap-1 overflow-y-auto">
        {gifts.data?.gifts.map((gift, index) => (
          // biome-ignore lint/a11y/useSemanticElements: a picture to press, not a dot to fill
          <button
            key={gift.code}
            type="button"
            role="radio"
            data-first={index === 0 || undefined}
            aria-checked={chosen?.code === gift.code}
            onClick={() => setChosen(gift)}
            className={joinClasses(
              "flex flex-col items-center gap-0.5 rounded-2xl border-2 px-1 py-2 text-xs leading-tight",
              chosen?.code === gift.code
                ? "border-ember bg-ember-wash"
                : "border-transparent hover:bg-sunken",
            )}
          >
            <GiftPicture animation={gift.animation} className="size-10" />
            <span className="line-clamp-2 max-w-full break-words font-semibold">{gift.name}</span>
            <span className="mt-auto text-ink-faint tabular">
              {gift.price.toLocaleString("en")}
              <span className="sr-only"> coins</span>
            </span>
          </button>
        ))}
      </div>
      {fault && (
        <p role="alert" className="mt-2 px-1 text-sm font-medium text-bad">
          {fault}
        </p>
      )}
      <Button
        variant="primary"
        className="mt-2 w-full"
        disabled={!chosen || tooDear || !connection}
        onClick={send}
      >
        {buttonWords(chosen, tooDear)}
        {chosen && combo.code === chosen.code && combo.count > 0 && (
          <span key={combo.count} className="gift-count ml-1 font-display text-lg font-bold tabular">
            ×{combo.count}
          </span>
        )}
      </Button>
    </>
  );
}

function buttonWords(chosen: Gift | null, tooDear: boolean): string {
  if (!chosen) return "Choose a gift";
  if (tooDear) return "Not enough coins";
  return `Send ${chosen.name}`;
}

/** How many of one gift were tapped in a row, as the server will count them together. */
function useCombo(): { code: string | null; count: number; add: (code: string) => void } {
  const [combo, setCombo] = useState<{ code: string | null; count: number }>({ code: null, count: 0 });
  const { count } = combo;
  useEffect(() => {
    if (count === 0) return;
    const timer = setTimeout(() => setCombo({ code: null, count: 0 }), COMBO_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [count]);
  return {
    ...combo,
    add: (code) => setCombo((old) => ({ code, count: old.code === code ? old.count + 1 : 1 })),
  };
}
