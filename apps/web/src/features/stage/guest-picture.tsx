import type { CompanySeat } from "@sameroom/client";
import type { StageMember } from "@sameroom/contract";
import { useEffect, useRef } from "react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { joinClasses } from "../../ui/join-classes.ts";
import type { Guests } from "./use-guests.ts";

/** A guest's picture, or who it would be of when there is none. Fills what it is in. */
export function GuestPicture({
  member,
  guests,
  own,
}: {
  member: StageMember;
  guests: Guests;
  own?: MediaStreamTrack | null;
}) {
  const { fit } = guests;
  const video = useRef<HTMLVideoElement>(null);
  const seat = guests.seats.find((one) => one.seat === member.seat);
  const track = own ?? seat?.video;
  const { seat: place } = member;
  useTrack(video, track);
  const isRemote = own === undefined || own === null;
  useEffect(() => {
    if (!video.current || !isRemote || track === undefined) return;
    return fit(video.current, place);
  }, [fit, place, isRemote, track]);
  const isDark = member.state !== "on" || member.cameraOff || track === undefined;
  return (
    <div className="relative size-full overflow-hidden bg-stage">
      <video
        ref={video}
        autoPlay
        playsInline
        muted
        aria-label={`Picture of ${member.name}`}
        className={joinClasses("size-full object-cover", isRemote ? undefined : "-scale-x-100")}
      />
      {isDark && (
        <div className="absolute inset-0 flex items-center justify-center bg-stage">
          <Avatar name={member.name} size="md" />
        </div>
      )}
    </div>
  );
}

/** Plays a track in an element, muted: voices come from elsewhere. */
function useTrack(video: React.RefObject<HTMLVideoElement | null>, track: CompanySeat["video"] | undefined) {
  useEffect(() => {
    const element = video.current;
    if (!element || !track) return;
    element.srcObject = new MediaStream([track]);
    void element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [video, track]);
}
