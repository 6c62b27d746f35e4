import { silentLog } from "@sameroom/base";
import { FakeClock, SeededRandom } from "@sameroom/base/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ChildPool } from "./child-pool.ts";
import { transcoderProgram } from "./transcoder-program.ts";

const LINGER_MS = 10_000;

let clock: FakeClock;
let pool: ChildPool;
beforeEach(() => {
  clock = new FakeClock();
  pool = new ChildPool({
    ...{ name: "test", program: transcoderProgram, jobsPerChild: 2, niceness: 0, maxRssBytes: 1e9 },
    ...{ clock, timers: clock, random: new SeededRandom(1), log: silentLog },
  });
});
afterEach(() => pool.close());

const takeSeat = () => pool.takeSeat({ alone: false, onMessage: () => {}, onGone: () => {} });

describe("a pool of children that expects jobs", () => {
  test("has a process ready, which the first job takes", () => {
    expect(pool.pids).toEqual([]);
    const release = pool.expect();
    const ready = pool.pids;
    expect([ready.length, pool.jobs]).toEqual([1, 0]);
    takeSeat();
    expect([pool.pids, pool.jobs]).toEqual([ready, 1]);
    release();
  });

  test("keeps it for as long as a job may come, and a while longer", () => {
    const release = pool.expect();
    clock.advance(10 * LINGER_MS);
    expect(pool.pids).toHaveLength(1);
    release();
    release();
    clock.advance(LINGER_MS - 1);
    expect(pool.pids).toHaveLength(1);
    clock.advance(1);
    expect(pool.pids).toEqual([]);
  });

  test("has no second one while the jobs it expects are there", () => {
    const releases = [pool.expect(), pool.expect()];
    const seats = [takeSeat(), takeSeat()];
    expect([pool.pids.length, pool.jobs]).toEqual([1, 2]);
    pool.expect();
    expect(pool.pids).toHaveLength(2);
    for (const { leave } of seats) leave();
    for (const release of releases) release();
    expect(pool.jobs).toBe(0);
  });
});
