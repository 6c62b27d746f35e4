import type { Standing } from "@sameroom/contract";
import { Gem, type LucideIcon, Mic, Radio, Shield, ShieldCheck } from "lucide-react";

/** The most that somebody is comes first; an owner who is not on air is still the host of the room to people. */
const BADGES: readonly [Standing, string, LucideIcon, string][] = [
  ["host", "Host", Radio, "bg-ember text-on-ember"],
  ["owner", "Host", Radio, "bg-ember text-on-ember"],
  ["admin", "Admin", ShieldCheck, "bg-dusk-wash text-dusk"],
  ["moderator", "Moderator", Shield, "bg-dusk-wash text-dusk"],
  ["guest", "Guest on stage", Mic, "bg-good-wash text-good"],
  ["subscriber", "Subscriber", Gem, "bg-ember-wash text-ember-text"],
];

/**
 * What somebody is to the room, as small pictures: at most one for their part, and one for a subscription. `months`: how long they
 * have subscribed.
 */
export function ChatBadges({
  standings,
  months,
}: {
  standings: readonly Standing[];
  months?: number | undefined;
}) {
  const part = BADGES.slice(0, -1).find(([standing]) => standings.includes(standing));
  const subscriber = standings.includes("subscriber") ? BADGES.at(-1) : undefined;
  return [part, subscriber].map((badge) => {
    if (!badge) return null;
    const long = badge === subscriber && months !== undefined && months > 1 ? months : null;
    const words = long === null ? badge[1] : `${badge[1]} for ${long} months`;
    return (
      <span
        key={badge[0]}
        title={words}
        className={`mx-0.5 inline-flex h-4.5 min-w-4.5 translate-y-[3px] items-center justify-center gap-0.5 rounded-md ${badge[3]} ${long === null ? "" : "px-1"}`}
      >
        <BadgePicture of={badge} />
        {long !== null && (
          <span aria-hidden="true" className="text-[0.6875rem] font-bold leading-none tabular">
            {long}
          </span>
        )}
        <span className="sr-only">{words}</span>
      </span>
    );
  });
}

function BadgePicture({ of: [, , Picture] }: { of: (typeof BADGES)[number] }) {
  return <Picture size={12} strokeWidth={2.5} aria-hidden="true" />;
}

/** true for those who run the room: their names stand out. */
export function isStaff(standings: readonly Standing[]): boolean {
  return standings.some((one) => one === "host" || one === "owner" || one === "moderator" || one === "admin");
}
