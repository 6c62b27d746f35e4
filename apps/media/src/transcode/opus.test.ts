import type { AccessUnit } from "@sameroom/protocol";
import { FF_DECODER_OPUS } from "node-av/constants";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import { aacUnits, decodeSound, onsetMicros } from "./sound.fixture.ts";
import { createTranscoders } from "./transcoders.fixture.ts";
import type { Transcoders } from "./transcoders.ts";

const startMicros = 1_790_000_000_000_000;
const tone = (hertz: number) => (seconds: number) => 0.5 * Math.sin(2 * Math.PI * hertz * seconds);
/** Of a tone of 1 kHz no two samples are further apart; a click is. */
const steepest = 0.1;
let transcoders: Transcoders;

beforeEach(() => {
  ({ transcoders } = createTranscoders());
});
afterEach(() => transcoders.close());

/** Everything that is made of these units. */
async function bridge(units: readonly AccessUnit[]): Promise<AccessUnit[]> {
  const { format } = units[0]!;
  if (format.kind !== "audio") throw new Error("no sound");
  const transcode = transcoders.openOpus({ input: format, bitrate: 128_000 });
  const made: AccessUnit[] = [];
  transcode.on("unit", (output, unit) => {
    expect(output).toBe("opus");
    made.push(unit);
  });
  for (const unit of units) transcode.push(unit);
  const lastMicros = units.at(-1)!.captureMicros;
  await eventually("all is made", () => (made.at(-1)?.captureMicros ?? 0) >= lastMicros - 50_000);
  transcode.close();
  return made;
}

function decode(units: readonly AccessUnit[]): Float32Array[] {
  return decodeSound(
    FF_DECODER_OPUS,
    new Uint8Array(0),
    units.map(({ data }) => data),
  );
}

function joined(decoded: readonly Float32Array[]): Float32Array {
  return Float32Array.from(decoded.flatMap((samples) => [...samples]));
}

function steepestOf(samples: Float32Array): number {
  let most = 0;
  for (let at = 1; at < samples.length; at++)
    most = Math.max(most, Math.abs(samples[at]! - samples[at - 1]!));
  return most;
}

/**
 * Of any ten milliseconds, the largest share of power that is not the tone: a sample too many or too few, a hole or a fade breaks
 * its phase.
 */
function impurityOf(samples: Float32Array, hertz: number): number {
  const window = 480;
  let worst = 0;
  for (let start = 0; start + window <= samples.length; start += window / 4) {
    let [power, real, imaginary] = [0, 0, 0];
    for (let at = 0; at < window; at++) {
      const sample = samples[start + at]!;
      const phase = (2 * Math.PI * hertz * at) / 48_000;
      power += sample * sample;
      real += sample * Math.cos(phase);
      imaginary += sample * Math.sin(phase);
    }
    worst = Math.max(worst, 1 - (2 * (real * real + imaginary * imaginary)) / (window * power));
  }
  return worst;
}

test.each([44_100, 48_000, 32_000, 22_050])(
  "a tone is where it was captured after AAC of %i Hz became Opus, in whole packets",
  async (sampleRate) => {
    const value = (second: number) => (second >= 0.5 ? tone(1000)(second) : 0);
    const made = await bridge(aacUnits({ startMicros, seconds: 1.2, sampleRate, value }));
    expect(made[0]!.format).toMatchObject({ codec: "opus", sampleRate: 48_000, channels: 2 });
    expect(new Set(made.map(({ format }) => format)).size, "one format object").toBe(1);
    for (const [index, unit] of made.entries()) {
      expect(unit).toMatchObject({ samples: 960, keyframe: true, compositionMicros: 0 });
      expect(Math.abs(unit.captureMicros - made[0]!.captureMicros - index * 20_000)).toBeLessThanOrEqual(1);
    }
    const onset = onsetMicros(made, decode(made))!;
    expect(Math.abs(onset - (startMicros + 500_000))).toBeLessThan(2000);
  },
);

test("no more than 60 ms of sound are under way", async () => {
  const units = aacUnits({ startMicros, seconds: 1, sampleRate: 44_100, value: tone(1000) });
  const format = units[0]!.format;
  if (format.kind !== "audio") throw new Error("no sound");
  const transcode = transcoders.openOpus({ input: format, bitrate: 128_000 });
  let endMicros = 0;
  transcode.on("unit", (_, unit) => {
    endMicros = unit.captureMicros + 20_000;
  });
  for (const unit of units) {
    transcode.push(unit);
    const pushedMicros = unit.captureMicros + (unit.samples * 1_000_000) / 44_100;
    await eventually("all but 60 ms has come out", () => endMicros >= pushedMicros - 60_000);
  }
});

test("a sound card that is fast or slow is followed without a click", async () => {
  const value = (second: number) => (second < 10.9 || second >= 11 ? tone(1000)(second) : 0);
  for (const fastPpm of [2000, -2000]) {
    const made = await bridge(aacUnits({ startMicros, seconds: 12, sampleRate: 44_100, value, fastPpm }));
    const decoded = decode(made);
    expect(steepestOf(joined(decoded.slice(2, 540)))).toBeLessThan(steepest);
    // Sound that is cut out or put in, however softly, would be more than 0.4.
    expect(impurityOf(joined(decoded.slice(2, 540)), 1000)).toBeLessThan(0.1);
    // In 11 seconds such a sound card is 22 ms off; what is left is what five seconds of it make.
    const late = made.findIndex(({ captureMicros }) => captureMicros > startMicros + 10_950_000);
    const onset = onsetMicros(made.slice(late), decoded.slice(late))!;
    const exact = startMicros + 11_000_000 / (1 + fastPpm / 1_000_000);
    expect(Math.abs(onset - exact)).toBeLessThan(11_000);
  }
});

test("what is missing is silence, without a click, and what comes after it is in its place", async () => {
  const value = (second: number) =>
    second < 0.5 ? tone(440)(second) : second < 1.1 ? tone(1000)(second) : 0;
  const units = aacUnits({ startMicros, seconds: 1.5, sampleRate: 48_000, value });
  const isThere = ({ captureMicros }: AccessUnit) =>
    captureMicros < startMicros + 300_000 || captureMicros > startMicros + 700_000;
  const made = await bridge(units.filter(isThere));
  for (const [index, unit] of made.entries()) {
    expect(Math.abs(unit.captureMicros - made[0]!.captureMicros - index * 20_000)).toBeLessThanOrEqual(1);
  }
  const decoded = decode(made);
  const peakAt = (seconds: number) => {
    const at = made.findIndex(({ captureMicros }) => captureMicros >= startMicros + seconds * 1_000_000);
    return decoded[at]!.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  };
  expect(peakAt(0.2)).toBeGreaterThan(0.4);
  expect(peakAt(0.45)).toBeLessThan(0.01);
  expect(peakAt(0.8)).toBeGreaterThan(0.4);
  expect(peakAt(1.2)).toBeLessThan(0.05);
  expect(steepestOf(joined(decoded.slice(2)))).toBeLessThan(steepest);
});

test("sound that comes twice is left out, and a jump of seconds is one", async () => {
  const units = aacUnits({ startMicros, seconds: 1, sampleRate: 48_000, value: tone(1000) });
  const later = (unit: AccessUnit, micros: number) => ({
    ...unit,
    captureMicros: unit.captureMicros + micros,
  });
  const again = units.slice(25).map((unit) => later(unit, -200_000));
  const far = units.slice(1).map((unit) => later(unit, 10_000_000));
  const made = await bridge([...units, ...again, ...far]);
  const steps = made.slice(1).map((unit, at) => unit.captureMicros - made[at]!.captureMicros);
  const jumps = steps.filter((step) => Math.abs(step - 20_000) > 1);
  expect(jumps).toHaveLength(1);
  expect(jumps[0]).toBeGreaterThan(8_000_000);
  expect(made.at(-1)!.captureMicros).toBeGreaterThan(startMicros + 10_860_000);
});

test("one channel stays one; six become two", async () => {
  const mono = await bridge(
    aacUnits({ startMicros, seconds: 0.5, sampleRate: 44_100, channels: 1, value: tone(1000) }),
  );
  expect(mono[0]!.format).toMatchObject({ channels: 1 });
  const surround = await bridge(
    aacUnits({ startMicros, seconds: 0.5, sampleRate: 48_000, channels: 6, value: tone(1000) }),
  );
  expect(surround[0]!.format).toMatchObject({ channels: 2 });
  expect(Math.max(...joined(decode(surround)))).toBeGreaterThan(0.2);
});

test("a source that changes its rate goes on in the same format, in its place", async () => {
  const before = aacUnits({ startMicros, seconds: 0.5, sampleRate: 44_100, value: () => 0 });
  const last = before.at(-1)!;
  const endMicros = last.captureMicros + (1024 / 44_100) * 1_000_000;
  const value = (second: number) => (second >= 0.5 ? tone(1000)(second) : 0);
  const after = aacUnits({ startMicros: endMicros, seconds: 1, sampleRate: 48_000, value });
  const made = await bridge([...before, ...after.slice(1)]);
  expect(new Set(made.map(({ format }) => format)).size).toBe(1);
  expect(Math.abs(onsetMicros(made, decode(made))! - (endMicros + 500_000))).toBeLessThan(2000);
});

test("damaged packets become silence and move nothing", async () => {
  const value = (second: number) => (second >= 0.7 ? tone(1000)(second) : 0);
  const units = aacUnits({ startMicros, seconds: 1.2, sampleRate: 44_100, value });
  const made = await bridge(
    units.map((unit, index) =>
      index > 5 && index < 15 ? { ...unit, data: Uint8Array.of(0xff, 1, 2) } : unit,
    ),
  );
  expect(Math.abs(onsetMicros(made, decode(made))! - (startMicros + 700_000))).toBeLessThan(2000);
});
