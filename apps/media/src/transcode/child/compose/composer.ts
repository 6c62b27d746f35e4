import type { UnitFormat } from "@sameroom/protocol";
import type { Frame } from "node-av/lib";
import type { ComposeTile, WireUnit } from "../../messages.ts";
import { Canvas, type Rect } from "./canvas.ts";
import { BACKGROUND } from "./face-tile.ts";
import { MemberPicture } from "./member-picture.ts";

/** Between two pictures, pixels. */
const GAP = 2;

/** Draws the pictures of several people into one, each in its place. Draws only what has changed. */
export class Composer {
  readonly #canvas: Canvas;
  readonly #members = new Map<string, MemberPicture>();
  #places: { tile: ComposeTile; rect: Rect }[] = [];
  /** Everything is in another place than before. */
  #isFresh = true;

  constructor(size: { width: number; height: number }) {
    this.#canvas = new Canvas(size);
  }

  /** As it was drawn last; valid until it is drawn again. */
  get picture(): Frame {
    return this.#canvas.frame;
  }

  setScene(tiles: readonly ComposeTile[]): void {
    this.#places = tiles.map((tile) => ({ tile, rect: rectOf(tile, this.#canvas) }));
    this.#isFresh = true;
    for (const [id, member] of this.#members) {
      if (tiles.some((tile) => tile.member === id)) continue;
      member.close();
      this.#members.delete(id);
    }
  }

  setFormat(member: string, format: UnitFormat): void {
    this.#memberOf(member).setFormat(format);
  }

  take(member: string, unit: WireUnit): void {
    this.#members.get(member)?.take(unit);
  }

  /** When this member's picture, as it was drawn last, was captured, µs. */
  capturedMicros(member: string): number {
    return this.#members.get(member)?.heldMicros ?? Number.NEGATIVE_INFINITY;
  }

  /** Draws what is to be seen at this moment. */
  draw(atMicros: number): void {
    const shown = this.#places.map(({ tile, rect }) =>
      this.#memberOf(tile.member).show(atMicros, tile, rect),
    );
    this.#canvas.begin();
    // Who leaves a part of their place free leaves nothing of what was there.
    if (shown.some(({ isMoved }) => isMoved)) this.#isFresh = true;
    if (this.#isFresh) this.#canvas.fill(BACKGROUND);
    const drawn: Rect[] = [];
    for (const { picture, rect, isNew } of shown) {
      // Who lies over others is drawn again with them.
      if (!this.#isFresh && !isNew && !drawn.some((other) => overlap(other, rect))) continue;
      this.#canvas.put(picture, rect);
      drawn.push(rect);
    }
    this.#isFresh = false;
  }

  close(): void {
    for (const member of this.#members.values()) member.close();
    this.#members.clear();
    this.#canvas.close();
  }

  #memberOf(id: string): MemberPicture {
    let member = this.#members.get(id);
    if (member === undefined) {
      member = new MemberPicture();
      this.#members.set(id, member);
    }
    return member;
  }
}

function rectOf(tile: ComposeTile, { width, height }: { width: number; height: number }): Rect {
  const even = (share: number, of: number) => 2 * Math.round((share * of) / 200);
  const [x, y] = [even(tile.left, width), even(tile.top, height)];
  const [right, bottom] = [even(tile.left + tile.width, width), even(tile.top + tile.height, height)];
  return {
    ...{ x, y },
    width: Math.max(2, right - x - (right < width ? GAP : 0)),
    height: Math.max(2, bottom - y - (bottom < height ? GAP : 0)),
  };
}

function overlap(one: Rect, other: Rect): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
