import { useEffect, useRef, useState } from "react";
import { formatCount } from "../../ui/format/numbers.ts";
import { useReducedMotion } from "../../ui/hooks/use-reduced-motion.ts";
import type { ReactionSource } from "./reaction-source.ts";

/** Emoji in the air at once; more is a cloud in which none can be told from another. */
const FLYING_MOST = 48;
/** Of one burst. */
const BURST_MOST = 6;
const COUNTED_MS = 3_000;

/** Everybody's reactions, rising at the picture's right side; who wants less motion gets a number for a moment. */
export function ReactionBursts({ source }: { source: ReactionSource | null }) {
  const reduced = useReducedMotion();
  if (!source) return null;
  return reduced ? <Counted source={source} /> : <Flying source={source} />;
}

function Flying({ source }: { source: ReactionSource }) {
  const sky = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      source.listen(({ emoji, count }) => {
        const { current } = sky;
        if (!current || document.hidden) return;
        const room = FLYING_MOST - current.childElementCount;
        for (let one = 0; one < Math.min(count, BURST_MOST, room); one++) fly(current, emoji);
      }),
    [source],
  );
  return (
    <div
      ref={sky}
      aria-hidden="true"
      data-reactions
      className="pointer-events-none absolute right-1 bottom-12 z-20 h-3/5 w-28 overflow-hidden"
    />
  );
}

/** Outside of React: dozens come and go each second, and nothing else knows of them. */
function fly(sky: HTMLElement, emoji: string): void {
  const element = document.createElement("span");
  element.textContent = emoji;
  element.className = "absolute bottom-0 text-3xl will-change-transform";
  element.style.left = `${10 + Math.random() * 60}%`;
  sky.append(element);
  const height = sky.clientHeight;
  const sway = () => `${(Math.random() - 0.5) * 44}px`;
  const rise = (share: number) => `${-height * share}px`;
  const flight = element.animate(
    [
      { transform: `translate(0, 0) scale(0.4)`, opacity: 0 },
      { transform: `translate(${sway()}, ${rise(0.2)}) scale(1.15)`, opacity: 1, offset: 0.15 },
      {
        transform: `translate(${sway()}, ${rise(0.6)}) scale(1) rotate(${(Math.random() - 0.5) * 30}deg)`,
        opacity: 0.95,
        offset: 0.6,
      },
      { transform: `translate(${sway()}, ${rise(0.95)}) scale(0.85)`, opacity: 0 },
    ],
    {
      duration: 2_200 + Math.random() * 1_200,
      easing: "cubic-bezier(0.25, 0.6, 0.5, 1)",
      delay: Math.random() * 250,
      fill: "backwards",
    },
  );
  const gone = () => element.remove();
  flight.finished.then(gone, gone);
}

function Counted({ source }: { source: ReactionSource }) {
  const [counts, setCounts] = useState<Readonly<Record<string, number>>>({});
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = source.listen(({ emoji, count }) => {
      setCounts((old) => ({ ...old, [emoji]: (old[emoji] ?? 0) + count }));
      clearTimeout(timer);
      timer = setTimeout(() => setCounts({}), COUNTED_MS);
    });
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [source]);
  const shown = Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 3);
  if (shown.length === 0) return null;
  return (
    <p
      aria-hidden="true"
      data-reactions
      className="pointer-events-none absolute right-3 bottom-16 z-20 flex gap-2 rounded-full bg-black/60 px-3 py-1 text-sm font-semibold text-white tabular"
    >
      {shown.map(([emoji, count]) => (
        <span key={emoji}>
          {emoji} {formatCount(count)}
        </span>
      ))}
    </p>
  );
}
