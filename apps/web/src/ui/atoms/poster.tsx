import { useId } from "react";
import { pick, seedOf } from "../seed.ts";

/** Lamp, wall and floor of a room; chosen to sit well beside each other and under white text. */
const ROOMS = [
  { lamp: "oklch(0.8 0.15 60)", wall: "oklch(0.45 0.15 25)", far: "oklch(0.24 0.07 345)" },
  { lamp: "oklch(0.82 0.1 195)", wall: "oklch(0.42 0.08 215)", far: "oklch(0.22 0.05 255)" },
  { lamp: "oklch(0.84 0.13 90)", wall: "oklch(0.45 0.1 135)", far: "oklch(0.22 0.05 170)" },
  { lamp: "oklch(0.8 0.12 345)", wall: "oklch(0.44 0.14 325)", far: "oklch(0.22 0.07 295)" },
  { lamp: "oklch(0.85 0.12 75)", wall: "oklch(0.43 0.12 300)", far: "oklch(0.21 0.06 285)" },
  { lamp: "oklch(0.83 0.1 230)", wall: "oklch(0.42 0.12 270)", far: "oklch(0.21 0.06 300)" },
  { lamp: "oklch(0.82 0.14 45)", wall: "oklch(0.43 0.09 185)", far: "oklch(0.21 0.04 220)" },
] as const;

const arch = (centre: number, width: number, height: number) =>
  `M${centre - width / 2} 180V${180 - height + width / 2}a${width / 2} ${width / 2} 0 0 1 ${width} 0V180z`;

/** The picture of a room that has none: two lit doorways, drawn from its address, always the same. */
export function Poster({ seed, className }: { seed: string; className?: string }) {
  const id = useId();
  const number = seedOf(seed);
  const room = pick(ROOMS, number);
  const centre = pick([84, 110, 160, 206, 232], number, 1);
  const width = pick([64, 78, 92], number, 2);
  const height = pick([104, 118, 130], number, 3);
  const second = centre + (centre > 160 ? -0.62 : 0.62) * width;
  return (
    <svg viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice" aria-hidden="true" className={className}>
      <defs>
        <radialGradient id={`${id}-air`} cx={centre / 320} cy="0.78" r="0.85">
          <stop offset="0" stopColor={room.wall} />
          <stop offset="1" stopColor={room.far} />
        </radialGradient>
        <linearGradient id={`${id}-door`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor={room.lamp} stopOpacity="0.95" />
          <stop offset="1" stopColor={room.lamp} stopOpacity="0.55" />
        </linearGradient>
      </defs>
      <rect width="320" height="180" fill={`url(#${id}-air)`} />
      {[3.1, 2.4, 1.75].map((scale) => (
        <path
          key={scale}
          d={arch(centre, width * scale, Math.min(height * (0.62 + scale * 0.27), 176))}
          fill={room.lamp}
          opacity={0.075}
        />
      ))}
      <path d={arch(second, width * 0.84, height * 0.66)} fill={room.lamp} opacity={0.34} />
      <path d={arch(centre, width, height)} fill={`url(#${id}-door)`} />
    </svg>
  );
}
