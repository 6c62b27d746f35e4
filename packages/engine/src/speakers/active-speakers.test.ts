import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { ActiveSpeakers } from "./active-speakers.ts";

const PACKET_MS = 20;
const POLL_MS = 100;

/** A room in which everybody sends a packet every 20 ms; levels in -dBov, noisy by 6 dB. */
class Conversation {
  readonly speakers = new ActiveSpeakers();
  readonly #random: SeededRandom;
  readonly #people: readonly string[];
  nowMs = 0;
  changes = 0;

  constructor(people: readonly string[], seed = 1) {
    this.#people = people;
    this.#random = new SeededRandom(seed);
  }

  /** `levels`: who speaks how loudly; the others' rooms hum at 70. */
  run(ms: number, levels: Readonly<Record<string, number>>): this {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; this.nowMs += PACKET_MS) {
      for (const person of this.#people) {
        const level = (levels[person] ?? 70) + this.#random.integer(-6, 6);
        this.speakers.level(person, this.nowMs, Math.min(127, Math.max(0, level)));
      }
      if (this.nowMs % POLL_MS === 0 && this.speakers.poll(this.nowMs)) this.changes++;
    }
    return this;
  }

  get dominant(): string | null {
    return this.speakers.dominant(this.nowMs);
  }
}

describe("active speakers", () => {
  it("notices who speaks within half a second, wherever they stand", () => {
    const room = new Conversation(["ada", "ben", "cyd", "dan"]).run(1000, {});
    for (const person of ["dan", "ben", "cyd", "ada", "dan"]) {
      room.run(1500, {}).run(600, { [person]: 25 });
      expect(room.dominant).toBe(person);
      expect(room.speakers.ranking[0]).toBe(person);
    }
  });

  it("says nobody in silence, in noise, and in an empty room", () => {
    const room = new Conversation(["ada", "ben"]).run(3000, {});
    expect(room.dominant).toBeNull();
    expect(room.changes).toBe(0);
    room.run(1000, { ben: 20 }).run(1000, {});
    expect(room.dominant).toBeNull();
    expect(new ActiveSpeakers().dominant(0)).toBeNull();
    expect(new ActiveSpeakers().poll(0)).toBe(false);
  });

  it("forgets a voice whose packets stop", () => {
    const room = new Conversation(["ada"]).run(1000, { ada: 20 });
    expect(room.speakers.dominant(room.nowMs)).toBe("ada");
    expect(room.speakers.dominant(room.nowMs + 2000)).toBeNull();
  });

  it("does not change the order for a cough, a short word, or the pauses of speech", () => {
    const room = new Conversation(["ada", "ben"]).run(2000, { ada: 30 });
    for (let word = 0; word < 20; word++) {
      room.run(200, { ada: 30 }).run(100, {});
      if (word % 5 === 0) room.run(60, { ada: 30, ben: 20 });
      expect(room.speakers.ranking).toEqual(["ada", "ben"]);
    }
    expect(room.changes).toBe(0);
  });

  it("keeps the order of two who are about as loud", () => {
    for (let seed = 0; seed < 10; seed++) {
      const room = new Conversation(["ada", "ben", "cyd"], seed).run(20_000, { ada: 30, ben: 28, cyd: 31 });
      expect(room.changes).toBe(0);
    }
  });

  it("ranks the loudest of a large room first", () => {
    const people = Array.from({ length: 30 }, (_, index) => `p${index}`);
    const room = new Conversation(people).run(6000, { p29: 10, p15: 22, p7: 35 });
    expect(room.speakers.ranking.slice(0, 3)).toEqual(["p29", "p15", "p7"]);
    expect([...room.speakers.ranking].sort()).toEqual([...people].sort());
  });

  it("asks whoever was overtaken to be louder for the whole time again", () => {
    const speakers = new ActiveSpeakers();
    const step = (nowMs: number, ada: number, ben: number) => {
      for (let packet = 0; packet < 10; packet++) {
        speakers.level("ada", nowMs, ada);
        speakers.level("ben", nowMs, ben);
      }
      speakers.poll(nowMs);
      return speakers.ranking[0];
    };
    step(0, 127, 127);
    for (const nowMs of [10_000, 10_100, 10_200, 10_300]) step(nowMs, 127, 30);
    expect(speakers.ranking[0]).toBe("ben");
    for (const nowMs of [20_000, 20_100, 20_200, 20_300]) step(nowMs, 30, 127);
    expect(speakers.ranking[0]).toBe("ada");
    expect(step(20_400, 127, 0)).toBe("ada");
    expect([20_500, 20_600].map((nowMs) => step(nowMs, 127, 0))).toEqual(["ada", "ada"]);
    expect(step(20_700, 127, 0)).toBe("ben");
  });

  it("forgets who leaves", () => {
    const room = new Conversation(["ada", "ben"]).run(1000, { ada: 20 });
    room.speakers.remove("ada");
    room.speakers.remove("nobody");
    expect(room.speakers.ranking).toEqual(["ben"]);
    expect(room.dominant).toBeNull();
  });

  it("follows conversations with turns of speech, and changes no more often than people do", () => {
    const people = ["ada", "ben", "cyd", "dan"];
    for (let seed = 0; seed < 20; seed++) {
      const random = new SeededRandom(seed);
      const room = new Conversation(people, seed + 100);
      let turns = 0;
      let speaker = "";
      for (let turn = 0; turn < 15; turn++) {
        const next = random.pick(people);
        if (next !== speaker) turns++;
        speaker = next;
        room.run(300, {}).run(random.integer(1500, 4000), { [speaker]: random.integer(15, 35) });
        expect(room.dominant).toBe(speaker);
      }
      // The others' order may change once for each turn, too.
      expect(room.changes).toBeLessThanOrEqual(2 * turns);
    }
  });
});
