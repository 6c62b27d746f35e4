import type { AccessUnit, VideoFormat } from "@sameroom/protocol";
import { beforeEach, expect, it } from "vitest";
import { LayerChoice } from "./layer-choice.ts";

const heights: Record<string, number> = { low: 180, middle: 360, high: 720 };
const formats = new Map(
  Object.entries(heights).map(([id, height]): [string, VideoFormat] => [
    id,
    {
      ...{ kind: "video", codec: "h264", codecs: "avc1.42e01f", configuration: new Uint8Array(0) },
      ...{ width: (height * 16) / 9, height },
    },
  ]),
);
let used: string[];
let asked: number;
let choice: LayerChoice;
beforeEach(() => {
  [used, asked] = [[], 0];
  choice = new LayerChoice(
    ({ format }) => used.push(`${(format as VideoFormat).height}`),
    () => void asked++,
  );
});
const send = (id: string, ms: number, keyframe = false) => {
  const timing = { captureMicros: ms * 1000, compositionMicros: 0, samples: 0 };
  const unit: AccessUnit = { format: formats.get(id)!, ...timing, keyframe, data: Uint8Array.of(1) };
  choice.take(id, unit);
};
const sendAll = (ms: number, keyframe = false) => {
  for (const id of formats.keys()) send(id, ms, keyframe);
};

it("is the smallest layer that is large enough for the place, else the largest", () => {
  for (const [wanted, id] of [
    [100, "low"],
    [200, "middle"],
    [361, "high"],
    [2000, "high"],
  ] as const) {
    choice.want(wanted);
    sendAll(wanted, true);
    sendAll(wanted + 40, true);
    expect(choice.current).toBe(id);
  }
});

it("changes at a keyframe only, which is asked for", () => {
  choice.want(100);
  sendAll(0, true);
  choice.want(700);
  for (const ms of [40, 80, 120]) sendAll(ms);
  expect(choice.current).toBe("low");
  expect(asked).toBe(1);
  used = [];
  sendAll(160, true);
  sendAll(200);
  expect(used).toEqual(["180", "720", "720"]);
});

it("goes on with another layer when its own brings nothing more", () => {
  choice.want(700);
  sendAll(0, true);
  sendAll(20, true);
  for (let ms = 40; ms <= 1200; ms += 40) send("low", ms);
  expect(choice.current).toBe("high");
  send("low", 1240, true);
  expect(choice.current).toBe("low");
  used = [];
  send("low", 1280);
  expect(used).toEqual(["180"]);
});
