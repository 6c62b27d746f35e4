import type { Battle, Challenge, Stage } from "@sameroom/contract";
import { Check, Mic, MicOff, RotateCcw, Shuffle, Swords, X } from "lucide-react";
import { useId, useState } from "react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { formatDuration, formatElapsed } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { momentOf, resultOf, viewOf } from "./battle-view.ts";
import { ChallengeDialog, type Terms } from "./challenge-dialog.tsx";
import type { BattleLive } from "./use-battle.ts";

/** Battles as a host runs them: finding an opponent, answering, and all that is decided while one is on. */
export function BattlePanel({ room, stage, live }: { room: string; stage: Stage; live: BattleLive }) {
  const toast = useToast();
  const tell = (work: Promise<unknown>) =>
    void work.catch((error: Error) => toast({ tone: "bad", text: error.message }));
  const { battle } = live;
  return (
    <Panel title="Battle" aside={battle && battle.round > 1 ? <Badge>Round {battle.round}</Badge> : null}>
      {battle && battle.phase !== "over" ? (
        <Joined room={room} battle={battle} stage={stage} live={live} tell={tell} />
      ) : (
        <Looking room={room} live={live} tell={tell} />
      )}
    </Panel>
  );
}

type Tell = (work: Promise<unknown>) => void;

function Looking({ room, live, tell }: { room: string; live: BattleLive; tell: Tell }) {
  const { desk, send } = live;
  const [choosing, setChoosing] = useState(false);
  const [terms, setTerms] = useState<Terms>({ durationS: 180, penaltyS: 60 });
  const id = useId();
  const waits = desk.queuedSinceUnixMs !== null;
  return (
    <div className="flex flex-col gap-4">
      {desk.incoming.length + desk.outgoing.length > 0 && (
        <ul aria-label="Challenges" className="flex flex-col gap-2">
          {desk.incoming.map((one) => (
            <ChallengeRow key={one.battle} challenge={one} live={live} tell={tell} incoming />
          ))}
          {desk.outgoing.map((one) => (
            <ChallengeRow key={one.battle} challenge={one} live={live} tell={tell} />
          ))}
        </ul>
      )}
      <p className="text-sm text-ink-soft">
        {waits
          ? "Waiting for another host who looks for a battle."
          : "Your show and another one are joined: the gifts of each room are its points."}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          icon={<Swords size={18} aria-hidden="true" />}
          onClick={() => setChoosing(true)}
        >
          Challenge
        </Button>
        <Button
          icon={waits ? <X size={18} aria-hidden="true" /> : <Shuffle size={18} aria-hidden="true" />}
          aria-pressed={waits}
          onClick={() => tell(send("battle.queue", { on: !waits, ...terms }))}
        >
          {waits ? "Stop waiting" : "Match me"}
        </Button>
      </div>
      <label htmlFor={id} className="flex min-h-11 items-center justify-between gap-3 text-sm font-semibold">
        Others may challenge me
        <input
          id={id}
          type="checkbox"
          checked={desk.open}
          onChange={({ target }) => tell(send("battle.open", { open: target.checked }))}
          className="size-5 accent-ember"
        />
      </label>
      <ChallengeDialog
        open={choosing}
        onClose={() => setChoosing(false)}
        room={room}
        terms={terms}
        onTerms={setTerms}
        send={send}
        onChallenge={(other) => {
          setChoosing(false);
          tell(send("battle.challenge", { room: other, ...terms }));
        }}
      />
    </div>
  );
}

function ChallengeRow(props: { challenge: Challenge; live: BattleLive; tell: Tell; incoming?: boolean }) {
  const { challenge, live, tell, incoming = false } = props;
  const { battle, name, title, durationS, untilUnixMs } = challenge;
  useNow(1_000);
  const leftMs = Math.max(0, untilUnixMs - live.serverUnixMs());
  const answer = (accept: boolean) => tell(live.send("battle.answer", { battle, accept }));
  return (
    <li className="flex items-center gap-3 rounded-2xl bg-sunken p-2.5">
      <Avatar name={name} size="sm" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold">{name}</p>
        <p className="truncate text-sm text-ink-soft tabular">
          {Math.ceil(leftMs / 1_000)} s ·{" "}
          {incoming ? `${formatDuration(durationS * 1_000)}, ${title}` : "no answer yet"}
        </p>
      </div>
      {incoming && (
        <Button
          size="sm"
          variant="primary"
          icon={<Check size={16} aria-hidden="true" />}
          aria-label={`Accept the battle with ${name}`}
          onClick={() => answer(true)}
        >
          Accept
        </Button>
      )}
      <IconButton
        label={incoming ? `Decline the battle with ${name}` : `Take back the challenge to ${name}`}
        icon={<X size={18} />}
        onClick={() => answer(false)}
      />
    </li>
  );
}

function Joined(props: { room: string; battle: Battle; stage: Stage; live: BattleLive; tell: Tell }) {
  const { room, battle, stage, live, tell } = props;
  useNow(250);
  const [leaving, setLeaving] = useState(false);
  const { own, other } = viewOf(battle, room);
  const { words, leftMs } = momentOf(battle, live.serverUnixMs());
  const silenced = stage.members.some(({ role, silenced: is }) => role === "opponent" && is);
  const decided = battle.phase === "result";
  const leave = () => {
    setLeaving(false);
    tell(live.send("battle.leave", {}));
  };
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-3">
        <Avatar name={other.name} size="md" />
        <div className="min-w-0 flex-1">
          <p className="truncate font-semibold">{other.name}</p>
          <p className="truncate text-sm text-ink-soft">{other.here ? other.title : "Lost the connection"}</p>
        </div>
        <p className="shrink-0 text-right font-display text-xl font-bold tabular">
          {own.coins.toLocaleString("en")} : {other.coins.toLocaleString("en")}
        </p>
      </div>
      <p className="text-sm font-semibold">
        {decided && `${resultOf(battle)}. `}
        {words}{" "}
        {leftMs !== null && (
          <span className="tabular">{formatElapsed(Math.ceil(leftMs / 1_000) * 1_000)}</span>
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          icon={silenced ? <MicOff size={18} aria-hidden="true" /> : <Mic size={18} aria-hidden="true" />}
          aria-pressed={silenced}
          onClick={() => tell(live.send("battle.mute", { silenced: !silenced }))}
        >
          {silenced ? `Let ${other.name} be heard` : `Mute ${other.name} here`}
        </Button>
        {decided && (
          <Button
            variant={other.again ? "primary" : "secondary"}
            icon={<RotateCcw size={18} aria-hidden="true" />}
            aria-pressed={own.again}
            onClick={() => tell(live.send("battle.again", { again: !own.again }))}
          >
            {own.again ? "Waiting for the other side" : other.again ? "Another round? Yes" : "Another round"}
          </Button>
        )}
        <Button variant="quiet" onClick={() => (decided ? leave() : setLeaving(true))}>
          {decided ? "Say goodbye" : "Give up"}
        </Button>
      </div>
      <ConfirmDialog
        open={leaving}
        title="Give up this battle?"
        confirm="Give up"
        cancel="Stay"
        onConfirm={leave}
        onCancel={() => setLeaving(false)}
      >
        {other.name} wins, and the two rooms are apart again. Your show goes on.
      </ConfirmDialog>
    </div>
  );
}
