import { silentLog } from "@sameroom/base";
import { FakeClock } from "@sameroom/base/testing";
import type { PackagerSink } from "@sameroom/engine";
import { beforeEach, describe, expect, it } from "vitest";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import type { ProgramInfo } from "./live-archive.ts";
import { Programs } from "./programs.ts";

const ROOM = "studio";

/** A sink that only knows whether it has ended. */
class Sink implements PackagerSink {
  isOver = false;
  init(): void {}
  part(): void {}
  segment(): void {}
  rendition(): void {}
  ended(): void {
    this.isOver = true;
  }
}

interface HostChoices {
  isHost?: boolean;
  announced?: boolean;
  silent?: boolean;
  /** Sends units as they are, and no keyframe when asked. */
  isEncoder?: boolean;
}

function host(choices: HostChoices = {}): PublishingSession {
  const { isHost = true, announced = true, silent = false, isEncoder = false } = choices;
  const track = { kind: "audio", section: { index: 0 }, streams: [] };
  const tracks = silent ? [] : [track];
  const originals = isEncoder ? { on: () => () => {} } : undefined;
  const session = { room: ROOM, isHost, announced, tracks, hasMedia: !silent, originals };
  return session as unknown as PublishingSession;
}

describe("the programs of a worker", () => {
  let clock: FakeClock;
  let programs: Programs;
  let opened: { info: ProgramInfo; sink: Sink }[];
  let forgotten: string[];
  beforeEach(() => {
    clock = new FakeClock();
    opened = [];
    forgotten = [];
    programs = new Programs({
      ...{ clock, log: silentLog, partMs: 250, segmentMs: 2000, dvrMs: 600_000, graceMs: 35_000 },
      wire: { setTap: () => {}, nowMicros: () => clock.nowMs() * 1000 },
      openSink: (info) => {
        const sink = new Sink();
        opened.push({ info, sink });
        return sink;
      },
    });
    programs.on("forgotten", ({ epoch }) => forgotten.push(epoch));
  });

  function pass(ms: number): void {
    for (let at = 0; at < ms; at += 100) {
      clock.advance(100);
      programs.poll();
      programs.tick(clock.nowMs());
    }
  }

  it("begin with the first media of a host, and with nobody else's", () => {
    programs.follow(host({ isHost: false }));
    programs.follow(host({ announced: false }));
    programs.follow(host({ silent: true }));
    expect(programs.of(ROOM)).toBeUndefined();
    programs.follow(host());
    expect(programs.of(ROOM)?.info).toMatchObject({
      room: ROOM,
      maxSegmentMs: 6000,
      dvrMs: 600_000,
      startedUnixMs: clock.unixMs(),
    });
    expect(programs.of(ROOM)!.epoch).toMatch(/^[a-z0-9]{1,16}$/);
  });

  it("have longer segments where keyframes come as an encoder likes", () => {
    programs.follow(host({ isEncoder: true }));
    expect(programs.of(ROOM)?.info.maxSegmentMs).toBe(11_000);
  });

  it("wait for a lost host, who goes on where they were", () => {
    const first = host();
    programs.follow(first);
    const { epoch } = programs.of(ROOM)!;
    programs.lose(first);
    pass(34_900);
    const second = host();
    programs.follow(second);
    // The old session's end comes late: it is nobody's any more.
    programs.lose(first);
    pass(60_000);
    expect(programs.of(ROOM)).toMatchObject({ epoch, host: second, endedAtMs: undefined });
    expect(opened).toHaveLength(1);
  });

  it("end when the host does not come back, and are there for late players a minute longer", () => {
    const session = host();
    programs.follow(session);
    const program = programs.of(ROOM)!;
    programs.lose(session);
    pass(35_100);
    expect(opened[0]!.sink.isOver).toBe(true);
    expect(programs.find(ROOM, program.epoch)).toBe(program);
    pass(59_000);
    expect(forgotten).toEqual([]);
    pass(1100);
    expect(forgotten).toEqual([program.epoch]);
    expect(programs.of(ROOM)).toBeUndefined();
    expect(programs.find(ROOM, program.epoch)).toBeUndefined();
  });

  it("have a name of their own each, also within a millisecond", () => {
    programs.follow(host());
    const first = programs.of(ROOM)!;
    programs.end(ROOM);
    programs.end(ROOM);
    programs.follow(host());
    const second = programs.of(ROOM)!;
    expect(second.epoch).not.toBe(first.epoch);
    expect(programs.find(ROOM, first.epoch)).toBe(first);
    expect(programs.find("elsewhere", first.epoch)).toBeUndefined();
    pass(61_000);
    expect(forgotten).toEqual([first.epoch]);
    expect(programs.of(ROOM)).toBe(second);
  });

  it("all end with the worker", () => {
    programs.follow(host());
    const program = programs.of(ROOM)!;
    programs.close();
    expect(opened[0]!.sink.isOver).toBe(true);
    expect(forgotten).toEqual([program.epoch]);
    program.follow(host());
    expect(program.host).toBeUndefined();
  });

  it("know what players have asked for lately", () => {
    programs.follow(host());
    const program = programs.of(ROOM)!;
    const asked: string[] = [];
    program.on("asked", (rendition) => asked.push(rendition));
    program.ask("aac");
    program.ask("aac");
    pass(29_900);
    expect(program.isAsked("aac")).toBe(true);
    program.ask("aac");
    pass(30_000);
    expect(program.isAsked("aac")).toBe(false);
    program.ask("aac");
    expect(asked).toEqual(["aac", "aac"]);
  });
});
