import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KEPT_LINES } from "./chat-log.ts";
import { ChatStore } from "./chat-store.ts";
import { ada, eventOf, messageOf } from "./event.fixture.ts";

const you = { participant: "user:you", name: "You", standings: [] };
let picture: number | null;
let now: number;

beforeEach(() => {
  vi.useFakeTimers();
  picture = null;
  now = 1_010_000;
});
afterEach(() => void vi.useRealTimers());

function open() {
  const clock = { captureUnixMs: () => picture, serverUnixMs: () => now };
  const store = new ChatStore(clock, ({ actor }) => actor?.participant === you.participant);
  const shown: number[] = [];
  store.onShown(({ sequence }) => shown.push(sequence));
  const told = vi.fn();
  store.subscribe(told);
  store.take({ events: [messageOf(1)], omitted: 0, restarted: true });
  const tell = (...events: Parameters<ChatStore["take"]>[0]["events"]) =>
    store.take({ events, omitted: 0, restarted: false });
  const lines = () => store.get().lines.map(({ event }) => event.sequence);
  return { store, shown, told, tell, lines };
}

describe("a chat as it is read", () => {
  it("shows at once what was said before and, where the picture is live, what is said now", () => {
    const { tell, lines, shown, told } = open();
    tell(messageOf(2), messageOf(3));
    expect(lines()).toEqual([1, 2, 3]);
    expect(shown).toEqual([2, 3]);
    expect(told).toHaveBeenCalledTimes(2);
  });

  it("shows an event when the picture of its time is on screen, where the picture comes late", () => {
    const { tell, lines, shown } = open();
    picture = 1_001_500;
    now = 1_003_000;
    tell(messageOf(2), messageOf(3));
    expect(lines()).toEqual([1]);
    picture = 1_002_000;
    vi.advanceTimersByTime(100);
    expect(lines()).toEqual([1, 2]);
    picture = 1_003_100;
    vi.advanceTimersByTime(100);
    expect(shown).toEqual([2, 3]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("shows to oneself what one said at once, last, and then in its place once", () => {
    const { store, tell, lines, shown } = open();
    picture = 1_001_000;
    now = 1_003_500;
    tell(messageOf(2, "theirs", ada), messageOf(3, "mine", you));
    expect(store.get().early.map(({ sequence }) => sequence)).toEqual([3]);
    expect(shown).toEqual([3]);
    picture = 1_004_000;
    vi.advanceTimersByTime(100);
    expect(store.get().early).toEqual([]);
    expect([lines(), shown]).toEqual([
      [1, 2, 3],
      [3, 2],
    ]);
  });

  it("does not wait for a picture that is long past: who went back in the show reads the chat as it is", () => {
    const { tell, lines } = open();
    picture = now - 600_000;
    tell(messageOf(2));
    expect(lines()).toEqual([1, 2]);
  });

  it("does not wait for a picture that is gone", () => {
    const { tell, lines } = open();
    picture = 1_001_000;
    now = 1_002_500;
    tell(messageOf(2));
    picture = null;
    vi.advanceTimersByTime(100);
    expect(lines()).toEqual([1, 2]);
  });

  it("lets a storm flow: what comes together is shown in some steps, in order, none left out", () => {
    const { store, shown, lines } = open();
    const events = Array.from({ length: 50 }, (_, index) => messageOf(index + 2));
    store.take({ events, omitted: 7, restarted: false });
    const seen = [lines().length];
    while (vi.getTimerCount() > 0) {
      vi.advanceTimersByTime(50);
      seen.push(lines().length);
      expect(store.get().omitted).toBe(7);
    }
    expect(seen).toEqual([14, 26, 38, 50, 51]);
    expect(shown).toEqual(events.map(({ sequence }) => sequence));
  });

  it("keeps up with a storm that does not end, also where timers are slow", () => {
    const { tell, lines } = open();
    for (let second = 0; second < 10; second += 1) {
      for (let tick = 0; tick < 4; tick += 1)
        tell(...Array.from({ length: 100 }, (_, index) => messageOf(2 + second * 400 + tick * 100 + index)));
      // A page in the background.
      vi.advanceTimersByTime(1000);
    }
    expect(lines().at(-1)).toBeGreaterThan(4001 - 300);
    vi.advanceTimersByTime(1000);
    expect(lines().at(-1)).toBe(4001);
  });

  it("forgets what has not been shown when the log begins anew", () => {
    const { store, tell, lines } = open();
    tell(...Array.from({ length: 50 }, (_, index) => messageOf(index + 2)));
    store.take({ events: [messageOf(70)], omitted: 0, restarted: true });
    vi.advanceTimersByTime(1000);
    expect(lines()).toEqual([70]);
  });

  it("begins anew when the log does", () => {
    const { store, lines } = open();
    store.take({ events: [messageOf(7)], omitted: 0, restarted: true });
    expect(lines()).toEqual([7]);
  });

  it("keeps more lines while somebody reads further up", () => {
    const { store, tell, lines } = open();
    store.setReading(true);
    tell(...Array.from({ length: KEPT_LINES + 500 }, (_, index) => messageOf(index + 2)));
    expect(lines()).toHaveLength(KEPT_LINES + 501);
    store.setReading(false);
    expect(lines()).toHaveLength(KEPT_LINES);
    expect(store.get().complete).toBe(false);
  });

  it("says that messages were left out only as long as they are", () => {
    const { store, tell } = open();
    store.take({ events: [messageOf(2)], omitted: 40, restarted: false });
    expect(store.get().omitted).toBe(40);
    tell(eventOf(50, { type: "reactions", counts: { "🔥": 1 } }, null));
    expect(store.get().omitted).toBe(0);
  });

  it("holds nothing once closed", () => {
    const { store, tell, told } = open();
    picture = 1_000_000;
    now = 1_002_500;
    tell(messageOf(2));
    store.close();
    told.mockClear();
    vi.advanceTimersByTime(10_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(told).not.toHaveBeenCalled();
  });
});
