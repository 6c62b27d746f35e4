import "./battles.css";
import type { Battle, BattleSide } from "@sameroom/contract";
import { Crown, Swords } from "lucide-react";
import { useEffect, useState } from "react";
import { Announcement } from "../../ui/atoms/announcement.tsx";
import { Coin } from "../../ui/atoms/coin.tsx";
import { formatElapsed } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { joinClasses } from "../../ui/join-classes.ts";
import { momentOf, resultOf, viewOf } from "./battle-view.ts";

/** The last seconds are counted with emphasis, ms. */
const HURRY_MS = 10_000;
/** The banner with who has won stays so long, ms. */
const BANNER_MS = 6_000;

/**
 * A battle over the picture: points, clock, who gave most, who has won. `nowUnixMs`: the server's time that belongs to the picture on
 * screen.
 */
export function BattleOverlay(props: { battle: Battle | null; room: string; nowUnixMs: () => number }) {
  const { battle, room } = props;
  return (
    <>
      <Announcement text={battle ? wordsOf(battle, room) : ""} />
      {battle && <Board battle={battle} room={room} nowUnixMs={props.nowUnixMs} />}
    </>
  );
}

function Board({ battle, room, nowUnixMs }: { battle: Battle; room: string; nowUnixMs: () => number }) {
  // Renewed with the clock; which time it is the server says.
  useNow(250);
  const { own, other, share, won } = viewOf(battle, room);
  const { words, leftMs } = momentOf(battle, nowUnixMs());
  const hurry = battle.phase === "running" && leftMs !== null && leftMs <= HURRY_MS;
  const decided = battle.outcome !== null;
  return (
    <section
      aria-label="Score of the battle"
      data-battle={battle.phase}
      className="battle pointer-events-none absolute inset-0 z-10 overflow-hidden text-white"
    >
      {decided && won !== null && (
        <div
          className={joinClasses(
            "battle-shine absolute inset-y-0 w-1/2 shadow-[inset_0_0_0_4px_var(--lamp),inset_0_0_60px_var(--lamp)]",
            won ? "left-0" : "right-0",
          )}
        />
      )}
      <div className="absolute inset-x-2 top-[4.75rem] flex flex-col gap-1.5 sm:inset-x-4 sm:top-14">
        <div className="battle-bar flex h-7 overflow-hidden rounded-full text-sm font-bold shadow-float tabular sm:h-8">
          <Points side={own} share={share} className="justify-start bg-[oklch(0.53_0.19_36)]" />
          <Points side={other} share={1 - share} className="flex-row-reverse bg-[oklch(0.47_0.17_300)]" />
        </div>
        <div className="flex items-start justify-between gap-2">
          <Supporters side={own} />
          <p
            className={joinClasses(
              "flex shrink-0 items-center gap-1.5 rounded-full bg-black/65 px-3 py-1 text-xs font-semibold backdrop-blur-md sm:text-sm",
              hurry && "battle-hurry bg-[oklch(0.5_0.2_25)]",
            )}
          >
            <Swords size={14} aria-hidden="true" />
            <span className="max-sm:sr-only">{words}</span>
            {leftMs !== null && (
              <span className="tabular">{formatElapsed(Math.ceil(leftMs / 1_000) * 1_000)}</span>
            )}
          </p>
          <Supporters side={other} right />
        </div>
      </div>
      <Banner battle={battle} />
    </section>
  );
}

function Points({ side, share, className }: { side: BattleSide; share: number; className: string }) {
  return (
    <div
      className={joinClasses("flex min-w-0 basis-0 items-center gap-1.5 px-2.5", className)}
      style={{ flexGrow: share }}
    >
      <Coin className="size-4 max-sm:hidden" />
      <span data-points={side.room}>{side.coins.toLocaleString("en")}</span>
      <span className="sr-only">points for {side.name}</span>
    </div>
  );
}

function Supporters({ side, right = false }: { side: BattleSide; right?: boolean }) {
  return (
    <ol
      aria-label={`Top supporters of ${side.name}`}
      className={joinClasses(
        "flex min-w-0 flex-1 flex-col gap-1 text-xs",
        right ? "items-end" : "items-start",
      )}
    >
      {side.supporters.map(({ participant, name, coins }, place) => (
        <li
          key={participant}
          className={joinClasses(
            "flex max-w-full items-center gap-1 rounded-full bg-black/55 px-2 py-0.5 backdrop-blur-md",
            place > 0 && "max-sm:hidden",
          )}
        >
          {place === 0 && (
            <Crown size={12} className="shrink-0 text-[oklch(0.85_0.15_80)]" aria-hidden="true" />
          )}
          <bdi className="truncate">{name}</bdi>
          <span className="font-semibold tabular">{coins.toLocaleString("en")}</span>
        </li>
      ))}
    </ol>
  );
}

/** Who has won, for a moment: then the pictures are free again. */
function Banner({ battle }: { battle: Battle }) {
  const result = resultOf(battle);
  const key = result && `${battle.id} ${battle.round}`;
  const [gone, setGone] = useState<string | null>(null);
  useEffect(() => {
    if (!key) return;
    const timer = setTimeout(() => setGone(key), BANNER_MS);
    return () => clearTimeout(timer);
  }, [key]);
  if (!result || gone === key) return null;
  return (
    <div className="absolute inset-0 flex items-center justify-center">
      <p className="battle-result mx-4 flex max-w-[90%] items-center gap-3 rounded-3xl bg-black/70 px-6 py-3 font-display text-2xl font-bold shadow-float backdrop-blur-md sm:px-8 sm:py-5 sm:text-4xl">
        {battle.outcome?.winner !== null && (
          <Crown className="size-7 shrink-0 text-[oklch(0.85_0.15_80)] sm:size-10" aria-hidden="true" />
        )}
        <bdi className="min-w-0 truncate">{result}</bdi>
      </p>
    </div>
  );
}

/** For screen readers, with each new phase: points are in the page. */
function wordsOf(battle: Battle, room: string): string {
  const { own, other } = viewOf(battle, room);
  const result = resultOf(battle);
  if (result) return `Battle: ${result}, ${own.coins} to ${other.coins}.`;
  if (battle.phase === "starting") return `A battle with ${other.name} begins.`;
  return battle.phase === "running" ? "The battle is on." : "";
}
