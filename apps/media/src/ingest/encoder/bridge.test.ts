import { Emitter, silentLog } from "@sameroom/base";
import { FakeClock } from "@sameroom/base/testing";
import { KeyframeRequester } from "@sameroom/engine";
import { type AccessUnit, opusFormat, type VideoFormat } from "@sameroom/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import type { TranscodeEvents } from "../../transcode/transcode.ts";
import { Bridge, type BridgeTranscode } from "./bridge.ts";
import type { LocalStream } from "./local-stream.ts";

const FORMAT: VideoFormat = {
  ...{ kind: "video", codec: "hevc", codecs: "hvc1.1.6.L93.B0", width: 320, height: 180 },
  configuration: new Uint8Array(0),
};

/** Notes what a bridge tells it to do. */
class Maker extends Emitter<TranscodeEvents> implements BridgeTranscode {
  readonly cpuMsPerSecond = 120;
  underWay = 0;
  past: number[] = [];
  made: number[] = [];
  asked = 0;
  closed = false;
  push(unit: AccessUnit): void {
    this.made.push(unit.captureMicros);
  }
  pushPast(unit: AccessUnit): void {
    this.past.push(unit.captureMicros);
  }
  askForKeyframe(): void {
    this.asked += 1;
  }
  close(): void {
    this.closed = true;
  }
}

describe("a bridge", () => {
  let clock: FakeClock;
  let makers: Maker[];
  let isWanted: boolean;
  let hasPlace: boolean;
  let sent: number[];
  /** Capture times of what is sent. */
  let captured: number[];
  /** The node's clock minus the encoder's line, µs, as learnt so far. */
  let offset: number;
  let keyframes: KeyframeRequester;
  let bridge: Bridge;
  beforeEach(() => {
    clock = new FakeClock();
    makers = [];
    isWanted = true;
    hasPlace = true;
    sent = [];
    captured = [];
    offset = 0;
    keyframes = new KeyframeRequester();
    const stream = {
      ...{ isOpen: true, takes: () => true, incoming: { keyframes } },
      send: ({ captureMicros }: AccessUnit, micros: number) => {
        sent.push(micros);
        captured.push(captureMicros);
      },
    } as unknown as LocalStream;
    bridge = new Bridge({
      expect: () => () => {},
      ...{ tracks: { open: () => stream }, nowMs: () => clock.nowMs(), log: silentLog },
      isWanted: () => isWanted,
      toUnixMicros: (mediaMicros) => mediaMicros + offset,
      open: () => {
        if (!hasPlace) return undefined;
        makers.push(new Maker());
        return makers.at(-1);
      },
    });
  });

  function unit(captureMicros: number, { keyframe = false, bytes = 100 } = {}): AccessUnit {
    const data = new Uint8Array(bytes);
    return { format: FORMAT, captureMicros, compositionMicros: 0, keyframe, samples: 0, data };
  }

  /** What the bridge is told of a unit whose place on the encoder's line is its time. */
  const take = (each: AccessUnit) => bridge.take(each, each.captureMicros);
  const keep = (each: AccessUnit) => bridge.keep(each, each.captureMicros);

  function pass(ms: number): void {
    clock.advance(ms);
    bridge.poll(clock.nowMs());
  }

  it("begins for the first viewer with the newest group of pictures, and makes only the last of it", () => {
    isWanted = false;
    take(unit(1, { keyframe: true }));
    take(unit(2));
    take(unit(3, { keyframe: true }));
    take(unit(4));
    expect(makers).toHaveLength(0);
    isWanted = true;
    take(unit(5));
    take(unit(6));
    expect(makers).toMatchObject([{ past: [3, 4], made: [5, 6] }]);
    expect(bridge).toMatchObject({ isOpen: true, cpuMsPerSecond: 120 });
  });

  it("remembers what goes past it while nothing is to be made", () => {
    keep(unit(1, { keyframe: true }));
    keep(unit(2));
    expect(makers).toHaveLength(0);
    take(unit(3));
    expect(makers).toMatchObject([{ past: [1, 2], made: [3] }]);
  });

  it("ends ten seconds after the last viewer has left, and not for one who loads the page anew", () => {
    take(unit(1, { keyframe: true }));
    isWanted = false;
    pass(9_000);
    isWanted = true;
    pass(10);
    isWanted = false;
    pass(9_000);
    expect(makers[0]?.closed).toBe(false);
    pass(1_500);
    expect(makers[0]?.closed).toBe(true);
    take(unit(2));
    expect(makers).toHaveLength(1);
    isWanted = true;
    take(unit(3));
    expect(makers[1]).toMatchObject({ past: [1, 2], made: [3] });
  });

  it("stays open for a group too long to remember, for the next keyframe may never come", () => {
    isWanted = false;
    take(unit(0, { keyframe: true }));
    for (let at = 1; at < 700; at += 1) take(unit(at));
    expect(makers).toHaveLength(1);
    pass(60_000);
    expect(makers[0]?.closed).toBe(false);
    take(unit(700, { keyframe: true }));
    pass(10);
    expect(makers[0]?.closed).toBe(true);
  });

  it("remembers no more than 16 MB of what is not wanted", () => {
    for (const at of [0, 1, 2]) keep(unit(at, { keyframe: at === 0, bytes: 7 * 1024 * 1024 }));
    take(unit(3));
    expect(makers).toHaveLength(0);
    take(unit(4, { keyframe: true }));
    expect(makers).toMatchObject([{ past: [], made: [4] }]);
  });

  it("asks for keyframes as viewers need them, and sends what is made when it was captured", () => {
    take(unit(1, { keyframe: true }));
    const made = { ...unit(1, { keyframe: true }), format: { ...FORMAT, codec: "h264" } } as AccessUnit;
    makers[0]!.emit("unit", "h264", made);
    expect(sent).toEqual([1]);
    keyframes.wait(7);
    pass(10);
    pass(10);
    expect(makers[0]?.asked).toBe(1);
  });

  it("keeps to the encoder's line, whatever is learnt of where that lies on the node's clock", () => {
    bridge.take(unit(1_000_000, { keyframe: true }), 100);
    bridge.take(unit(1_040_000), 33_100);
    expect(makers[0]!.made).toEqual([100, 33_100]);
    const made = (at: number) =>
      ({ ...unit(at, { keyframe: true }), format: { ...FORMAT, codec: "h264" } }) as AccessUnit;
    offset = 1_000_000;
    makers[0]!.emit("unit", "h264", made(100));
    offset = 1_007_000;
    makers[0]!.emit("unit", "h264", made(33_100));
    expect(sent).toEqual([100, 33_100]);
    expect(captured).toEqual([1_000_100, 1_040_100]);
  });

  it("hands decoding times on that only ever grow", () => {
    bridge.take(unit(0, { keyframe: true }), 100_000);
    bridge.take({ ...unit(0), compositionMicros: 50_000 }, 120_000);
    bridge.take(unit(0), 140_000);
    expect(makers[0]!.made).toEqual([100_000, 150_001, 140_000]);
  });

  it("begins sound with what is new, unless the machine is that slow for seconds", () => {
    const sound = (at: number) => ({ ...unit(at, { keyframe: true }), format: opusFormat(2) }) as AccessUnit;
    const hear = (at: number, underWay: number) => {
      makers[0]!.underWay = underWay;
      makers[0]!.emit("unit", "opus", sound(at));
    };
    take(unit(1, { keyframe: true }));
    hear(1, 30);
    hear(2, 5);
    expect(sent).toEqual([]);
    hear(3, 4);
    // It has begun: nothing is left out any more.
    hear(4, 30);
    expect(sent).toEqual([3, 4]);
  });

  it("begins sound on a machine that is slow all the time", () => {
    const format = opusFormat(2);
    take(unit(1, { keyframe: true }));
    makers[0]!.underWay = 30;
    pass(3000);
    makers[0]!.emit("unit", "opus", { ...unit(7, { keyframe: true }), format } as AccessUnit);
    expect(sent).toEqual([7]);
  });

  it("tries again ten seconds after a failure, or when there was no place", () => {
    hasPlace = false;
    take(unit(1, { keyframe: true }));
    hasPlace = true;
    pass(9_900);
    take(unit(2));
    expect(makers).toHaveLength(0);
    pass(200);
    take(unit(3));
    expect(makers).toHaveLength(1);
    makers[0]!.emit("failed", { reason: "overload" });
    expect(bridge.isOpen).toBe(false);
    take(unit(4));
    pass(10_000);
    take(unit(5));
    expect(makers[1]).toMatchObject({ past: [1, 2, 3, 4], made: [5] });
  });

  it("makes of sound what comes now, and nothing of what was", () => {
    const sound = (captureMicros: number) => ({
      ...unit(captureMicros, { keyframe: true }),
      format: opusFormat(2),
    });
    isWanted = false;
    for (const at of [1, 2, 3]) take(sound(at));
    isWanted = true;
    take(sound(4));
    expect(makers).toMatchObject([{ past: [], made: [4] }]);
  });
});
