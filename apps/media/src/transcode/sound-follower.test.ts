import { SeededRandom } from "@sameroom/base/testing";
import { expect, test } from "vitest";
import { SoundFollower } from "./sound-follower.ts";

const rate = 48_000;
const packet = 1024;

/** Plays packets for so long; how far what is heard was from where it belongs, ms: the worst of the last half, and all silences. */
function play(options: { seconds: number; fastPpm: number; tremblingMs: number }) {
  const random = new SeededRandom(7);
  const follower = new SoundFollower(rate);
  let position = 0;
  let worstMs = 0;
  let worstStretch = 0;
  const others: string[] = [];
  const packets = Math.floor((options.seconds * rate) / packet);
  for (let index = 0; index < packets; index++) {
    const exact = ((index * packet) / rate) * 1_000_000 * (1 - options.fastPpm / 1_000_000);
    const told = exact + (random.next() - 0.5) * 2000 * options.tremblingMs;
    const step = follower.follow(told, position);
    if (step.kind === "start") follower.start(told);
    else if (step.kind !== "play") others.push(step.kind);
    const stretch = step.kind === "play" ? step.stretch : 0;
    if (index > packets / 2) {
      worstMs = Math.max(worstMs, Math.abs(follower.microsAt(position) - exact) / 1000);
      worstStretch = Math.max(worstStretch, Math.abs(stretch));
    }
    position += packet * (1 + stretch);
  }
  return { worstMs, worstStretch, others };
}

test("a sound card that is 100 ppm off is followed for two hours, within two milliseconds", () => {
  for (const fastPpm of [100, -100]) {
    const { worstMs, worstStretch, others } = play({ seconds: 7200, fastPpm, tremblingMs: 0 });
    expect(worstMs).toBeLessThan(2);
    expect(worstStretch).toBeLessThan(0.0002);
    expect(others).toEqual([]);
  }
});

test("timestamps that tremble by fifteen milliseconds neither make silence nor a tone that wavers", () => {
  const { worstMs, worstStretch, others } = play({ seconds: 600, fastPpm: 30, tremblingMs: 15 });
  expect(others).toEqual([]);
  expect(worstMs).toBeLessThan(16);
  expect(worstStretch).toBeLessThan(0.002);
});

test("the first sound starts, a hole is silence, too much is dropped, a jump starts anew", () => {
  const follower = new SoundFollower(rate);
  expect(follower.follow(5_000_000, 0)).toEqual({ kind: "start" });
  follower.start(5_000_000);
  expect(follower.microsAt(rate / 2)).toBe(5_500_000);
  expect(follower.follow(5_500_000, rate / 2)).toEqual({ kind: "play", stretch: 0 });
  expect(follower.follow(5_600_000, rate / 2)).toEqual({ kind: "silence", samples: 4800 });
  expect(follower.follow(5_400_000, rate / 2)).toEqual({ kind: "drop", samples: 4800 });
  expect(follower.follow(6_600_000, rate / 2)).toEqual({ kind: "start" });
  expect(follower.follow(4_400_000, rate / 2)).toEqual({ kind: "start" });
});

test("speed never changes by more than half a percent", () => {
  const follower = new SoundFollower(rate);
  follower.start(0);
  let most = 0;
  for (let index = 1; index < 500; index++) {
    const step = follower.follow(index * 20_000 + 39_000, index * 960);
    if (step.kind === "play") most = Math.max(most, step.stretch);
  }
  expect(most).toBe(0.005);
});
