import { silentPacket } from "@sameroom/engine";
import { aacFormat } from "@sameroom/protocol";
import { FF_DECODER_AAC } from "node-av/constants";
import { expect, test } from "vitest";
import { decodeSound } from "./sound.fixture.ts";

/** AudioSpecificConfig at 48 kHz; with spectral band replication the core has 24 kHz (ISO 14496-3 section 1.6.2.1). */
function configurationOf(objectType: number, channels: number): Uint8Array {
  const isExtended = objectType !== 2;
  const fields: [value: number, bits: number][] = [
    [objectType, 5],
    [isExtended ? 6 : 3, 4],
    [channels, 4],
    ...(isExtended
      ? ([
          [3, 4],
          [2, 5],
        ] as [number, number][])
      : []),
    [0, 3],
  ];
  const bits = fields.map(([value, count]) => value.toString(2).padStart(count, "0")).join("");
  return Uint8Array.from(bits.match(/.{1,8}/g)!, (byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
}

const KINDS = [
  ...[1, 2, 3, 4, 5, 6, 7].map((channels) => ["AAC-LC", 2, channels, 1024] as const),
  ...[1, 2, 6].map((channels) => ["HE-AAC", 5, channels, 2048] as const),
  ["HE-AAC v2", 29, 1, 2048] as const,
];

test.each(KINDS)(
  "silence in %s (object type %i, channels %i) is decoded as such",
  (_, type, channels, samples) => {
    const format = aacFormat(configurationOf(type, channels));
    expect(format.sampleRate).toBe(48_000);
    const packet = silentPacket(format)!;
    expect(packet.samples).toBe(samples);
    const decoded = decodeSound(FF_DECODER_AAC, format.configuration, new Array(20).fill(packet.data));
    for (const plane of decoded) {
      expect(plane.length).toBe(samples);
      expect(plane.every((sample) => Math.abs(sample) < 1e-6)).toBe(true);
    }
  },
);

test("no silence is made of what is neither Opus nor AAC-LC nor HE-AAC", () => {
  expect(silentPacket(aacFormat(configurationOf(2, 2)))).toBeDefined();
  // AAC Main, and AAC-LC whose channels are in the stream alone.
  const main = { ...aacFormat(configurationOf(2, 2)), configuration: configurationOf(1, 2) };
  const untold = { ...aacFormat(configurationOf(2, 2)), configuration: configurationOf(2, 0) };
  for (const format of [main, untold]) expect(silentPacket(format)).toBeUndefined();
});
