import { expect, test } from "vitest";
import { createGroupCommit } from "./group-commit.ts";

test("what comes while a batch is committed goes into the next one, in order, each with its own answer", async () => {
  const batches: (readonly number[])[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const commit = createGroupCommit<number, string>(async (jobs) => {
    batches.push(jobs);
    if (batches.length === 1) await held;
    return jobs.map((job) => `answer ${job}`);
  }, 3);
  const answers = [1, 2, 3, 4, 5].map(commit);
  release();
  expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5].map((job) => `answer ${job}`));
  expect(batches).toEqual([[1], [2, 3, 4], [5]]);
});

test("a batch that fails fails for its own jobs only", async () => {
  const commit = createGroupCommit<number, number>(async (jobs) => {
    if (jobs.includes(2)) throw new Error("no");
    return jobs;
  }, 1);
  const [one, two, three] = await Promise.allSettled([1, 2, 3].map(commit));
  expect([one, three]).toMatchObject([{ value: 1 }, { value: 3 }]);
  expect(two?.status).toBe("rejected");
  expect(await commit(4)).toBe(4);
});
