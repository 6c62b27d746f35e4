import { SeededRandom } from "@sameroom/base/testing";
import type { AccessUnit } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { RelayParser, serializeRelayFrame } from "./relay-frame.ts";

const video: AccessUnit["format"] = {
  ...{ kind: "video", codec: "h264", codecs: "avc1.42e01f", width: 1280, height: 720 },
  configuration: new Uint8Array([1, 66, 224, 31]),
};
const audio: AccessUnit["format"] = {
  ...{ kind: "audio", codec: "opus", codecs: "opus", sampleRate: 48_000, channels: 2 },
  configuration: new Uint8Array(11),
};
const unit = (index: number): AccessUnit => {
  const format = index % 3 === 0 ? video : audio;
  const times = { captureMicros: 1_700_000_000_000_000 + index * 20_000, compositionMicros: 0 };
  return {
    format,
    ...times,
    keyframe: index === 0,
    samples: 960,
    data: new Uint8Array(index * 37).fill(index),
  };
};

describe("a relay's stream", () => {
  it("brings every unit as it was, however it is cut", () => {
    const random = new SeededRandom(5);
    const units = Array.from({ length: 40 }, (_, index) => unit(index));
    const bytes = Buffer.concat(
      units.map((each, index) => serializeRelayFrame(each, index < 3 ? each.format : undefined)),
    );
    const parser = new RelayParser();
    const got: AccessUnit[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + Math.floor(random.next() * 700);
      got.push(...parser.push(bytes.subarray(at, end)));
      at = end;
    }
    expect(got).toEqual(units);
  });

  it("leaves out what it does not know the format of, and refuses what is none", () => {
    expect(new RelayParser().push(serializeRelayFrame(unit(1), undefined))).toEqual([]);
    expect(() => new RelayParser().push(Buffer.alloc(64, 0xff))).toThrow("too large");
    const empty = Buffer.concat([Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]), Buffer.from("{}")]);
    expect(() => new RelayParser().push(empty)).toThrow();
  });
});
