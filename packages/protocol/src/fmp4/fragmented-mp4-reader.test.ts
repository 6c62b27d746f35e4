import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box } from "./box.ts";
import { FORMATS } from "./fmp4.fixture.ts";
import { FragmentedMp4Reader } from "./fragmented-mp4-reader.ts";
import { serializeFragment } from "./serialize-fragment.ts";
import { serializeInit } from "./serialize-init.ts";

const opus = (count: number) => ({
  data: Uint8Array.of(31 << 3, count),
  duration: 960,
  keyframe: true,
});
const fragment = (sequence: number, baseTime: number) =>
  serializeFragment({ format: FORMATS.opus, sequence, baseTime, samples: [opus(1), opus(2)] });

describe("FragmentedMp4Reader", () => {
  it("reads what our own writer wrote, byte by byte, over boxes it does not know", () => {
    const reader = new FragmentedMp4Reader();
    const file = [
      serializeInit(FORMATS.opus),
      fragment(1, 48_000),
      box("free", new Uint8Array(40)),
      fragment(2, 49_920),
    ];
    const units = file.flatMap((part) => [...part]).flatMap((byte) => reader.push(Uint8Array.of(byte)));
    expect(units.map(({ ptsMicros, samples, data }) => [ptsMicros, samples, data[1]])).toEqual([
      [1_000_000, 960, 1],
      [1_020_000, 960, 2],
      [1_040_000, 960, 1],
      [1_060_000, 960, 2],
    ]);
    expect(units[3]!.format).toBe(units[0]!.format);
  });

  it("says what made a file unreadable: data before its fragment is passed over, a fragment without data is not", () => {
    const reader = new FragmentedMp4Reader();
    expect(reader.sound).toBeUndefined();
    reader.push(serializeInit(FORMATS.opus));
    expect(reader.sound).toEqual(FORMATS.opus);
    expect(reader.push(box("mdat", new Uint8Array(9)))).toEqual([]);
    expect(reader.fault).toBeUndefined();
    reader.push(box("moof", new Uint8Array(8)));
    reader.push(box("free", new Uint8Array(8)));
    expect(reader.fault).toBe("free where mdat must be");
    const large = new FragmentedMp4Reader();
    large.push(Uint8Array.of(0x7f, 0, 0, 0, ...Buffer.from("moof")));
    expect(large.fault).toBe("moof of 2130706432 bytes");
    const small = new FragmentedMp4Reader();
    small.push(Uint8Array.of(0, 0, 0, 3, ...Buffer.from("free")));
    expect(small.fault).toBe("a box of 3 bytes");
  });

  it("gives each byte of a fragment to one sample at most", () => {
    const whole = fragment(1, 0);
    const view = new DataView(whole.buffer);
    const traf = whole.slice(24, view.getUint32(0));
    const moof = box("moof", whole.slice(8, 24), traf, traf);
    // The runs count from the start of the `moof`, which is longer by one `traf`.
    const bytes = Uint8Array.from([...moof, ...whole.slice(view.getUint32(0))]);
    const out = new DataView(bytes.buffer);
    for (let at = 0; at + 4 < moof.length; at += 1)
      if (String.fromCharCode(...bytes.subarray(at, at + 4)) === "trun")
        out.setUint32(at + 12, moof.length + 8);
    const reader = new FragmentedMp4Reader();
    reader.push(serializeInit(FORMATS.opus));
    expect(reader.push(bytes)).toHaveLength(2);
  });

  it("survives any bytes", () => {
    const init = serializeInit(FORMATS.opus);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom("moof", "moov", "mdat", ""),
        (rest, type) => {
          const reader = new FragmentedMp4Reader();
          reader.push(init);
          reader.push(type === "" ? rest : box(type, rest));
          reader.push(box("mdat", rest));
        },
      ),
    );
  });
});
