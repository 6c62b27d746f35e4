import { FakeClock } from "@sameroom/base/testing";
import type { Battle, EventFrame } from "@sameroom/contract";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { RoomNews, TickFrames, Turn } from "./room-news.ts";
import { createRounds, MAX_BEHIND_MS, type Rounds, TICK_MS } from "./rounds.ts";
import { createSendingTurns, WORK_MS } from "./sending-turns.ts";

const NOBODY = new Map<string, EventFrame>();
/** Events are known by their numbers here. */
const frame = (last: number, events: number[] = [last], omitted = 0): EventFrame => ({
  ...{ last, omitted },
  events: events.map((sequence) => ({ sequence })) as unknown as EventFrame["events"],
});
const log = (frames: TickFrames): RoomNews => ({ type: "log", frames });
const tick = (last: number) => log({ everybody: frame(last), staff: frame(last), personal: NOBODY });
const viewers = (count: number): RoomNews => ({ type: "viewers", count });
const reactions = (counts: Record<string, number>): RoomNews => ({ type: "reactions", counts });
const NOTHING: Turn = { frame: null, viewers: null, reactions: null, battles: [] };
const numbers = (turns: readonly Turn[]) =>
  turns.map((turn) => (turn.frame?.events ?? []).map(({ sequence }) => sequence));

let clock: FakeClock;
let encoded: number;
/** What one write costs, ms. */
let costMs: number;

class Person {
  readonly got: Turn[] = [];
  ready = true;
  dropped = false;
  readonly name: string;
  readonly staff: boolean;

  constructor(name: string, staff = false) {
    this.name = name;
    this.staff = staff;
  }
}

function open(turns = createSendingTurns((action) => clock.after(0, action))): Rounds<Person> {
  const rounds: Rounds<Person> = createRounds<Person, Turn>({
    ...{ turns, participantOf: ({ name }) => name, isStaff: ({ staff }) => staff },
    time: clock,
    isReady: ({ ready }) => ready,
    encode(one) {
      encoded += 1;
      return one;
    },
    send(person, one) {
      person.got.push(one);
      spentMs += costMs;
    },
    drop(person) {
      person.dropped = true;
      rounds.remove(person);
    },
  });
  return rounds;
}
let spentMs: number;

beforeEach(() => {
  clock = new FakeClock();
  encoded = 0;
  costMs = 0;
  spentMs = 0;
  // A write takes time although nothing else happens meanwhile.
  const nowMs = clock.nowMs.bind(clock);
  clock.nowMs = () => nowMs() + spentMs;
});

function fill(rounds: Rounds<Person>, count: number): Person[] {
  const people = Array.from({ length: count }, (_, index) => new Person(`p${index}`));
  for (const person of people) rounds.add(person);
  return people;
}

test("a small room hears the first at once and what comes within a tick in one frame, made once for all", () => {
  const rounds = open();
  const people = fill(rounds, 100);
  rounds.push(tick(1));
  for (const { got } of people) expect(numbers(got)).toEqual([[1]]);
  rounds.push(tick(2));
  clock.advance(TICK_MS / 2);
  rounds.push(tick(3));
  for (const { got } of people) expect(numbers(got)).toEqual([[1]]);
  clock.advance(TICK_MS / 2);
  for (const { got } of people) expect(numbers(got)).toEqual([[1], [2, 3]]);
  expect([encoded, clock.pending]).toEqual([2, 0]);
});

test("staff and those a message concerns get their own frame, others what is for everybody", () => {
  const rounds = open();
  const [staff, author, other] = [new Person("s", true), new Person("a"), new Person("o")];
  for (const person of [staff, author, other]) rounds.add(person);
  const personal = new Map([
    ["a", frame(3, [2, 3])],
    ["s", frame(3, [3])],
  ]);
  rounds.push(log({ everybody: frame(3, [3], 2), staff: frame(3, [1, 2, 3]), personal }));
  expect([staff, author, other].map(({ got }) => numbers(got)[0])).toEqual([[1, 2, 3], [2, 3], [3]]);
  clock.advance(TICK_MS);
  rounds.push(log({ everybody: null, staff: frame(4), personal: NOBODY }));
  expect([staff, author, other].map(({ got }) => got.length)).toEqual([2, 1, 1]);
});

test("viewers, reactions and battles go with what was said: what is newest, and reactions added up", () => {
  const battle = (id: string, revision: number) => ({ id, revision }) as Battle;
  const rounds = open();
  const [person] = fill(rounds, 1) as [Person];
  const staff = new Person("s", true);
  rounds.add(staff);
  rounds.push(viewers(1));
  for (const { got } of [person, staff]) expect(got).toEqual([{ ...NOTHING, viewers: 1 }]);
  rounds.push(viewers(2));
  for (const [id, revision] of [["first", 1] as const, ["first", 2] as const, ["second", 1] as const])
    rounds.push({ type: "battle", battle: battle(id, revision) });
  rounds.push(reactions({ "🔥": 1, "👏": 2 }));
  rounds.push(tick(1));
  rounds.push(reactions({ "🔥": 3 }));
  rounds.push(viewers(3));
  const personal = new Map([[person.name, frame(3, [2])]]);
  rounds.push(log({ everybody: frame(3, [3], 1), staff: frame(3, [2, 3]), personal }));
  clock.advance(TICK_MS);
  const battles = [battle("first", 2), battle("second", 1)];
  const rest = { viewers: 3, reactions: { "🔥": 4, "👏": 2 }, battles };
  expect(person.got.slice(1)).toEqual([{ frame: frame(3, [1, 2]), ...rest }]);
  expect(staff.got.slice(1)).toEqual([{ frame: frame(3, [1, 2, 3]), ...rest }]);
  clock.advance(TICK_MS);
  expect([person.got.length, clock.pending]).toEqual([2, 0]);
});

test("news of the log that are not for somebody wake nobody, and keep nothing back that is", () => {
  const rounds = open();
  const [person] = fill(rounds, 1) as [Person];
  const forStaff = (last: number) => log({ everybody: null, staff: frame(last), personal: NOBODY });
  rounds.push(forStaff(1));
  expect(person.got).toEqual([]);
  rounds.push(forStaff(2));
  rounds.push(viewers(4));
  clock.advance(TICK_MS);
  expect(person.got).toEqual([{ ...NOTHING, viewers: 4 }]);
});

test("who came after a tick does not get it", () => {
  const rounds = open();
  fill(rounds, 1);
  rounds.push(tick(1));
  const [late] = fill(rounds, 1);
  rounds.push(tick(2));
  clock.advance(TICK_MS);
  expect(numbers(late!.got)).toEqual([[2]]);
});

describe("a room too large for one tick", () => {
  test("is served in turns, and whoever's turn is still to come gets what was pushed meanwhile with it", () => {
    costMs = 1;
    const rounds = open();
    const people = fill(rounds, 2 * TICK_MS);
    rounds.push(tick(1));
    const served = () => people.filter(({ got }) => got.length > 0).length;
    expect(served()).toBeGreaterThan(0);
    expect(served()).toBeLessThan(people.length / 2);
    rounds.push(tick(2));
    const before = served();
    clock.advance(TICK_MS / 4);
    const next = people.slice(before, served());
    expect(next.length).toBeGreaterThan(0);
    for (const { got } of next) expect(numbers(got)).toEqual([[1, 2]]);
    clock.advance(10 * TICK_MS);
    for (const { got } of people) expect(numbers(got).flat()).toEqual([1, 2]);
    expect(Math.max(...people.map(({ got }) => got.length))).toBe(2);
    expect(Math.min(...people.map(({ got }) => got.length))).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test("is told of viewers once, with the newest number there is at a socket's turn", () => {
    costMs = 1;
    const rounds = open();
    const people = fill(rounds, 2 * TICK_MS);
    for (let count = 1; count <= 20; count++) {
      rounds.push(viewers(count));
      rounds.push(reactions({ "🔥": 1 }));
      clock.advance(TICK_MS / 50);
    }
    clock.advance(10 * TICK_MS);
    for (const { got } of people) {
      const counts = got.flatMap((turn) => turn.viewers ?? []);
      expect(counts).toEqual([...new Set(counts)].sort((one, other) => one - other));
      expect(counts.at(-1)).toBe(20);
      expect(counts.length).toBeLessThan(5);
      expect(got.reduce((sum, turn) => sum + (turn.reactions?.["🔥"] ?? 0), 0)).toBe(20);
    }
  });

  test("is gone round without a break while something is told", () => {
    costMs = 1;
    const rounds = open();
    const people = fill(rounds, 2 * TICK_MS);
    rounds.push(tick(1));
    for (let last = 2; last <= 40; last++) {
      clock.advance(TICK_MS / 5);
      rounds.push(tick(last));
    }
    const busyMs = spentMs;
    expect(busyMs / clock.nowMs()).toBeGreaterThan(0.7);
    const counts = people.map(({ got }) => got.length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  test("leaves time to others, also when there are several such rooms", () => {
    costMs = 1;
    const turns = createSendingTurns((action) => clock.after(0, action));
    const rooms = [open(turns), open(turns)];
    const crowds = rooms.map((room) => fill(room, 60));
    for (const room of rooms) room.push(tick(1));
    expect(crowds[1]!.every(({ got }) => got.length === 0)).toBe(true);
    clock.advance(60 * WORK_MS);
    for (const { got } of crowds.flat()) expect(numbers(got)).toEqual([[1]]);
  });

  test("whatever comes, leaves or does not read: everybody gets everything of their time once, in order", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.record({ do: fc.constantFrom("come" as const, "push" as const), at: fc.nat(9) }),
            fc.record({ do: fc.constantFrom("leave" as const, "stop" as const), at: fc.nat(9) }),
            fc.record({ do: fc.constantFrom("read" as const, "wait" as const), at: fc.nat(9) }),
          ),
          { maxLength: 60 },
        ),
        (steps) => {
          clock = new FakeClock();
          const rounds = open();
          const here = new Map<Person, number>();
          let last = 0;
          for (const step of steps) {
            const person = [...here.keys()][step.at];
            if (step.do === "come") here.set(fill(rounds, 1)[0]!, last);
            else if (step.do === "push") rounds.push(tick(++last));
            else if (step.do === "wait") clock.advance(TICK_MS);
            else if (person !== undefined && step.do === "leave") {
              rounds.remove(person);
              here.delete(person);
            } else if (person !== undefined) person.ready = step.do === "read";
          }
          for (const person of here.keys()) person.ready = true;
          clock.advance(10 * TICK_MS);
          for (const [{ got }, since] of here)
            expect(numbers(got).flat()).toEqual(
              Array.from({ length: last - since }, (_, index) => since + 1 + index),
            );
          expect(clock.pending).toBe(0);
        },
      ),
      { seed: 6, numRuns: 300 },
    );
  });
});

test("who does not read gets nothing until they do, holds up nobody, and is let go in the end", () => {
  const rounds = open();
  const [slow, other] = fill(rounds, 2) as [Person, Person];
  slow.ready = false;
  for (let last = 1; last <= 3; last++) rounds.push(tick(last));
  clock.advance(TICK_MS);
  expect([numbers(slow.got), numbers(other.got)]).toEqual([[], [[1], [2, 3]]]);
  slow.ready = true;
  clock.advance(TICK_MS);
  expect(numbers(slow.got)).toEqual([[1, 2, 3]]);
  slow.ready = false;
  for (let last = 4; slow.dropped === false && last < 1000; last++) {
    rounds.push(tick(last));
    clock.advance(TICK_MS);
  }
  expect(clock.nowMs()).toBeGreaterThan(MAX_BEHIND_MS);
  expect([slow.dropped, other.dropped, rounds.size]).toEqual([true, false, 1]);
});

test("whoever was passed over for a moment is not let go for the time that the process slept", () => {
  const rounds = open();
  const [busy] = fill(rounds, 1) as [Person];
  busy.ready = false;
  rounds.push(tick(1));
  clock.advance(TICK_MS);
  // Nothing runs meanwhile.
  spentMs += 2 * MAX_BEHIND_MS;
  busy.ready = true;
  clock.advance(TICK_MS);
  expect([busy.dropped, numbers(busy.got)]).toEqual([false, [[1]]]);
});

test("closing leaves no timer behind", () => {
  const rounds = open();
  fill(rounds, 1)[0]!.ready = false;
  rounds.push(tick(1));
  clock.advance(1);
  expect(clock.pending).toBe(1);
  rounds.close();
  expect(clock.pending).toBe(0);
});
