import { describe, expect, test } from "vitest";
import { FollowingPicture, FollowingSound } from "./following.ts";

const END_S = 48;

type Following = typeof FollowingSound | typeof FollowingPicture;

/** What a controller of hls.js's has of itself. */
function controllerFrom(Of: Following, { state = "OK", listed = 25, nextLoadPosition = END_S } = {}): object {
  return Object.assign(Object.create(Of.prototype), {
    nextLoadPosition,
    log: () => {},
    fragmentTracker: { getState: () => state },
    getNextFragment: (pos: number) => (Math.floor(pos / 2) < listed ? { sn: Math.floor(pos / 2) } : null),
  });
}

/** The last segment that is there, up to `END_S`. */
const SEGMENT = { sn: 23, end: END_S, stats: { retry: 0 } };

function call(controller: object, method: string, ...given: unknown[]): unknown {
  return Reflect.get(controller, method).apply(controller, given);
}

describe.each([
  ["sound", FollowingSound],
  ["picture", FollowingPicture],
] as const)("following %s", (_, Of) => {
  const controllerOf = (options?: Parameters<typeof controllerFrom>[1]) => controllerFrom(Of, options);
  const follow = (controller: object, segment: object = SEGMENT) => {
    const next = call(controller, "getNextFragmentLoopLoading", segment, {}, { len: 1 }, "main", 30);
    return (next as { sn: number } | null)?.sn ?? null;
  };

  test("takes a segment that is there for what it is, where sound seems to end just before it", () => {
    const isDone = (endS: number, state = "OK") =>
      call(controllerOf({ state, nextLoadPosition: 47.9 }), "isLoopLoading", SEGMENT, endS);
    expect(isDone(END_S - 0.0003)).toBe(true);
    expect(isDone(END_S - 0.1)).toBe(false);
    expect(isDone(END_S - 0.0003, "PARTIAL")).toBe(false);
    expect(isDone(END_S - 0.0003, "NOT_LOADED")).toBe(false);
  });

  test("goes on with the next segment", () => {
    expect(follow(controllerOf())).toBe(24);
    expect(follow(controllerOf({ nextLoadPosition: 47.9 }))).toBe(24);
  });

  test("waits for the next one when it is not listed yet", () => {
    expect(follow(controllerOf({ listed: 24 }))).toBeNull();
  });

  test("leaves gaps to hls.js", () => {
    expect(follow(controllerOf(), { ...SEGMENT, gap: true })).toBe(24);
    expect(follow(controllerOf({ nextLoadPosition: 46 }), { ...SEGMENT, gap: true })).toBe(23);
  });

  describe("behind a segment that was loaded whole", () => {
    const next = { sn: 24, end: END_S + 2 };
    const partsOf = (segment: { sn: number; end: number }, loaded = 0) =>
      [0, 1, 2, 3].map((index) => {
        const start = segment.end - 2 + index / 2;
        return {
          fragment: segment,
          index,
          start,
          end: start + 0.5,
          independent: false,
          loaded: index < loaded,
        };
      });
    const first = { ...partsOf(SEGMENT)[0]!, independent: true };
    const before = [first, ...partsOf(SEGMENT).slice(1)];
    const pick = (parts: object[], state?: string) =>
      call(controllerOf({ ...(state === undefined ? {} : { state }) }), "getNextPart", parts, next, END_S);

    test("takes a part that does not begin with a keyframe", () => {
      expect(pick([...before, ...partsOf(next)])).toBe(4);
    });

    test("but none where the segment before is not there, or the next one has begun", () => {
      expect(pick([...before, ...partsOf(next)], "NOT_LOADED")).toBe(-1);
      expect(pick([...before, ...partsOf(next, 2)])).toBe(6);
    });
  });
});
