import { describe, expect, test } from "vitest";
import { FollowingSound } from "./following-sound.ts";

const END_S = 48;

/** What a controller of hls.js's has of itself. */
function controllerOf({ state = "OK", listed = 25, nextLoadPosition = END_S } = {}): object {
  return Object.assign(Object.create(FollowingSound.prototype), {
    nextLoadPosition,
    fragmentTracker: { getState: () => state },
    getNextFragment: (pos: number) => (Math.floor(pos / 2) < listed ? { sn: Math.floor(pos / 2) } : null),
  });
}

/** The last segment that is there, up to `END_S`. */
const SEGMENT = { sn: 23, end: END_S, stats: { retry: 0 } };

function call(controller: object, method: string, ...given: unknown[]): unknown {
  return Reflect.get(controller, method).apply(controller, given);
}

describe("FollowingSound", () => {
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
});
