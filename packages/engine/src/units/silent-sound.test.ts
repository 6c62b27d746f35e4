import {
  type AccessUnit,
  type AudioFormat,
  aacFormat,
  opusFormat,
  opusSamples,
  type UnitFormat,
} from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { SilentSound } from "./silent-sound.ts";

const START = 1_800_000_000_000_000;
const PICTURE = { kind: "video" } as UnitFormat;
const unitAt = (micros: number, samples = 0, format: UnitFormat = PICTURE): AccessUnit => ({
  ...{ format, captureMicros: START + micros, compositionMicros: 0, keyframe: true, samples },
  data: Uint8Array.of(1),
});
const soundAt = (micros: number) => unitAt(micros, 960, opusFormat(2));

/** Pictures every 40 ms from `from` to `to`, ms; gives the silence with them: where it begins and ends, ms, and whether it has holes. */
function show(silence: SilentSound, from: number, to: number, withSound = false) {
  const units: AccessUnit[] = [];
  for (let ms = from; ms <= to; ms += 40) {
    const nowMicros = ms * 1000 + 7_000_000;
    silence.take(unitAt(ms * 1000));
    if (withSound) for (const at of [ms, ms + 20]) silence.take(soundAt(at * 1000));
    units.push(...silence.due(nowMicros));
  }
  const at = units.map(({ captureMicros }) => (captureMicros - START) / 1000);
  return {
    fromMs: at[0],
    toMs: at.length === 0 ? undefined : at.at(-1)! + 20,
    isWhole: at.every((ms, index) => index === 0 || ms - at[index - 1]! === 20),
    units,
  };
}

describe("silence in the place of sound", () => {
  it("begins with the first picture where no sound comes, and goes on beside it, in packets of Opus", () => {
    const silence = new SilentSound(() => opusFormat(2));
    expect(show(silence, 0, 640).units).toEqual([]);
    const { units, ...where } = show(silence, 680, 10_000);
    expect(where).toEqual({ fromMs: 0, toMs: 9800, isWhole: true });
    expect(units.every(({ data, samples }) => opusSamples(data) === samples)).toBe(true);
  });

  it("is not made while sound comes, nor for sound alone, nor before anything has come", () => {
    const silence = new SilentSound(() => opusFormat(2));
    expect([...silence.due(9_000_000)]).toEqual([]);
    expect(show(silence, 0, 5000, true).units).toEqual([]);
    const alone = new SilentSound(() => opusFormat(2));
    alone.take(soundAt(0));
    expect([...alone.due(60_000_000)]).toEqual([]);
  });

  it("goes on where sound ended, and ends when it is back", () => {
    const silence = new SilentSound(() => opusFormat(2));
    show(silence, 0, 2000, true);
    const { units: _, ...where } = show(silence, 2040, 6000);
    expect(where).toEqual({ fromMs: 2040, toMs: 5800, isWhole: true });
    expect(show(silence, 6040, 9000, true).units).toEqual([]);
    expect(show(silence, 9040, 12_000).fromMs).toBe(9040);
  });

  it("does not make up for pauses of the picture, nor wait for a clock that was set back", () => {
    const silence = new SilentSound(() => opusFormat(2));
    show(silence, 0, 2000);
    expect(show(silence, 600_000, 602_000).fromMs).toBe(599_800);
    const back = show(silence, 30_000, 32_000);
    expect(back.fromMs).toBe(29_800);
    expect(back.isWhole).toBe(true);
  });

  it("is in the expected format until sound comes, which need not be known before it is due", () => {
    const lc = aacFormat(Uint8Array.of(0x12, 0x10));
    let expected: AudioFormat | undefined;
    const silence = new SilentSound(() => expected);
    expect(show(silence, 0, 640).units).toEqual([]);
    expected = lc;
    expect(show(silence, 680, 2000).units.every(({ format }) => format === lc)).toBe(true);
    // What is begun in one format goes on in it.
    expected = opusFormat(2);
    const { units } = show(silence, 2040, 4000);
    expect(units.length).toBeGreaterThan(40);
    expect(units.every(({ format }) => format === lc)).toBe(true);
  });

  it("is in the format of the sound there was, on its grid; there is none for what no silence is known of", () => {
    const lc = aacFormat(Uint8Array.of(0x12, 0x10));
    const silence = new SilentSound(() => undefined);
    expect(show(silence, 0, 5000).units).toEqual([]);
    for (let packet = 0; packet < 50; packet += 1)
      silence.take(unitAt(5_000_000 + (packet * 1024 * 1e6) / 44_100, 1024, lc));
    const { units } = show(silence, 5040, 8000);
    expect(units.every(({ format, samples }) => format === lc && samples === 1024)).toBe(true);
    const at = units.map(
      ({ captureMicros }) => (((captureMicros - START - 5_000_000) / 1e6) * 44_100) / 1024,
    );
    for (const [index, packets] of at.entries()) expect(packets).toBeCloseTo(50 + index, 3);
    expect(at.length).toBeGreaterThan(60);

    // Its channels are in the stream itself.
    const unknown = new SilentSound(() => undefined);
    unknown.take(unitAt(0, 1024, { ...lc, configuration: Uint8Array.of(0x12, 0x00) }));
    expect(show(unknown, 0, 5000).units).toEqual([]);
  });
});
