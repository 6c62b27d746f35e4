import { type HostStatus, placesOf, type Stage, type StageMember, type StagePlace } from "@sameroom/contract";
import { Crown, Loader, MicOff } from "lucide-react";
import type { CSSProperties } from "react";
import { joinClasses } from "../../ui/join-classes.ts";
import { GuestPicture } from "./guest-picture.tsx";
import type { Guests } from "./use-guests.ts";

export interface StagePictureProps {
  stage: Stage;
  guests: Guests;
  /** Who looks: their own camera is shown to them without a way over the network. */
  you: string | null;
  own: MediaStreamTrack | null;
  host: HostStatus;
  hostSpeaks: boolean;
}

/** What of the stage a player shows around the host's picture. */
export interface StageArrangement {
  /** Where the host's picture is; undefined: everywhere. */
  frame: CSSProperties | undefined;
  behind: React.ReactNode;
  ahead: React.ReactNode;
}

/** Arranges the guests around the host's picture, as the host has chosen. */
export function arrangeStage(props: StagePictureProps): StageArrangement {
  const { stage, guests, you, own } = props;
  if (stage.members.length === 0) return { frame: undefined, behind: null, ahead: null };
  const places = placesOf(stage);
  const host = stage.members.find(({ role }) => role === "host");
  const hostPlace = host && places.get(host.participant);
  const pictures = (over: boolean) =>
    stage.members.map((member) => {
      const place = places.get(member.participant);
      if (member.role === "host" || place === undefined || place.over !== over) return null;
      return (
        <div key={member.participant} className="absolute overflow-hidden p-px" style={styleOf(place)}>
          <div
            className={joinClasses(
              "size-full overflow-hidden",
              over && "rounded-lg shadow-float ring-1 ring-white/25",
            )}
          >
            <GuestPicture member={member} guests={guests} own={member.participant === you ? own : null} />
          </div>
        </div>
      );
    });
  // Nobody is hidden: who lies over the host's picture comes after it.
  const hostIsUnder = hostPlace?.over === false;
  return {
    frame: hostPlace ? { position: "absolute", ...styleOf(hostPlace) } : { visibility: "hidden" },
    behind: (
      <div className="pointer-events-none absolute inset-0">
        {pictures(false)}
        {!hostIsUnder && pictures(true)}
      </div>
    ),
    ahead: (
      <div className="pointer-events-none absolute inset-0 z-10">
        {hostIsUnder && pictures(true)}
        {stage.members.map((member) => {
          const place = places.get(member.participant);
          return place && <Label key={member.participant} member={member} place={place} {...props} />;
        })}
      </div>
    ),
  };
}

/** Who it is, whether they speak, and why they are not heard or seen. */
function Label({
  stage,
  member,
  place,
  guests,
  you,
  host,
  hostSpeaks,
}: StagePictureProps & { member: StageMember; place: StagePlace }) {
  const isHost = member.role === "host";
  const speaks = isHost ? hostSpeaks : guests.speaking.includes(member.seat);
  const silent = isHost ? host.microphoneMuted : member.microphoneMuted || member.silenced;
  return (
    <div
      data-stage-member={member.participant}
      data-speaking={speaks || undefined}
      className={joinClasses(
        "absolute flex items-end p-1 transition-shadow duration-200 motion-reduce:transition-none sm:p-1.5",
        place.over && "rounded-lg",
        speaks && "shadow-[inset_0_0_0_3px_var(--color-good)]",
      )}
      style={styleOf(place)}
    >
      <span className="flex min-w-0 items-center gap-1.5 rounded-full bg-black/60 px-2 py-0.5 text-xs font-semibold text-white backdrop-blur-md">
        {member.state !== "on" && (
          <Loader size={12} className="shrink-0 animate-spin motion-reduce:animate-none" aria-hidden="true" />
        )}
        {silent && member.state === "on" && <MicOff size={12} className="shrink-0" aria-label="Muted" />}
        {member.participant === stage.lead && (
          <Crown size={12} className="shrink-0 text-amber-300" aria-label="Runs the room" />
        )}
        <span className="truncate">{member.participant === you ? "You" : member.name}</span>
        {member.state === "joining" && <span className="sr-only">is getting ready</span>}
        {member.state === "away" && <span className="font-normal">is reconnecting</span>}
      </span>
    </div>
  );
}

function styleOf({ left, top, width, height }: StagePlace): CSSProperties {
  return { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` };
}
