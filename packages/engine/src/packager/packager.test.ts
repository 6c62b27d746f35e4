import { aacFormat, opusFormat, parseFragment } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import {
  picture,
  pictureFormat,
  RecordingSink,
  START,
  Stage,
  type StageLayer,
  sound,
} from "./packager.fixture.ts";
import { Packager } from "./packager.ts";
import { FIRST_SEGMENT } from "./segment-grid.ts";

const threeLayers = () => [
  { id: "v-l", format: pictureFormat(), delayMs: 30 },
  { id: "v-m", format: pictureFormat(), delayMs: 35 },
  { id: "v-h", format: pictureFormat("large"), delayMs: 45 },
];

describe("packager", () => {
  it("cuts all layers and the sound at the keyframes it asked for, about every two seconds", () => {
    const stage = new Stage(threeLayers()).run(20_000);
    stage.packager.end();
    const { sink } = stage;
    expect(sink.faults).toEqual([]);
    const starts = sink.starts("v-h");
    expect(starts.length).toBeGreaterThanOrEqual(10);
    for (let index = 1; index < starts.length - 1; index += 1)
      expect(Math.abs(starts[index]! - starts[index - 1]! - 2000)).toBeLessThan(250);
    expect(sink.starts("v-l")).toEqual(starts);
    expect(sink.starts("v-m")).toEqual(starts);
    for (const [index, start] of sink.starts("opus").entries())
      expect(Math.abs(start - starts[index]!)).toBeLessThanOrEqual(20);
    expect(
      sink.segments.every(({ independent, discontinuity, gap }) => independent && !discontinuity && !gap),
    ).toBe(true);
    expect(sink.hasEnded).toBe(true);
  });

  it("learns how long a keyframe takes, and asks so much earlier", () => {
    const stage = new Stage(threeLayers());
    stage.answerMs = 400;
    const starts = stage.run(60_000).sink.starts("v-h");
    expect(starts[2]! - starts[1]!).toBeGreaterThan(2250);
    expect(Math.abs(starts.at(-1)! - starts.at(-2)! - 2000)).toBeLessThan(100);
  });

  it("makes no part longer than aimed at, and few shorter than 85 % of it", () => {
    const { sink } = new Stage(threeLayers(), { partMs: 250 }).run(20_000);
    for (const rendition of ["v-h", "v-l", "opus"]) {
      const parts = sink.partsOf(rendition);
      expect(Math.max(...parts.map(({ durationMicros }) => durationMicros))).toBeLessThanOrEqual(250_000);
      const last = new Set(sink.of(rendition).map(({ number, parts: count }) => `${number}.${count - 1}`));
      const inner = parts.filter(({ segment, index }) => !last.has(`${segment}.${index}`));
      expect(inner.every(({ durationMicros }) => durationMicros >= 212_500)).toBe(true);
    }
  });

  it("has every part of a picture out one picture after its last", () => {
    const stage = new Stage(threeLayers());
    stage.run(10_000);
    const newest = stage.sink.partsOf("v-h").at(-1)!;
    const endMs = (newest.captureMicros + newest.durationMicros - START) / 1000;
    expect(stage.nowMs - endMs).toBeLessThan(250 + 40 + 45 + 10);
  });

  it("cuts without a keyframe when none comes for the longest segment", () => {
    const stage = new Stage(threeLayers(), { maxSegmentMs: 4000 });
    stage.run(100);
    stage.answerMs = undefined;
    const { sink } = stage.run(11_000);
    expect(sink.faults).toEqual([]);
    expect(sink.starts("v-h")).toEqual([0, 3000, 4000, 6000, 8000]);
    const independent = sink.of("v-h").map((segment) => segment.independent);
    expect(independent).toEqual([true, false, false, false, false]);
    for (const { durationMicros } of sink.segments) expect(durationMicros).toBeLessThanOrEqual(4_040_000);
    expect(stage.cutsWithout.map((atMs) => atMs - 45)).toEqual([3000, 4000, 6000, 8000, 10_000]);
  });

  it("cuts at each of few keyframes, and waits for them again once they are no longer few", () => {
    const layer: StageLayer = { id: "v-single", format: pictureFormat(), delayMs: 20, everyMs: 9000 };
    const stage = new Stage([layer], { maxSegmentMs: 4000 });
    stage.answerMs = undefined;
    stage.run(18_500);
    layer.everyMs = 3000;
    const { sink } = stage.run(31_000);
    expect(sink.faults).toEqual([]);
    expect(sink.starts("v-single")).toEqual([
      ...[0, 3000, 4000, 6000, 8000, 9000, 11_000, 13_000, 15_000, 17_000, 18_000, 20_000],
      ...[21_000, 24_000, 27_000],
    ]);
    const withoutMs = sink.of("v-single").filter(({ independent }) => !independent);
    expect(withoutMs).toHaveLength(9);
  });

  it("ends the first segment early, and no other, so that nobody waits for the first of few keyframes", () => {
    const stage = new Stage([{ id: "v-single", format: pictureFormat(), delayMs: 20, everyMs: 8320 }], {
      maxSegmentMs: 11_000,
    });
    stage.answerMs = undefined;
    const { sink } = stage.run(30_000);
    expect(sink.faults).toEqual([]);
    expect(sink.starts("v-single")).toEqual([0, 3000, 8320, 16_640]);
    expect(stage.cutsWithout).toHaveLength(1);
    expect(sink.starts("opus")).toEqual([0, 3000, 8320, 16_640]);
  });

  it("begins the segments of what is made with keyframes of its own, where the picture has none", () => {
    const stage = new Stage([{ id: "v-single", format: pictureFormat(), delayMs: 20 }]);
    stage.answerMs = undefined;
    const { packager } = stage;
    packager.addRendition({ id: "h264-480", kind: "video" });
    const format = pictureFormat("large");
    let asked = 0;
    for (let atMs = 0; atMs < 15_000; atMs += 40) {
      stage.run(atMs + 120);
      const isKeyframe = atMs === 0 || stage.cutsWithout.length > asked;
      asked = stage.cutsWithout.length;
      packager.push("h264-480", picture(format, atMs, isKeyframe));
    }
    packager.end();
    const { sink } = stage;
    expect(sink.faults).toEqual([]);
    const made = sink.of("h264-480");
    expect(made.length).toBe(sink.of("v-single").length);
    expect(made.every(({ independent, gap }) => independent && !gap)).toBe(true);
  });

  it("keeps to the rhythm of a source that cannot be asked", () => {
    const stage = new Stage([{ id: "v-single", format: pictureFormat(), delayMs: 20, everyMs: 2000 }]);
    stage.answerMs = undefined;
    expect(stage.run(11_000).sink.starts("v-single")).toEqual([0, 2000, 4000, 6000, 8000]);
  });

  it("cuts a layer at its own nearest keyframe when it is not in step", () => {
    const layers = threeLayers();
    const skewed = layers.map((layer, index) => (index === 0 ? { ...layer, lateMs: 160 } : layer));
    const { sink } = new Stage(skewed).run(20_000);
    expect(sink.faults).toEqual([]);
    const starts = sink.starts("v-h");
    for (const [index, start] of sink.starts("v-l").entries()) {
      expect(Math.abs(start - starts[index]!)).toBeLessThan(300);
      expect(sink.of("v-l")[index]!.independent).toBe(true);
    }
  });

  it("makes gaps of a layer that rests, and takes it up at a cut without a discontinuity", () => {
    const stage = new Stage(threeLayers()).run(5100);
    const low = stage.layers[0]!;
    low.isFlowing = false;
    stage.packager.pause("v-l");
    stage.run(11_000);
    low.isFlowing = true;
    stage.run(20_000);
    stage.packager.end();
    const { sink } = stage;
    expect(sink.faults).toEqual([]);
    const gaps = sink.of("v-l").map(({ gap }) => gap);
    expect(gaps.slice(0, 3)).toEqual([false, false, false]);
    expect(gaps.filter((gap) => gap).length).toBeGreaterThanOrEqual(2);
    expect(gaps.at(-1)).toBe(false);
    expect(sink.segments.some(({ discontinuity }) => discontinuity)).toBe(false);
    expect(sink.of("v-l").length).toBe(sink.of("v-h").length);
    for (const [index, { captureMicros, durationMicros }] of sink.of("v-l").entries()) {
      const high = sink.of("v-h")[index]!;
      expect(Math.abs(captureMicros - high.captureMicros)).toBeLessThanOrEqual(500_000);
      expect(Math.abs(durationMicros - high.durationMicros)).toBeLessThanOrEqual(500_000);
    }
    expect(sink.inits.filter(({ rendition }) => rendition === "v-l")).toHaveLength(1);
  });

  it("goes on when the master stops without a word: another layer decides", () => {
    const stage = new Stage(threeLayers()).run(5000);
    stage.layers[2]!.isFlowing = false;
    stage.run(20_000);
    const { sink } = stage;
    expect(sink.faults).toEqual([]);
    const starts = sink.starts("v-m");
    expect(starts.length).toBeGreaterThanOrEqual(8);
    expect(sink.of("v-h").at(-1)!.gap).toBe(true);
    expect(sink.of("v-m").every(({ independent, gap }) => independent && !gap)).toBe(true);
  });

  it("waits for a rendition that is late, up to its patience", () => {
    const whole = (patienceMs?: number) => {
      const made = { id: "h264-480", format: pictureFormat(), delayMs: 3000, everyMs: 200, patienceMs };
      const { sink } = new Stage([made, ...threeLayers()]).run(30_000);
      expect(sink.faults).toEqual([]);
      return sink.of("h264-480").filter(({ gap }) => !gap);
    };
    expect(whole()).toEqual([]);
    const segments = whole(4000);
    expect(segments.length).toBeGreaterThan(8);
    for (const { durationMicros } of segments)
      expect(Math.abs(durationMicros - 2_060_000)).toBeLessThan(200_000);
  });

  it("cuts sound alone by time, and takes pictures up that come later", () => {
    const stage = new Stage([{ id: "v-single", format: pictureFormat(), delayMs: 40, isFlowing: false }]);
    stage.run(12_000);
    const starts = stage.sink.starts("opus");
    for (let index = 1; index < starts.length; index += 1)
      expect(starts[index]! - starts[index - 1]!).toBe(2000);
    stage.layers[0]!.isFlowing = true;
    stage.run(20_000);
    const { sink } = stage;
    expect(sink.faults).toEqual([]);
    expect(sink.of("v-single")[0]!.gap).toBe(true);
    expect(sink.of("v-single").at(-1)!.gap).toBe(false);
    const own = sink.of("v-single").filter(({ gap }) => !gap);
    for (const { number, captureMicros } of own) {
      const matching = sink.of("opus").find((segment) => segment.number === number);
      if (matching !== undefined)
        expect(Math.abs(matching.captureMicros - captureMicros)).toBeLessThan(150_000);
    }
  });

  it("is cut by time from the first packet on in a room with sound alone", () => {
    const sink = new RecordingSink();
    const packager = new Packager({}, sink);
    packager.addRendition({ id: "opus", kind: "audio" });
    const opus = opusFormat(2);
    for (let atMs = 0; atMs < 9000; atMs += 20) packager.push("opus", sound(opus, atMs));
    packager.end();
    expect(sink.faults).toEqual([]);
    expect(sink.starts("opus")).toEqual([0, 2000, 4000, 6000, 8000]);
    expect(sink.of("opus").at(-1)!.durationMicros).toBe(1_000_000);
  });

  it("begins a rendition that is added late in the segment that is being made, or the next one", () => {
    const stage = new Stage(threeLayers()).run(9000);
    stage.layers.push({ id: "h264-480", format: pictureFormat(), delayMs: 40 });
    stage.packager.addRendition({ id: "h264-480", kind: "video" });
    stage.layers.at(-1)!.everyMs = 200;
    stage.run(16_000);
    const { sink } = stage;
    expect(sink.faults).toEqual([]);
    const own = sink.of("h264-480");
    expect(own[0]!.number).toBe(FIRST_SEGMENT + 4);
    const first = own.find(({ gap }) => !gap)!;
    const matching = sink.of("v-h").find(({ number }) => number === first.number)!;
    expect(Math.abs(first.captureMicros - matching.captureMicros)).toBeLessThanOrEqual(500_000);
    expect(own.slice(own.indexOf(first)).every(({ gap }) => !gap)).toBe(true);
  });

  it("makes one discontinuity for all of another format in one layer", () => {
    for (const changed of [0, 2]) {
      const stage = new Stage(threeLayers()).run(6500);
      stage.layers[changed]!.format = pictureFormat(changed === 0 ? "large" : "small");
      stage.run(16_000);
      const { sink, layers } = stage;
      expect(sink.faults).toEqual([]);
      const numbers = ["v-l", "v-m", "v-h", "opus"].map((id) =>
        sink.of(id).flatMap(({ discontinuity, number }) => (discontinuity ? [number] : [])),
      );
      expect(numbers[0]).toHaveLength(1);
      expect(new Set(numbers.map(String)).size).toBe(1);
      const { id } = layers[changed]!;
      expect(sink.inits.filter(({ rendition }) => rendition === id).map(({ version }) => version)).toEqual([
        0, 1,
      ]);
      expect(sink.of(id).find(({ init }) => init === 1)!.number).toBe(numbers[0]![0]);
    }
  });

  it("goes on with a discontinuity when the host is back, also with a clock that was set back", () => {
    for (const skewMs of [0, -60_000]) {
      const stage = new Stage(threeLayers()).run(7000);
      stage.packager.discontinuity();
      const before = stage.sink.of("v-h").length;
      stage.nowMs += 30_000;
      for (const layer of stage.layers) Object.assign(layer, { skewMs, everyMs: 2000 });
      stage.hasSound = skewMs === 0;
      stage.run(45_000);
      stage.packager.end();
      const { sink } = stage;
      expect(sink.faults).toEqual([]);
      expect(sink.of("v-h").flatMap(({ discontinuity, number }) => (discontinuity ? [number] : []))).toEqual([
        FIRST_SEGMENT + before,
      ]);
      expect(sink.of("opus").length).toBe(sink.of("v-h").length);
      expect(sink.of("v-h").some(({ gap }) => gap)).toBe(false);
    }
  });

  it("needs no other set-up for a host who is back with the same", () => {
    const stage = new Stage(threeLayers()).run(7000);
    stage.packager.discontinuity();
    const before = stage.sink.of("v-h").length;
    stage.nowMs += 5000;
    stage.layers.forEach((layer, index) => {
      Object.assign(layer, { format: pictureFormat(index === 2 ? "large" : "small"), everyMs: 2000 });
    });
    stage.layers[0]!.isFlowing = false;
    stage.run(16_500);
    stage.layers[0]!.isFlowing = true;
    stage.run(26_000);
    const { sink } = stage;
    expect(sink.faults).toEqual([]);
    expect(sink.inits.every(({ version }) => version === 0)).toBe(true);
    for (const id of ["v-l", "v-h"])
      expect(sink.of(id).flatMap(({ discontinuity, number }) => (discontinuity ? [number] : []))).toEqual([
        FIRST_SEGMENT + before,
      ]);
    expect(sink.of("v-l").at(-1)!.gap).toBe(false);
  });

  it("corrects sound that drifts by whole packets: never 40 ms off", () => {
    for (const share of [1.002, 0.998]) {
      for (const format of [opusFormat(2), aacFormat(Uint8Array.of(0x11, 0x90))]) {
        const sink = new RecordingSink();
        const packager = new Packager({}, sink);
        packager.addRendition({ id: "a", kind: "audio" });
        let worst = 0;
        const ends: number[] = [];
        for (let packet = 0; packet < 6000; packet += 1)
          packager.push("a", sound(format, packet * 20 * share));
        packager.end();
        const origin = parseFragment(sink.parts[0]!.bytes)!.baseTime / 48;
        for (const part of sink.parts) {
          const { baseTime } = parseFragment(part.bytes)!;
          worst = Math.max(worst, Math.abs(baseTime / 48 - origin - (part.captureMicros - START) / 1000));
          ends.push(baseTime);
        }
        expect(sink.faults).toEqual([]);
        expect(worst).toBeLessThan(40);
        expect(worst).toBeGreaterThan(10);
      }
    }
  });

  it("ends with the sound that lasts a little longer than the picture, in the same segment", () => {
    const stage = new Stage([{ id: "v-single", format: pictureFormat(), delayMs: 20, everyMs: 8000 }], {
      maxSegmentMs: 11_000,
    });
    stage.answerMs = undefined;
    stage.run(15_000);
    stage.packager.pause("v-single");
    stage.layers[0]!.isFlowing = false;
    stage.run(15_600);
    stage.packager.end();
    const { sink } = stage;
    expect(sink.faults).toEqual([]);
    for (const rendition of ["v-single", "opus"]) expect(sink.starts(rendition)).toEqual([0, 3000, 8000]);
    expect(sink.segments.some(({ gap }) => gap)).toBe(false);
  });

  it("lasts with silence of its first format until sound in another one can begin: with a cut for all", () => {
    const [before, after] = [aacFormat(Uint8Array.of(0x11, 0x90)), aacFormat(Uint8Array.of(0x12, 0x10))];
    const sink = new RecordingSink();
    const packager = new Packager({ maxSegmentMs: 11_000 }, sink);
    packager.addRendition({ id: "v-single", kind: "video" });
    packager.addRendition({ id: "aac", kind: "audio" });
    const format = pictureFormat();
    const packetMs = (sampleRate: number) => (1024 / sampleRate) * 1000;
    let soundMs = 0;
    for (let atMs = 0; atMs < 12_000; atMs += 40) {
      packager.push("v-single", picture(format, atMs, atMs % 4000 === 0));
      while (soundMs < atMs) {
        const now = soundMs < 5000 ? before : after;
        packager.push("aac", { ...sound(now, soundMs), samples: 1024 });
        soundMs += packetMs(now.sampleRate);
      }
    }
    packager.end();
    expect(sink.faults).toEqual([]);
    expect(sink.starts("v-single")).toEqual([0, 3000, 8000]);
    for (const rendition of ["v-single", "aac"])
      expect(sink.of(rendition).map(({ discontinuity }) => discontinuity)).toEqual([false, false, true]);
    expect(sink.of("aac").map(({ init }) => init)).toEqual([0, 0, 1]);
    expect(sink.parts.some(({ gap }) => gap)).toBe(false);
    for (const [index, startMs] of [0, 3000, 8000].entries())
      expect(Math.abs(sink.starts("aac")[index]! - startMs)).toBeLessThan(packetMs(44_100));
    const rates = sink.inits.flatMap((init) =>
      init.format.kind === "audio" ? [init.format.sampleRate] : [],
    );
    expect(rates).toEqual([48_000, 44_100]);
  });

  it("fills holes in sound with silence", () => {
    for (const [format, samples] of [
      [opusFormat(2), 960] as const,
      [aacFormat(Uint8Array.of(0x11, 0x90)), 1024] as const,
    ]) {
      const sink = new RecordingSink();
      const packager = new Packager({}, sink);
      packager.addRendition({ id: "sound", kind: "audio" });
      for (let packet = 0; packet < 300; packet += 1)
        if (packet < 50 || packet >= 65)
          packager.push("sound", { ...sound(format, (packet * samples) / 48), samples });
      packager.end();
      const fragments = sink.parts.map(({ bytes }) => parseFragment(bytes)!);
      expect(fragments.flatMap((fragment) => fragment.samples)).toHaveLength(300);
      let end = fragments[0]!.baseTime;
      for (const fragment of fragments) {
        expect(fragment.baseTime).toBe(end);
        end += fragment.samples.length * samples;
      }
      expect(sink.faults).toEqual([]);
    }
  });

  it("holds the last picture until the next one, through parts in which nothing begins", () => {
    const sink = new RecordingSink();
    const packager = new Packager({}, sink);
    packager.addRendition({ id: "v", kind: "video" });
    const format = pictureFormat();
    for (const atMs of [0, 40, 80, 900, 940, 980, 1020])
      packager.push("v", picture(format, atMs, atMs === 0));
    packager.end();
    const durations = sink.parts.map(({ bytes }) =>
      parseFragment(bytes)!.samples.map(({ duration }) => duration / 90),
    );
    expect(durations).toEqual([[40, 40, 820], [], [], [40, 40], [40, 40]]);
    expect(sink.parts.map(({ durationMicros }) => durationMicros / 1000)).toEqual([250, 250, 250, 230, 80]);
    expect(sink.segments[0]!.durationMicros).toBe(1_060_000);
    expect(sink.faults).toEqual([]);
  });

  it("takes nothing that is no unit of the rendition, and lives through its removal", () => {
    const stage = new Stage(threeLayers()).run(3000);
    const { packager, sink, opus } = stage;
    packager.push("nobody", sound(opus, 1));
    packager.push("v-h", sound(opus, 1));
    packager.push("opus", { ...sound(opus, 3000), data: new Uint8Array(0) });
    packager.push("opus", { ...sound(opus, 3000), captureMicros: Number.NaN });
    expect(() => packager.addRendition({ id: "opus", kind: "audio" })).toThrow(RangeError);
    packager.removeRendition("v-h");
    packager.removeRendition("v-h");
    stage.run(9000);
    expect(sink.faults).toEqual([]);
    expect(sink.renditions).toEqual(["v-l added", "v-m added", "v-h added", "opus added", "v-h removed"]);
    expect(sink.of("v-m").length).toBeGreaterThan(3);
    packager.end();
    packager.end();
    packager.push("opus", sound(opus, 9020));
    expect(sink.of("v-m").at(-1)!.durationMicros).toBeGreaterThan(0);
  });
});
