import { FakeClock, SeededRandom } from "@sameroom/base/testing";
import { expect, test } from "vitest";
import { createPresence, LET_IN_MS, LINGER_MS } from "../features/presence/presence.ts";
import type { PresenceNews } from "../realtime/presence-news.ts";
import { ALL_EVERY_MS, createSharedPresence, FORGET_AFTER_MS } from "./shared-presence.ts";

const guest = (id: string, participant = id) => ({
  ...{ id, participant: `guest:${participant}`, name: participant, role: "viewer" as const },
});

/** Processes that hear of each other as long as `wire.up`. */
function open(count: number) {
  const clock = new FakeClock();
  const wire = { up: true };
  const processes = Array.from({ length: count }, () => {
    const presence = createPresence({ time: clock, joined() {}, left() {}, viewers() {} });
    const tell = (news: PresenceNews) => {
      for (const other of wire.up ? processes : []) if (other.presence !== presence) other.shared.take(news);
    };
    return { presence, shared: createSharedPresence(presence, { time: clock, tell }) };
  });
  const counts = () => processes.map(({ presence }) => presence.viewersOf("a"));
  return { clock, wire, processes, counts };
}

test("whoever comes to one process is here for all, and counts once", () => {
  const { clock, processes, counts } = open(3);
  const [one, two] = processes as [(typeof processes)[0], (typeof processes)[0]];
  one.shared.local.attach("a", guest("s1", "ann"));
  two.shared.local.attach("a", guest("s1", "bo"));
  two.shared.local.attach("a", guest("s2", "ann"));
  expect(counts()).toEqual([2, 2, 2]);
  one.shared.local.detach("a", "s1");
  clock.advance(ALL_EVERY_MS);
  expect(counts()).toEqual([2, 2, 2]);
  two.shared.local.replace("s", [{ slug: "a", connection: guest("s1", "bo") }]);
  clock.advance(ALL_EVERY_MS);
  expect(counts()).toEqual([1, 1, 1]);
});

test("players without names are here for all, say who counts them, and are gone with the process that tells", () => {
  const { clock, wire, processes, counts } = open(2);
  const [one, two] = processes as [(typeof processes)[0], (typeof processes)[0]];
  // A worker is linked with one process at a time, and maybe with another one a moment later.
  one.shared.local.setUnnamed("a", "media:w1:", 3);
  two.shared.local.setUnnamed("a", "media:w2:", 4);
  expect(counts()).toEqual([7, 7]);
  wire.up = false;
  one.shared.local.setUnnamed("a", "media:w1:", 5);
  one.shared.local.setUnnamed("b", "media:w1:", 1);
  expect(counts()).toEqual([9, 7]);
  wire.up = true;
  clock.advance(ALL_EVERY_MS);
  expect([...counts(), two.presence.viewersOf("b")]).toEqual([9, 9, 1]);
  one.shared.local.replaceUnnamed("media:w1:", [{ slug: "a", source: "media:w1:", count: 2 }]);
  expect([...counts(), two.presence.viewersOf("b")]).toEqual([6, 6, 0]);
  one.shared.close();
  expect(two.presence.viewersOf("a")).toBe(4);
});

test("news that were lost are made up for; a process that is silent has nobody", () => {
  const { clock, wire, processes, counts } = open(2);
  const [one, two] = processes as [(typeof processes)[0], (typeof processes)[0]];
  one.shared.local.attach("a", guest("s1"));
  wire.up = false;
  one.shared.local.attach("a", guest("s2"));
  expect(counts()).toEqual([2, 1]);
  wire.up = true;
  clock.advance(ALL_EVERY_MS);
  expect(counts()).toEqual([2, 2]);
  wire.up = false;
  clock.advance(FORGET_AFTER_MS + ALL_EVERY_MS);
  expect(counts()).toEqual([2, 0]);
  wire.up = true;
  clock.advance(ALL_EVERY_MS);
  expect(counts()).toEqual([2, 2]);
  one.shared.close();
  clock.advance(ALL_EVERY_MS);
  expect(two.presence.viewersOf("a")).toBe(0);
});

test("a storm of reconnections, from process to process, with media going on or not, is no news: nobody is counted twice or missed", () => {
  const { clock, processes, counts } = open(3);
  const random = new SeededRandom(6);
  const people = Array.from({ length: 200 }, (_, index) => ({ at: index % 3, name: `p${index}`, tries: 0 }));
  const socket = ({ name, tries }: (typeof people)[number]) => guest(`socket:${name}:${tries}`, name);
  for (const person of people) {
    processes[person.at]!.shared.local.attach("a", socket(person));
    // Every other one watches over WebRTC besides, and media tells one process of it.
    if (person.at !== 0) processes[0]!.shared.local.attach("a", guest(`media:w:${person.name}`, person.name));
  }
  const seen = new Set<number>();
  for (let storm = 0; storm < 5; storm++) {
    for (const person of people) processes[person.at]!.shared.local.detach("a", socket(person).id);
    // All of them are back before anybody takes them for gone, wherever they come to.
    for (const person of people) {
      clock.advance(random.next() * 1.8 * LET_IN_MS);
      person.at = Math.floor(random.next() * 3);
      person.tries += 1;
      processes[person.at]!.shared.local.attach("a", socket(person));
      for (const count of counts()) seen.add(count);
    }
    clock.advance(ALL_EVERY_MS);
    for (const count of counts()) seen.add(count);
  }
  expect([...seen]).toEqual([200]);
  for (const person of people) processes[person.at]!.shared.local.detach("a", socket(person).id);
  clock.advance(LINGER_MS + people.length * LET_IN_MS);
  // Who has media is still here.
  expect(counts()).toEqual(Array(3).fill(people.filter((_, index) => index % 3 !== 0).length));
});
