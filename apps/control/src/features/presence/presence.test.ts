import { FakeClock } from "@sameroom/base/testing";
import { beforeEach, describe, expect, test } from "vitest";
import {
  createPresence,
  LET_IN_MS,
  LINGER_MS,
  MAX_LINGER_MS,
  NAMED_UP_TO,
  type PresenceService,
  VIEWERS_EVERY_MS,
} from "./presence.ts";
import { createPeople } from "./rules.ts";

const viewer = (participant: string, id = participant, role: "viewer" | "host" = "viewer") => ({
  ...{ id, participant, role },
  name: participant,
});

describe("people in a room", () => {
  test("somebody with two sockets and a media session counts once", () => {
    const people = createPeople();
    expect(people.attach(viewer("a", "socket:1"))).toBe(true);
    expect(people.attach(viewer("a", "socket:2"))).toBe(false);
    expect(people.attach(viewer("a", "media:1"))).toBe(false);
    expect(people.viewers).toBe(1);
    expect(people.detach("socket:1")).toBeNull();
    expect(people.detach("media:1")).toBeNull();
    expect(people.remove("a")).toBeNull();
    expect(people.detach("socket:2")).toBe("a");
    expect(people.remove("a")).toEqual({ participant: "a", name: "a", role: "viewer" });
  });

  test("the highest role counts: an owner who also watches is no viewer", () => {
    const people = createPeople();
    people.attach(viewer("owner", "1", "viewer"));
    people.attach(viewer("owner", "2", "host"));
    expect([people.viewers, people.size]).toEqual([0, 1]);
    people.detach("2");
    expect(people.viewers).toBe(1);
  });

  test("hosts are listed first", () => {
    const people = createPeople();
    people.attach(viewer("a"));
    people.attach(viewer("h", "h", "host"));
    expect(people.list(1)).toEqual([{ participant: "h", name: "h", role: "host" }]);
  });

  test("an unknown connection that ends is no news", () => {
    expect(createPeople().detach("x")).toBeNull();
  });
});

describe("presence", () => {
  let clock: FakeClock;
  let presence: PresenceService;
  let events: unknown[][];
  beforeEach(() => {
    clock = new FakeClock();
    events = [];
    presence = createPresence({
      time: clock,
      joined: (slug, who) => events.push(["joined", slug, who.participant]),
      left: (slug, who) => events.push(["left", slug, who.participant]),
      viewers: (slug, count, peak) => events.push(["viewers", slug, count, peak]),
    });
  });
  const take = () => events.splice(0);

  test("a reconnection within the linger time is no news", () => {
    presence.attach("r", viewer("a", "1"));
    take();
    presence.detach("r", "1");
    clock.advance(LINGER_MS - 1);
    presence.attach("r", viewer("a", "2"));
    clock.advance(10 * LINGER_MS);
    expect(take()).toEqual([]);
    expect(presence.viewersOf("r")).toBe(1);
  });

  test("who stays away has left, and the count follows", () => {
    presence.attach("r", viewer("a"));
    presence.detach("r", "a");
    clock.advance(LINGER_MS + VIEWERS_EVERY_MS);
    expect(take()).toEqual([
      ["joined", "r", "a"],
      ["viewers", "r", 1, 1],
      ["left", "r", "a"],
      ["viewers", "r", 0, 1],
    ]);
    clock.advance(VIEWERS_EVERY_MS);
    expect([presence.rooms, clock.pending]).toEqual([0, 0]);
  });

  test("viewers are told at most once a second, and the peak in between is not lost", () => {
    for (let index = 0; index < 20; index++) presence.attach("r", viewer(`v${index}`));
    expect(take().filter(([type]) => type === "viewers")).toEqual([["viewers", "r", 1, 1]]);
    clock.advance(VIEWERS_EVERY_MS - 1);
    expect(take()).toEqual([]);
    clock.advance(1);
    expect(take()).toEqual([["viewers", "r", 20, 20]]);
  });

  test("hosts join by name but are not viewers", () => {
    presence.attach("r", viewer("h", "h", "host"));
    expect(take()).toEqual([["joined", "r", "h"]]);
    expect([presence.viewersOf("r"), presence.peopleOf("r")]).toEqual([
      0,
      [{ participant: "h", name: "h", role: "host" }],
    ]);
    presence.detach("r", "h");
    clock.advance(LINGER_MS);
    expect([take(), presence.rooms]).toEqual([[["left", "r", "h"]], 0]);
  });

  test("in large rooms nobody is announced by name", () => {
    for (let index = 0; index < NAMED_UP_TO; index++) presence.attach("r", viewer(`v${index}`));
    take();
    presence.attach("r", viewer("one-too-many"));
    expect(take().filter(([type]) => type === "joined")).toEqual([]);
    expect(presence.peopleOf("r")).toHaveLength(NAMED_UP_TO);
  });

  test("a worker's roll call replaces its media sessions and no others", () => {
    presence.attach("r", viewer("a", "media:w1:1"));
    presence.attach("r", viewer("b", "media:w1:2"));
    presence.attach("r", viewer("c", "socket:3"));
    presence.replace("media:w1:", [{ slug: "s", connection: viewer("b", "media:w1:2") }]);
    clock.advance(LINGER_MS + 2 * LET_IN_MS);
    expect([presence.viewersOf("r"), presence.viewersOf("s")]).toEqual([1, 1]);
  });

  test("those without names count, too, by who counted them, and go when they do", () => {
    presence.attach("r", viewer("a"));
    presence.setUnnamed("r", "media:w1:", 3);
    presence.setUnnamed("r", "media:w2:", 2);
    presence.setUnnamed("empty", "media:w1:", 0);
    expect([presence.viewersOf("r"), presence.peopleOf("r").length, presence.rooms]).toEqual([6, 1, 1]);
    clock.advance(VIEWERS_EVERY_MS);
    expect(take().at(-1)).toEqual(["viewers", "r", 6, 6]);
    presence.replaceUnnamed("media:w1:", [{ slug: "s", source: "media:w1:", count: 9 }]);
    expect([presence.viewersOf("r"), presence.viewersOf("s")]).toEqual([3, 9]);
    presence.detach("r", "a");
    for (const slug of ["r", "s"])
      for (const source of ["media:w1:", "media:w2:"]) presence.setUnnamed(slug, source, 0);
    clock.advance(LINGER_MS + 2 * VIEWERS_EVERY_MS);
    expect(
      take()
        .filter(([type]) => type === "viewers")
        .slice(-2)
        .map(([, , count]) => count),
    ).toEqual([0, 0]);
    expect([presence.rooms, clock.pending]).toEqual([0, 0]);
  });

  test("a crowd that breaks off at once has the time it takes to let it in again, and no more", () => {
    const crowd = 300;
    for (let index = 0; index < crowd; index++) presence.attach("r", viewer(`v${index}`, `${index}`));
    clock.advance(VIEWERS_EVERY_MS);
    take();
    for (let index = 0; index < crowd; index++) presence.detach("r", `${index}`);
    // One after the other, each as long as it takes; the last ten stay away.
    const beganMs = clock.nowMs();
    for (let index = 0; index < crowd - 10; index++) {
      clock.advance(LET_IN_MS);
      presence.attach("r", viewer(`v${index}`, `again ${index}`));
      expect(presence.viewersOf("r")).toBe(crowd);
    }
    clock.advance(beganMs + LINGER_MS + (crowd - 1) * LET_IN_MS - clock.nowMs() - 1);
    expect(presence.viewersOf("r")).toBe(crowd);
    clock.advance(1);
    expect(presence.viewersOf("r")).toBe(crowd - 10);
    const many = MAX_LINGER_MS / LET_IN_MS;
    for (let index = 0; index < many; index++) presence.attach("s", viewer(`v${index}`, `${index}`));
    for (let index = 0; index < many; index++) presence.detach("s", `${index}`);
    clock.advance(MAX_LINGER_MS - 1);
    expect(presence.viewersOf("s")).toBe(many);
    clock.advance(1);
    expect(presence.viewersOf("s")).toBe(0);
  });

  test("after closing no timer remains", () => {
    presence.attach("r", viewer("a"));
    presence.detach("r", "a");
    presence.close();
    expect(clock.pending).toBe(0);
  });
});
