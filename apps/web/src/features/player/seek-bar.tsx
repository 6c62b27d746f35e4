import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { SeekPreview, type Thumbnail } from "./seek-preview.tsx";
import { clamp, placeAt, placeLabel, placeSentence, shareAt, stepTo, type Timeline } from "./timeline.ts";

const STEP_S = 5;
const LEAP_S = 60;

export interface SeekBarProps {
  timeline: Timeline;
  onSeek: (seconds: number) => void;
  /** Picture of a place, where there is one. */
  thumbnailAt?: ((seconds: number) => Thumbnail | null) | undefined;
}

/**
 * Where one is, what is loaded, and the way to any other place: click, drag with a preview, or the slider's keys. A
 * drag seeks when it is let go, Escape leaves everything as it was.
 */
export function SeekBar({ timeline, onSeek, thumbnailAt }: SeekBarProps) {
  const bar = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const { length } = timeline;
  const place = (event: PointerEvent) => {
    const box = bar.current?.getBoundingClientRect();
    return box ? placeAt(event.clientX, box, length) : 0;
  };
  const at = dragged ?? timeline.at;
  const shown = dragged ?? pointed;
  const percent = (seconds: number) => `${shareAt(seconds, length) * 100}%`;
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape" && dragged !== null) {
      setDragged(null);
      event.preventDefault();
      return;
    }
    const to = placeByKey(event.key, timeline);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onSeek(to);
  };
  return (
    <div
      ref={bar}
      role="slider"
      tabIndex={0}
      aria-label={timeline.kind === "dvr" ? "Place in the live show" : "Place in the replay"}
      aria-valuemin={0}
      aria-valuemax={Math.round(length)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={placeSentence(timeline, at)}
      className="group/bar relative mx-1.5 flex h-6 cursor-pointer touch-none items-center rounded-md outline-none pointer-coarse:h-8"
      onKeyDown={press}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(place(event));
      }}
      onPointerMove={(event) => {
        if (dragged !== null) setDragged(place(event));
        else if (event.pointerType === "mouse") setPointed(place(event));
      }}
      onPointerUp={() => {
        if (dragged === null) return;
        onSeek(clamp(dragged, length));
        setDragged(null);
      }}
      onPointerCancel={() => setDragged(null)}
      onPointerLeave={() => setPointed(null)}
    >
      <div className="relative h-1 w-full rounded-full bg-white/30 transition-[height] duration-150 group-hover/bar:h-1.5 group-focus-visible/bar:h-1.5">
        {timeline.buffered.map(([from, to]) => (
          <span
            key={from}
            className="absolute inset-y-0 rounded-full bg-white/35"
            style={{ left: percent(from), right: `${100 - shareAt(to, length) * 100}%` }}
          />
        ))}
        <span className="absolute inset-y-0 left-0 rounded-full bg-lamp" style={{ width: percent(at) }} />
        {shown !== null && (
          <span
            aria-hidden="true"
            className="absolute inset-y-0 w-0.5 bg-white"
            style={{ left: percent(shown) }}
          />
        )}
      </div>
      <span
        aria-hidden="true"
        className="absolute size-3.5 -translate-x-1/2 rounded-full bg-white shadow-float ring-lamp transition-transform group-focus-visible/bar:ring-4 pointer-fine:scale-75 pointer-fine:group-hover/bar:scale-100 group-focus-visible/bar:scale-100"
        style={{ left: percent(at) }}
      />
      {shown !== null && (
        <SeekPreview
          left={percent(shown)}
          label={placeLabel(timeline, shown)}
          thumbnail={thumbnailAt?.(shown) ?? null}
        />
      )}
    </div>
  );
}

function placeByKey(key: string, timeline: Timeline): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return stepTo(timeline, STEP_S);
    case "ArrowLeft":
    case "ArrowDown":
      return stepTo(timeline, -STEP_S);
    case "PageUp":
      return stepTo(timeline, LEAP_S);
    case "PageDown":
      return stepTo(timeline, -LEAP_S);
    case "Home":
      return 0;
    case "End":
      return timeline.length;
    default:
      return null;
  }
}
