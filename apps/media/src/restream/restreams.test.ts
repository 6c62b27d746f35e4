import { silentLog } from "@sameroom/base";
import { FakeClock, SeededRandom } from "@sameroom/base/testing";
import type { RestreamOrder, RestreamStatus } from "@sameroom/contract";
import { beforeEach, describe, expect, it } from "vitest";
import type { FromSender, TargetUnit, ToSender } from "./messages.ts";
import { Restreams } from "./restreams.ts";
import type { SenderEvents } from "./sender.ts";
import { AAC, H264, TestShow } from "./show.fixture.ts";

/** The far end of what a restream tells its process. */
class Line {
  readonly heard: ToSender[] = [];
  ended = false;
  /** Says that each unit is on its way as soon as it comes. */
  isFast = true;

  readonly events: SenderEvents;

  constructor(events: SenderEvents) {
    this.events = events;
  }

  say(message: FromSender): void {
    this.events.onMessage(message);
  }

  get opening() {
    const [first] = this.heard;
    if (first?.type !== "open") throw new Error("not opened first");
    return first.opening;
  }

  get units(): TargetUnit[] {
    return this.heard.flatMap((message) => (message.type === "unit" ? message.unit : []));
  }
}

let clock: FakeClock;
let show: TestShow;
let lines: Line[];
let told: RestreamStatus[][];
let restreams: Restreams;

beforeEach(() => {
  clock = new FakeClock();
  show = new TestShow(clock);
  lines = [];
  told = [];
  restreams = new Restreams({
    ...{ programs: show.programs, allowPrivate: false, clock, random: new SeededRandom(7), log: silentLog },
    openSender(events) {
      const line = new Line(events);
      lines.push(line);
      return {
        send(message) {
          line.heard.push(message);
          if (message.type === "unit" && line.isFast) line.say({ type: "done", sequence: message.sequence });
        },
        end() {
          line.ended = true;
        },
      };
    },
  });
  restreams.on("state", (_, targets) => told.push(targets));
});

function order(number: number, url = "rtmp://live.example/app"): RestreamOrder {
  return { id: `00000000-0000-7000-8000-00000000000${number}`, url, key: `key-${number}`, passphrase: null };
}
const run = (ms: number) => show.run(ms, () => restreams.tick());
const status = () => restreams.statusesOf(show.room)[0]!;

describe("a show that is sent on", () => {
  it("reaches its target from a keyframe on, as it is, and is live when the target says so", () => {
    restreams.set(show.room, [order(1)]);
    expect(status().state).toBe("off");
    show.begin();
    expect(status().state).toBe("connecting");
    run(1000);
    expect(lines).toHaveLength(1);
    expect(lines[0]!.opening).toMatchObject({
      order: order(1),
      video: H264,
      audio: AAC,
      allowPrivate: false,
    });
    expect(lines[0]!.units[0]).toMatchObject({ kind: "video", keyframe: true, dtsMicros: 0 });
    expect(lines[0]!.units.filter(({ kind }) => kind === "audio").length).toBeGreaterThan(20);
    lines[0]!.say({ type: "opened" });
    expect(told.at(-1)).toMatchObject([{ state: "live", attempt: 0 }]);
    lines[0]!.say({ type: "sent", bytes: 0 });
    run(1000);
    lines[0]!.say({ type: "sent", bytes: 250_000 });
    expect(status().bitrate).toBe(2_000_000);
    lines[0]!.say({ type: "failed", reason: "lost", detail: null });
    expect(restreams.counts).toEqual({
      states: { connecting: 0, live: 0, retrying: 1 },
      failures: new Map([["lost", 1]]),
      sentBytes: 250_000,
    });
  });

  it("begins at once when a target is added on air, and ends with the show", () => {
    show.begin();
    run(2000);
    restreams.set(show.room, [order(1)]);
    run(2000);
    expect(lines).toHaveLength(1);
    show.end();
    expect(lines[0]!.ended).toBe(true);
    expect(told.at(-1)).toMatchObject([{ state: "off" }]);
    run(5000);
    expect(lines).toHaveLength(1);
  });

  it("is not disturbed where an order says the same, and ends where a target is switched off", () => {
    show.begin();
    restreams.set(show.room, [order(1), order(2)]);
    run(1000);
    restreams.set(show.room, [{ ...order(1) }, { ...order(2), key: "another" }]);
    run(1000);
    expect(lines.map(({ ended }) => ended)).toEqual([false, true, false]);
    expect(lines[2]!.opening.order.key).toBe("another");
    restreams.set(show.room, []);
    expect(lines.every(({ ended }) => ended)).toBe(true);
    expect(restreams.running).toBe(0);
  });

  it("has sound alone where there is nothing else, and begins anew when pictures come", () => {
    show.video = undefined;
    show.begin();
    restreams.set(show.room, [order(1)]);
    run(6000);
    expect(lines[0]!.opening).toMatchObject({ video: undefined, audio: AAC });
    lines[0]!.say({ type: "opened" });
    show.video = H264;
    run(3000);
    expect(lines[0]!.ended).toBe(true);
    expect(lines[1]!.opening).toMatchObject({ video: H264, audio: AAC });
  });

  it("waits for the host who is away, and goes on over the same connection", () => {
    show.begin();
    restreams.set(show.room, [order(1)]);
    run(1000);
    lines[0]!.say({ type: "opened" });
    for (let second = 0; second < 20; second++) {
      clock.advance(1000);
      restreams.tick();
    }
    const before = lines[0]!.units.length;
    run(2000);
    expect(lines).toHaveLength(1);
    expect(lines[0]!.units.length).toBeGreaterThan(before);
    expect(status().state).toBe("live");
  });
});

describe("a target that fails", () => {
  it("is tried again, later and later, with the reason said", () => {
    show.begin();
    restreams.set(show.room, [order(1)]);
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt++) {
      for (let waited = 0; lines.length < attempt && waited < 100; waited++) run(1000);
      const line = lines[attempt - 1]!;
      line.say({ type: "failed", reason: "refused", detail: "Stream not found" });
      expect(line.ended).toBe(true);
      expect(status()).toMatchObject({
        state: "retrying",
        reason: "refused",
        detail: "Stream not found",
        attempt,
      });
      pauses.push(status().retryAtUnixMs! - clock.unixMs());
    }
    for (const pauseMs of pauses) expect(pauseMs).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...pauses.slice(3))).toBeGreaterThan(4000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000);
  });

  it("counts from the beginning again after half a minute on air", () => {
    show.begin();
    restreams.set(show.room, [order(1)]);
    run(1000);
    lines[0]!.say({ type: "failed", reason: "unreachable", detail: null });
    for (let waited = 0; lines.length < 2 && waited < 100; waited++) run(1000);
    lines[1]!.say({ type: "opened" });
    expect(status()).toMatchObject({ state: "live", attempt: 1, reason: null });
    run(31_000);
    expect(status().attempt).toBe(0);
  });

  it("that is too slow loses pictures up to a keyframe, and what it is sent stays bounded", () => {
    show.begin();
    restreams.set(show.room, [order(1)]);
    run(1000);
    const [line] = lines as [Line];
    line.say({ type: "opened" });
    line.isFast = false;
    run(9000);
    expect(status()).toMatchObject({ state: "live", reason: "too-slow" });
    const stuck = line.units.length;
    expect(stuck).toBeLessThan(280);
    line.isFast = true;
    line.say({ type: "done", sequence: Number.MAX_SAFE_INTEGER });
    run(3000);
    expect(line.units[stuck]).toMatchObject({ kind: "video", keyframe: true });
    run(31_000);
    expect(status().reason).toBeNull();
  });

  it("that takes nothing at all is left and tried again", () => {
    show.begin();
    restreams.set(show.room, [order(1)]);
    run(1000);
    lines[0]!.say({ type: "opened" });
    lines[0]!.isFast = false;
    run(16_000);
    expect(lines[0]!.ended).toBe(true);
    expect(status()).toMatchObject({ state: "retrying", reason: "lost" });
  });

  it("that never answers is given up after twenty seconds", () => {
    show.begin();
    restreams.set(show.room, [order(1)]);
    run(21_000);
    expect(status()).toMatchObject({ state: "retrying", reason: "unreachable" });
  });

  it("does not disturb another one, nor does a process that dies", () => {
    show.begin();
    restreams.set(show.room, [order(1), order(2)]);
    run(1000);
    lines[1]!.say({ type: "opened" });
    const before = lines[1]!.units.length;
    lines[0]!.events.onGone("was ended by SIGSEGV");
    run(1000);
    expect(restreams.statusesOf(show.room)).toMatchObject([
      { state: "retrying", reason: "failed", detail: "was ended by SIGSEGV" },
      { state: "live" },
    ]);
    expect(lines[1]!.units.length).toBeGreaterThan(before + 40);
  });
});

describe("what cannot be sent on", () => {
  it("is said where pictures neither fit nor are made", () => {
    show.video = { ...H264, codec: "vp8", codecs: "vp8" };
    show.begin();
    restreams.set(show.room, [order(1), order(2, "srt://host.example:9000")]);
    run(2000);
    expect(lines).toEqual([]);
    expect(status()).toMatchObject({ state: "retrying", reason: "unsupported" });
  });

  it("HEVC goes to SRT as it is, and not to RTMP", () => {
    show.video = { ...H264, codec: "hevc", codecs: "hvc1.1.6.L93.B0" };
    show.begin();
    restreams.set(show.room, [order(1), order(2, "srt://host.example:9000")]);
    run(2000);
    expect(lines).toHaveLength(1);
    expect(lines[0]!.opening).toMatchObject({
      order: order(2, "srt://host.example:9000"),
      video: { codec: "hevc" },
    });
  });

  it("is said where there are no programs", () => {
    const without = new Restreams({
      ...{ programs: undefined, allowPrivate: false, clock, random: new SeededRandom(7), log: silentLog },
      openSender: () => ({ send() {}, end() {} }),
    });
    without.set("studio", [order(1)]);
    expect(without.statusesOf("studio")).toMatchObject([{ state: "off", reason: "unsupported" }]);
  });
});
