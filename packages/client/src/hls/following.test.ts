import { describe, expect, test, vi } from "vitest";
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

describe("following picture", () => {
  /** Four segments of 2 s and half of the fifth; `without`: those that do not begin with a keyframe. */
  const detailsOf = (without: readonly number[]) => {
    const segments = [1, 2, 3, 4, 5].map((sn) => ({
      sn,
      cc: 0,
      start: (sn - 1) * 2,
      end: sn * 2,
      gap: undefined,
    }));
    const partList = segments.map((fragment) => ({
      fragment,
      index: 0,
      independent: !without.includes(fragment.sn),
    }));
    return { fragments: segments.slice(0, 4), fragmentHint: segments[4], partList };
  };
  let controller: object;
  const begin = (
    positionS: number,
    without: readonly number[],
    buffered: readonly [number, number][] = [],
  ) => {
    const details = detailsOf(without);
    const all = [...details.fragments, details.fragmentHint!];
    controller = Object.assign(Object.create(FollowingPicture.prototype), {
      _couldBacktrack: true,
      mediaBuffer: {
        buffered: {
          length: buffered.length,
          start: (at: number) => buffered[at]![0],
          end: (at: number) => buffered[at]![1],
        },
      },
    });
    const original = Object.getPrototypeOf(Object.getPrototypeOf(FollowingPicture.prototype));
    const spy = vi
      .spyOn(original, "getNextFragment")
      .mockImplementation((pos) => all.find(({ end }) => (pos as number) < end) ?? null);
    const found = call(controller, "getNextFragment", positionS, details) as { sn: number } | null;
    spy.mockRestore();
    return found?.sn;
  };

  test("begins with the segment that has the keyframe, and goes on from there", () => {
    expect(begin(9, [])).toBe(5);
    expect(begin(9, [5])).toBe(4);
    expect(begin(9, [3, 4, 5])).toBe(2);
    expect(begin(9, [3, 4, 5], [[2.03, 4.03]])).toBe(3);
    expect(begin(9, [3, 4, 5], [[2.03, 6.03]])).toBe(4);
    expect(begin(9, [3, 4, 5], [[2.03, 8]])).toBe(5);
  });

  test("does not let hls.js go further back from a segment that has one", () => {
    const mayGoBack = () => Reflect.get(controller, "couldBacktrack") as boolean;
    begin(9, []);
    expect(mayGoBack()).toBe(false);
    begin(9, [4, 5]);
    expect(mayGoBack()).toBe(false);
    begin(9, [1, 2, 3, 4, 5]);
    expect(mayGoBack()).toBe(true);
  });

  test("begins where it is where nothing tells of a keyframe", () => {
    expect(begin(9, [1, 2, 3, 4, 5])).toBe(5);
    expect(begin(12, [1])).toBeUndefined();
  });
});
