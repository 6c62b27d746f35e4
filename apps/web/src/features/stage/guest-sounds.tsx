import type { CompanySeat } from "@sameroom/client";
import type { Stage } from "@sameroom/contract";
import { useEffect, useRef, useState } from "react";
import type { Guests } from "./use-guests.ts";

/**
 * The guests' voices, one element for each who is on stage. `follow`: the element whose loudness and mute they have, too;
 * none: they are played as they are.
 */
export function GuestSounds({
  stage,
  guests,
  follow,
}: {
  stage: Stage;
  guests: Guests;
  follow?: HTMLMediaElement | null;
}) {
  const loudness = useLoudness(follow ?? null);
  const taken = new Set(stage.members.map(({ seat }) => seat));
  return (
    <>
      {guests.seats
        .filter(({ seat }) => taken.has(seat))
        .map((seat) => (
          <Sound key={seat.seat} seat={seat} {...loudness} />
        ))}
    </>
  );
}

function Sound({ seat, volume, muted }: { seat: CompanySeat; volume: number; muted: boolean }) {
  const audio = useRef<HTMLAudioElement>(null);
  const track = seat.audio;
  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    element.volume = volume;
    element.muted = muted;
    // A browser that allows no sound before a click plays it with the click that unmutes the show.
    void element.play().catch(() => {});
  }, [volume, muted]);
  // biome-ignore lint/a11y/useMediaCaption: live voices; captions belong to the show
  return <audio ref={audio} autoPlay data-seat={seat.seat} />;
}

function useLoudness(follow: HTMLMediaElement | null): { volume: number; muted: boolean } {
  const [loudness, setLoudness] = useState({ volume: 1, muted: false });
  useEffect(() => {
    if (!follow) return;
    const look = () => setLoudness({ volume: follow.volume, muted: follow.muted });
    look();
    follow.addEventListener("volumechange", look);
    follow.addEventListener("playing", look);
    return () => {
      follow.removeEventListener("volumechange", look);
      follow.removeEventListener("playing", look);
    };
  }, [follow]);
  return loudness;
}
