import { silentLog } from "@sameroom/base";
import type { AccessUnit, VideoFormat } from "@sameroom/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { Bridge, type BridgeTranscode } from "./bridge.ts";
import type { LocalStream } from "./local-stream.ts";
import { PicturePath } from "./picture-path.ts";

const H264: VideoFormat = {
  ...{ kind: "video", codec: "h264", codecs: "avc1.640028", width: 320, height: 180 },
  configuration: new Uint8Array(0),
};
const FRAME = 40_000;

/** A stream that notes what goes into it. */
class Stream {
  isOpen = true;
  sent: number[] = [];
  takes(): boolean {
    return true;
  }
  send(_: AccessUnit, micros: number): void {
    this.sent.push(micros);
  }
}

describe("the way of an encoder's picture", () => {
  let streams: Stream[];
  let isWanted: boolean;
  let made: number[];
  let path: PicturePath;
  beforeEach(() => {
    streams = [];
    isWanted = true;
    made = [];
    const transcode: BridgeTranscode = {
      cpuMsPerSecond: 0,
      underWay: 0,
      push: (unit) => made.push(unit.captureMicros),
      pushPast: () => {},
      askForKeyframe: () => {},
      close: () => {},
      on: () => () => {},
    };
    const tracks = {
      open: () => {
        streams.push(new Stream());
        return streams.at(-1) as unknown as LocalStream;
      },
      drop: (stream: LocalStream) => {
        (stream as unknown as Stream).isOpen = false;
      },
    };
    const bridge = new Bridge({
      expect: () => () => {},
      ...{ tracks, nowMs: () => 0, log: silentLog, isWanted: () => isWanted },
      toUnixMicros: (mediaMicros) => mediaMicros,
      open: () => transcode,
    });
    path = new PicturePath(tracks, bridge);
  });

  /** Pictures by their place in decoding order; B-frames trade places with their neighbours. */
  function send(from: number, to: number, { gop = 50, bFrames = false } = {}): void {
    for (let at = from; at < to; at += 1) {
      const keyframe = at % gop === 0;
      const reorder = bFrames && !keyframe ? [0, 1, -1][at % 3]! : 0;
      const micros = (at + 2 + reorder) * FRAME;
      const compositionMicros = bFrames ? (2 + reorder) * FRAME : 0;
      const data = new Uint8Array(9);
      path.take(
        { format: H264, captureMicros: micros, compositionMicros, keyframe, samples: 0, data },
        micros,
      );
    }
  }

  it("goes through as it came, and nothing is made", () => {
    send(0, 100);
    expect(streams).toHaveLength(1);
    expect(streams[0]?.sent).toHaveLength(100);
    expect(made).toEqual([]);
    expect(path.reason).toBeUndefined();
  });

  it("goes by the bridge from the first picture out of order, and by nothing else", () => {
    send(0, 100);
    send(100, 130, { bFrames: true });
    const before = streams[0]!.sent.length;
    send(130, 200, { bFrames: true });
    expect(streams[0]?.sent).toHaveLength(before);
    expect(made.length).toBeGreaterThanOrEqual(70);
    expect(path.reason).toBe("b-frames");
    expect(streams[0]?.isOpen).toBe(true);
  });

  it("goes both ways where groups have become too long, until the bridge shows something", () => {
    send(0, 200, { gop: 1000 });
    expect(path.reason).toBe("long-gop");
    expect(streams[0]?.sent).toHaveLength(200);
    expect(made.length).toBeGreaterThan(0);
  });

  it("leaves no old pictures behind for whoever comes when nobody is there", () => {
    isWanted = false;
    send(0, 100);
    send(100, 200, { bFrames: true });
    expect(streams[0]?.isOpen).toBe(false);
    expect(made).toEqual([]);
    isWanted = true;
    send(200, 210, { bFrames: true });
    expect(made).toHaveLength(10);
  });
});
