import type { Stage, StageMember } from "./stage.ts";

type Member = Pick<StageMember, "participant" | "seat">;

/** Where somebody is in the picture, in percent of it. */
export interface StagePlace {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Lies over somebody larger. */
  over: boolean;
}

/** Places keep this far from the picture's edges where they lie over it, percent. */
const MARGIN = 2.5;
/** The player's controls are below this. */
const CONTROLS = 15;
const LARGEST_INSET = 22;
const LARGEST_STRIP = 20;
/** More than these in one column are too small. */
const STRIP_ROWS = 4;
const WIDE_STRIP = 25;

/** Where everybody on stage is, by participant. The picture is as wide as it is high in percent: all places fit its shape. */
export function placesOf({
  layout,
  spotlight,
  members,
}: Pick<Stage, "layout" | "spotlight"> & { members: readonly Member[] }): Map<string, StagePlace> {
  const large =
    members.find(({ participant }) => participant === spotlight) ??
    members.find(({ seat }) => seat === 0) ??
    members[0];
  if (large === undefined) return new Map();
  const others = members.filter((member) => member !== large);
  if (others.length === 0) return new Map([[large.participant, box(0, 0, 100, 100)]]);
  switch (layout) {
    case "grid":
      return grid([...members]);
    case "side-by-side":
      return new Map([[large.participant, box(0, 0, 50, 100)], ...column(others)]);
    case "spotlight":
      return strip(large, others);
    case "picture-in-picture":
      return insets(large, others);
  }
}

function grid(members: readonly Member[]): Map<string, StagePlace> {
  const columns = Math.ceil(Math.sqrt(members.length));
  const rows = Math.ceil(members.length / columns);
  const [width, height] = [100 / columns, 100 / rows];
  return new Map(
    members.map(({ participant }, index) => {
      const row = Math.floor(index / columns);
      const inRow = Math.min(columns, members.length - row * columns);
      const left = (100 - inRow * width) / 2 + (index % columns) * width;
      return [participant, box(left, row * height, width, height)];
    }),
  );
}

/** The right half, one above the other; two beside each other when they are many. */
function column(members: readonly Member[]): [string, StagePlace][] {
  return members.length > 3 ? pairs(members, box(50, 0, 50, 100)) : rows(members, box(50, 0, 50, 100));
}

function rows(members: readonly Member[], { left, top, width, height }: StagePlace): [string, StagePlace][] {
  const each = height / members.length;
  return members.map(({ participant }, index) => [participant, box(left, top + index * each, width, each)]);
}

/** Two beside each other; who is left over at the end has both places. */
function pairs(members: readonly Member[], { left, top, width, height }: StagePlace): [string, StagePlace][] {
  const each = height / Math.ceil(members.length / 2);
  return members.map(({ participant }, index) => {
    const alone = index === members.length - 1 && index % 2 === 0;
    const at = left + (index % 2) * (width / 2);
    return [participant, box(at, top + Math.floor(index / 2) * each, alone ? width : width / 2, each)];
  });
}

/** One large, the others at its right: in a column, and in two when they would be too small to be seen on a phone. */
function strip(large: Member, others: readonly Member[]): Map<string, StagePlace> {
  const isWide = others.length > STRIP_ROWS;
  const width = isWide ? WIDE_STRIP : Math.min(LARGEST_STRIP, 100 / others.length);
  const height = isWide ? WIDE_STRIP * Math.ceil(others.length / 2) : width * others.length;
  const place = box(100 - width, (100 - height) / 2, width, height);
  return new Map([
    [large.participant, box(0, width / 2, 100 - width, 100 - width)],
    ...(isWide ? pairs : rows)(others, place),
  ]);
}

/** One fills the picture, the others lie over its lower edge, from the right. */
function insets(large: Member, others: readonly Member[]): Map<string, StagePlace> {
  const size = Math.min(LARGEST_INSET, (100 - 2 * MARGIN) / others.length - 1);
  const top = 100 - CONTROLS - size;
  return new Map([
    [large.participant, box(0, 0, 100, 100)],
    ...others.map(({ participant }, index): [string, StagePlace] => [
      participant,
      { ...box(100 - MARGIN - size - index * (size + 1), top, size, size), over: true },
    ]),
  ]);
}

function box(left: number, top: number, width: number, height: number): StagePlace {
  return { left, top, width, height, over: false };
}
