import type { CSSProperties } from "react";
import { pick } from "../../ui/seed.ts";
import { GiftPicture } from "./gift-picture.tsx";

/** Numbers for the style sheet: where a piece is, when it starts, how it turns. */
type Piece = CSSProperties & Record<`--${string}`, string>;

const pieces = (count: number, make: (index: number, chance: (salt: number) => number) => Piece): Piece[] =>
  Array.from({ length: count }, (_, index) => make(index, (salt) => chance(index, salt)));

/** 0..1, always the same for the same piece: the animation is drawn, not rolled. */
function chance(index: number, salt: number): number {
  return pick(STEPS, (index + 1) * 2_654_435_761, salt);
}
const STEPS = Array.from({ length: 32 }, (_, step) => step / 31);

const PETALS = pieces(18, (_, at) => ({
  "--x": `${at(1) * 100}%`,
  "--delay": `${at(2) * 0.9}s`,
  "--turn": `${180 + at(3) * 540}deg`,
  "--sway": `${(at(4) - 0.5) * 30}cqw`,
  "--size": `${14 + at(5) * 16}px`,
}));
const HEARTS = pieces(14, (_, at) => ({
  "--x": `${8 + at(1) * 84}%`,
  "--delay": `${at(2) * 1.1}s`,
  "--sway": `${(at(3) - 0.5) * 14}cqw`,
  "--size": `${18 + at(4) * 34}px`,
}));
const HANDS = pieces(9, (index, at) => ({
  "--x": `${4 + index * 10.5 + at(1) * 6}%`,
  "--y": `${at(2) * 26}%`,
  "--delay": `${at(3) * 0.5}s`,
  "--size": `${30 + at(4) * 26}px`,
}));
const STEAM = pieces(6, (index, at) => ({
  "--x": `${16 + index * 11}%`,
  "--delay": `${0.5 + at(1) * 0.9}s`,
  "--sway": `${(at(2) - 0.5) * 8}cqw`,
}));
const STARS = pieces(5, (index, at) => ({
  "--y": `${6 + index * 13 + at(1) * 6}%`,
  "--delay": `${index * 0.28}s`,
  "--size": `${22 + at(2) * 26}px`,
}));
const RAYS = pieces(12, (index) => ({ "--angle": `${index * 30}deg` }));
const BURSTS = pieces(6, (index, at) => ({
  "--x": `${12 + index * 15 + at(1) * 8}%`,
  "--y": `${14 + at(2) * 38}%`,
  "--delay": `${index * 0.3}s`,
  "--colour": pick(["#f0506e", "#f8b62d", "#7c9cf5", "#6fd08c", "#c58af9"], index + 7),
}));
const SPARKS = pieces(14, (index) => ({ "--angle": `${(index * 360) / 14}deg` }));

/** What a gift does over the picture, once; drawn by the style sheet beside it. An unknown one rains presents. */
export function GiftAnimation({ kind }: { kind: string }) {
  switch (kind) {
    case "heart":
      return HEARTS.map((style) => (
        <span key={style["--x"]} className="gift-heart" style={style}>
          <GiftPicture animation="heart" className="size-full" />
        </span>
      ));
    case "applause":
      return HANDS.map((style) => (
        <span key={style["--x"]} className="gift-hands" style={style}>
          <GiftPicture animation="applause" className="size-full" />
        </span>
      ));
    case "coffee":
      return (
        <span className="gift-coffee">
          {STEAM.map((style) => (
            <i key={style["--x"]} style={style} />
          ))}
          <GiftPicture animation="coffee" className="relative size-full" />
        </span>
      );
    case "star":
      return STARS.map((style) => (
        <span key={style["--delay"]} className="gift-star" style={style}>
          <GiftPicture animation="star" className="size-full" />
        </span>
      ));
    case "crown":
      return (
        <span className="gift-crown">
          {RAYS.map((style) => (
            <i key={style["--angle"]} style={style} />
          ))}
          <GiftPicture animation="crown" className="relative size-full" />
        </span>
      );
    case "rocket":
      return (
        <>
          <span className="gift-smoke" />
          <span className="gift-rocket">
            <GiftPicture animation="rocket" className="size-full" />
          </span>
        </>
      );
    case "fireworks":
      return BURSTS.map((style) => (
        <span key={style["--delay"]} className="gift-burst" style={style}>
          {SPARKS.map((spark) => (
            <i key={spark["--angle"]} style={spark} />
          ))}
        </span>
      ));
    case "rose":
      return PETALS.map((style) => (
        <span key={`${style["--x"]} ${style["--delay"]}`} className="gift-petal" style={style} />
      ));
    default:
      return HEARTS.map((style) => (
        <span key={style["--x"]} className="gift-heart" style={style}>
          <GiftPicture animation={kind} className="size-full" />
        </span>
      ));
  }
}
