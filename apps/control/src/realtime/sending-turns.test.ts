import { beforeEach, expect, test } from "vitest";
import { createSendingTurns, type SendingTurns, WORK_MS } from "./sending-turns.ts";

let loop: (() => void)[];
let turns: SendingTurns;
let done: string[];
const goRound = () => {
  for (const action of loop.splice(0)) action();
};
const work = (name: string, tookMs: number) => () => {
  done.push(name);
  return tookMs;
};

beforeEach(() => {
  loop = [];
  done = [];
  turns = createSendingTurns((action) => loop.push(action));
});

test("small work is done at once, much of it in a few times round the event loop, in order", () => {
  for (const name of ["a", "b", "c"]) expect(turns.take(work(name, 0.1))).toBeNull();
  expect(done).toEqual(["a", "b", "c"]);
  turns.take(work("large", WORK_MS));
  for (const name of ["d", "e", "f"]) expect(turns.take(work(name, WORK_MS / 2))).not.toBeNull();
  expect(done.slice(3)).toEqual(["large"]);
  goRound();
  expect(done.slice(4)).toEqual(["d", "e"]);
  goRound();
  expect(done.slice(6)).toEqual(["f"]);
  goRound();
  expect(loop).toEqual([]);
});

test("nobody is overtaken by work that begins again and again", () => {
  const again = (name: string) => () => {
    done.push(name);
    turns.take(again(name));
    return WORK_MS;
  };
  for (const name of ["a", "b", "c"]) turns.take(again(name));
  for (let time = 0; time < 5; time++) goRound();
  // The first one came again before the others came.
  expect(done).toEqual(["a", "a", "b", "c", "a", "b"]);
});

test("work that fails holds up nobody else's", () => {
  const fail = () => {
    throw new Error("this socket is broken");
  };
  expect(() => turns.take(fail)).toThrow("broken");
  turns.take(work("a", 1));
  expect(done).toEqual(["a"]);
});

test("what is called off is not done", () => {
  turns.take(work("large", WORK_MS));
  const callOff = turns.take(work("gone", 1));
  turns.take(work("kept", 1));
  callOff?.();
  goRound();
  expect(done).toEqual(["large", "kept"]);
});
