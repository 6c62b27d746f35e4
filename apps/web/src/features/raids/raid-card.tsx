import { Rocket } from "lucide-react";
import { Announcement } from "../../ui/atoms/announcement.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { useNow } from "../../ui/hooks/use-now.ts";
import type { RoomLive } from "../room/room-state.ts";
import type { RaidChoice } from "./use-follow-raid.ts";

/** Says where the viewers are about to be sent, and lets each one stay. */
export function RaidCard(props: { live: Pick<RoomLive, "raid" | "clockOffsetMs">; choice: RaidChoice }) {
  const { raid, clockOffsetMs } = props.live;
  if (raid === null) return null;
  return (
    <Countdown
      key={raid.goesAtUnixMs}
      raid={raid}
      clockOffsetMs={clockOffsetMs}
      goes={!props.choice.stays(raid.to)}
      onChoose={(goes) => props.choice.choose(raid.to, { stays: !goes })}
    />
  );
}

function Countdown(props: {
  raid: NonNullable<RoomLive["raid"]>;
  clockOffsetMs: number;
  goes: boolean;
  onChoose: (goes: boolean) => void;
}) {
  const { raid, clockOffsetMs, goes, onChoose } = props;
  const now = useNow(250);
  const seconds = Math.max(0, Math.ceil((raid.goesAtUnixMs - clockOffsetMs - now) / 1_000));
  return (
    <section
      aria-label="Raid"
      className="fixed inset-x-3 bottom-20 z-40 mx-auto flex max-w-md animate-rise flex-col gap-3 rounded-3xl border border-line bg-surface p-5 shadow-float sm:bottom-6"
    >
      <Announcement text={`This show ends and takes you along to ${raid.to.host}, unless you stay.`} />
      <p className="flex items-center gap-2.5 font-semibold">
        <Rocket size={20} className="shrink-0 text-ember-text" aria-hidden="true" />
        <span className="min-w-0">
          {goes ? "Off to" : "The others go to"} {raid.to.host}
          <span className="block truncate text-sm font-normal text-ink-soft">{raid.to.title}</span>
        </span>
        <span className="ml-auto font-display text-2xl tabular" aria-hidden="true">
          {seconds}
        </span>
      </p>
      <Button onClick={() => onChoose(!goes)}>{goes ? "Stay here" : "Come along"}</Button>
    </section>
  );
}
