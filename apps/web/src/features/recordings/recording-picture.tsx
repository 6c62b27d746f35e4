import type { RecordingView } from "@sameroom/contract";
import { useState } from "react";
import { Poster } from "../../ui/atoms/poster.tsx";
import { mediaAddress } from "./media-address.ts";

/** A recording's picture, filling its place: its poster, else the drawn one of its room. */
export function RecordingPicture(props: { recording: RecordingView; className?: string }) {
  const { recording, className = "" } = props;
  const [broken, setBroken] = useState<string | null>(null);
  const poster = recording.urls?.poster ?? null;
  const source = poster === null ? null : mediaAddress(poster);
  if (source === null || source === broken) {
    return <Poster seed={recording.room.slug} className={`size-full ${className}`} />;
  }
  return (
    <img
      src={source}
      alt=""
      decoding="async"
      loading="lazy"
      onError={() => setBroken(source)}
      className={`size-full object-cover ${className}`}
    />
  );
}
