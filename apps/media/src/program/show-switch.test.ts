import { type AccessUnit, opusFormat } from "@sameroom/protocol";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { ShowSwitch } from "./show-switch.ts";

const PICTURE = {
  kind: "video",
  codec: "h264",
  codecs: "avc1.42e01f",
  configuration: new Uint8Array(0),
  width: 640,
  height: 360,
} as const;
const SOUND = opusFormat(2);
const MS = 1000;

type From = "host" | "stage";
const picture = (from: From, ms: number, keyframe = false): AccessUnit => ({
  ...{ format: PICTURE, captureMicros: ms * MS, compositionMicros: 0, keyframe, samples: 0 },
  data: Uint8Array.of(from === "host" ? 0 : 1),
});
const sound = (from: From, ms: number): AccessUnit => ({
  ...{ format: SOUND, captureMicros: ms * MS, compositionMicros: 0, keyframe: true, samples: 960 },
  data: Uint8Array.of(from === "host" ? 0 : 1),
});

let shown: { id: string; from: From; ms: number; keyframe: boolean }[];
let paused: string[];
let asked: number;
let show: ShowSwitch;
beforeEach(() => {
  [shown, paused, asked] = [[], [], 0];
  show = new ShowSwitch({
    push: (id, { data, captureMicros, keyframe }) =>
      shown.push({ id, from: data[0] === 0 ? "host" : "stage", ms: captureMicros / MS, keyframe }),
    pause: (id) => void paused.push(id),
    askHostForKeyframes: () => void asked++,
  });
});
const told = (id: string) => shown.filter((one) => one.id === id).map(({ from, ms }) => `${from} ${ms}`);

describe("a show", () => {
  it("goes from the host to the stage and back at keyframes, with no time twice", () => {
    for (const ms of [0, 40, 80]) show.host("v", picture("host", ms, ms === 0));
    show.compose(100 * MS, ["v"]);
    for (const ms of [120, 160]) show.host("v", picture("host", ms));
    expect(told("v")).toEqual(["host 0", "host 40", "host 80"]);
    show.stage("v", picture("stage", 100, true));
    for (const ms of [140, 180]) show.stage("v", picture("stage", ms));
    expect(told("v").slice(3)).toEqual(["stage 100", "stage 140", "stage 180"]);
    show.release();
    expect(asked).toBe(1);
    show.host("v", picture("host", 220));
    for (const ms of [260, 300]) show.host("v", picture("host", ms, ms === 260));
    expect(show.isStage).toBe(true);
    for (const ms of [220, 260]) show.stage("v", picture("stage", ms));
    expect(told("v").slice(6)).toEqual(["stage 220", "host 260", "host 300"]);
    expect(show.isStage).toBe(false);
    show.stage("v", picture("stage", 340));
    show.host("v", picture("host", 340));
    expect(told("v").at(-1)).toBe("host 340");
  });

  it("is the host's after all when no stage comes, and nothing of it is lost", () => {
    show.host("v", picture("host", 0, true));
    show.compose(10 * MS, ["v", "opus"]);
    for (let ms = 40; show.isStage && ms < 10_000; ms += 40) show.host("v", picture("host", ms));
    expect(show.isStage).toBe(false);
    const times = told("v");
    expect(times).toEqual(times.map((_, at) => `host ${at * 40}`));
    expect(times.length).toBeGreaterThan(50);
  });

  it("goes on with the host's sound where the stage breaks off, and with the picture from the next keyframe", () => {
    show.compose(0, ["v", "opus"]);
    for (let ms = 0; ms <= 200; ms += 20) {
      show.host("opus", sound("host", ms));
      show.host("v", picture("host", ms, ms === 0));
    }
    show.stage("v", picture("stage", 0, true));
    for (const ms of [0, 20, 40, 60]) show.stage("opus", sound("stage", ms));
    for (let ms = 220; ms <= 300; ms += 20) show.host("opus", sound("host", ms));
    show.fail();
    expect(asked).toBe(1);
    // What came while the stage was not there yet is not kept; the newest is.
    expect(told("opus").slice(4)).toEqual(["host 220", "host 240", "host 260", "host 280", "host 300"]);
    show.host("v", picture("host", 320));
    show.host("v", picture("host", 360, true));
    expect(told("v")).toEqual(["stage 0", "host 360"]);
  });

  it("rests in what the stage does not bring", () => {
    show.host("low", picture("host", 0, true));
    show.compose(10 * MS, ["v"]);
    for (const ms of [40, 80]) show.host("low", picture("host", ms));
    expect(told("low")).toEqual(["host 0"]);
    expect(paused).toEqual(["low"]);
    show.setBrought(["v", "low"]);
    show.stage("low", picture("stage", 120, true));
    expect(told("low")).toEqual(["host 0", "stage 120"]);
    show.release();
    show.host("low", picture("host", 160, true));
    show.stage("low", picture("stage", 200));
    expect(told("low").at(-1)).toBe("host 160");
  });

  it("never goes back in time and changes only at keyframes, whatever happens", () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("host" as const), keyframe: fc.boolean(), times: fc.nat(8) }),
      fc.record({ do: fc.constant("stage" as const), keyframe: fc.boolean(), times: fc.nat(8) }),
      fc.record({ do: fc.constantFrom("compose" as const, "release" as const, "fail" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        shown = [];
        let [hostMs, stageMs] = [0, 0];
        const own = new ShowSwitch({
          push: (id, { data, captureMicros, keyframe }) =>
            shown.push({ id, from: data[0] === 0 ? "host" : "stage", ms: captureMicros / MS, keyframe }),
          pause: () => {},
          askHostForKeyframes: () => {},
        });
        const host = (keyframe: boolean) => {
          hostMs += 40;
          own.host("v", picture("host", hostMs, keyframe));
        };
        host(true);
        for (const one of steps) {
          if (one.do === "compose" && !own.isStage) {
            stageMs = hostMs + 10;
            own.compose(stageMs * MS, ["v"]);
          } else if (one.do === "release") own.release();
          else if (one.do === "fail") own.fail();
          else if (one.do === "host") for (let at = 0; at < one.times; at++) host(one.keyframe && at === 0);
          else if (one.do === "stage")
            for (let at = 0; at < one.times && stageMs < hostMs; at++, stageMs += 40)
              own.stage("v", picture("stage", stageMs, one.keyframe && at === 0));
        }
        for (const [at, one] of shown.entries()) {
          const before = shown[at - 1];
          if (before === undefined) continue;
          expect(one.ms).toBeGreaterThan(before.ms);
          if (one.from !== before.from) expect(one.keyframe).toBe(true);
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
