import { FakeClock } from "@sameroom/base/testing";
import { beforeEach, expect, test } from "vitest";
import { createRemembered, type Remembered } from "./remembered.ts";

let clock: FakeClock;
let reads: string[];
let answers: (() => void)[];
let remembered: Remembered<string>;

beforeEach(() => {
  clock = new FakeClock();
  reads = [];
  answers = [];
  remembered = createRemembered(
    (key) => {
      reads.push(key);
      return new Promise((resolve, reject) =>
        answers.push(() => (key === "bad" ? reject(new Error("no")) : resolve(`${key} ${reads.length}`))),
      );
    },
    { clock, keepMs: 1000, max: 2 },
  );
});

async function read(key: string): Promise<string> {
  const value = remembered.of(key);
  for (const answer of answers.splice(0)) answer();
  return await value;
}

test("many who ask at once are one read, and so is what was read a moment ago", async () => {
  const both = [remembered.of("a"), remembered.of("a")];
  expect([await read("a"), ...(await Promise.all(both))]).toEqual(["a 1", "a 1", "a 1"]);
  clock.advance(999);
  expect(await read("a")).toBe("a 1");
  clock.advance(1);
  expect(await read("a")).toBe("a 2");
});

test("what was being read when it changed is not kept", async () => {
  const before = remembered.of("a");
  remembered.forget();
  expect(await read("a")).toBe("a 2");
  await before;
  expect(await read("a")).toBe("a 2");
  expect(reads).toHaveLength(2);
});

test("a failure is told to who asked, and tried again", async () => {
  await expect(read("bad")).rejects.toThrow("no");
  await expect(read("bad")).rejects.toThrow("no");
  expect(reads).toEqual(["bad", "bad"]);
});

test("no more keys are kept than allowed, the oldest goes", async () => {
  for (const key of ["a", "b", "c", "b", "a"]) await read(key);
  expect(reads).toEqual(["a", "b", "c", "a"]);
});
