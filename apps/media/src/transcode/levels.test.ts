import type { AccessUnit } from "@sameroom/protocol";
import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import type { SoundLevel } from "./messages.ts";
import { aacUnits, opusUnits } from "./sound.fixture.ts";
import { createTranscoders } from "./transcoders.fixture.ts";

const startMicros = 1_790_000_000_000_000;

async function levelsOf(units: readonly AccessUnit[], count: number): Promise<SoundLevel[]> {
  const { transcoders } = createTranscoders();
  const { format } = units[0]!;
  if (format.kind !== "audio") throw new Error("no sound");
  const transcode = transcoders.openLevels({ input: format });
  const levels: SoundLevel[] = [];
  transcode.on("level", (level) => levels.push(level));
  for (const unit of units) transcode.push(unit);
  await eventually("all is measured", () => levels.length >= count);
  await transcoders.close();
  return levels;
}

test("a tone, silence and a clipped tone are told apart, a second each", async () => {
  const value = (second: number) => {
    const wave = Math.sin(2 * Math.PI * 1000 * second);
    return second < 2 ? 0.5 * wave : second < 4.5 ? 0 : Math.max(-1, Math.min(1, 4 * wave));
  };
  const levels = await levelsOf(aacUnits({ startMicros, seconds: 6.3, sampleRate: 44_100, value }), 6);
  const [first, loud, , silent, , clipped] = levels;
  expect(first!.captureMicros).toBe(Math.round(startMicros - (1024 / 44_100) * 1_000_000));
  expect(levels[1]!.captureMicros - first!.captureMicros).toBeGreaterThan(990_000);
  expect(Math.abs(loud!.peakDbfs + 6.02)).toBeLessThan(0.5);
  expect(Math.abs(loud!.rmsDbfs + 9.03)).toBeLessThan(0.5);
  expect(silent!.rmsDbfs).toBeLessThan(-80);
  expect(clipped!.peakDbfs).toBeGreaterThan(-1);
});

test("Opus is measured as well", async () => {
  const [level] = await levelsOf(opusUnits({ startMicros, seconds: 1.1, loud: () => true }), 1);
  expect(Math.abs(level!.peakDbfs + 6)).toBeLessThan(0.5);
});
