import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AmfValue } from "./amf-value.ts";
import { parseAmf0 } from "./parse-amf0.ts";
import { serializeAmf0 } from "./serialize-amf0.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("AMF 0", () => {
  it("reads what it writes", () => {
    const leaf = fc.oneof(
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.constant(null),
      fc.constant(undefined),
    );
    const { value } = fc.letrec<{ value: AmfValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small", maxDepth: 5 },
        leaf,
        fc.array(tie("value"), { maxLength: 4 }),
        fc
          .array(fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), tie("value")), { maxLength: 4 })
          .map((entries) => new Map(entries)),
      ) as fc.Arbitrary<AmfValue>,
    }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), (values) => {
        expect(parseAmf0(serializeAmf0(...values))).toEqual(values);
      }),
    );
  });

  it("reads ECMA arrays whatever their count says, dates, long strings and typed objects", () => {
    expect(parseAmf0(hex("08 00000009 0001 61 00 3ff0000000000000 0000 09"))).toEqual([new Map([["a", 1]])]);
    expect(parseAmf0(hex("0b 4072c00000000000 0000"))).toEqual([300]);
    expect(parseAmf0(hex("0c 00000002 6869"))).toEqual(["hi"]);
    expect(parseAmf0(hex("10 0001 78 0001 61 05 0000 09"))).toEqual([new Map([["a", null]])]);
  });

  it("follows references to objects before", () => {
    const [first, second] = parseAmf0(hex("03 0001 61 01 01 0000 09 07 0000"))!;
    expect(second).toBe(first);
    expect(parseAmf0(hex("07 0000"))).toBeUndefined();
  });

  it("has no property that means something to JavaScript", () => {
    const [object] = parseAmf0(serializeAmf0(new Map([["__proto__", new Map([["polluted", true]])]])))!;
    expect(object).toBeInstanceOf(Map);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("refuses what is too deep or too much, and what is cut short", () => {
    expect(parseAmf0(hex(`${"0a 00000001".repeat(15)} 05`))).toBeDefined();
    expect(parseAmf0(hex(`${"0a 00000001".repeat(40)} 05`))).toBeUndefined();
    expect(parseAmf0(hex("05".repeat(4096)))).toHaveLength(4096);
    expect(parseAmf0(hex("05".repeat(4097)))).toBeUndefined();
    expect(parseAmf0(hex("0a ffffffff 05"))).toBeUndefined();
    const whole = serializeAmf0("connect", 1, new Map<string, AmfValue>([["app", "live"]]));
    for (let length = 1; length < whole.length; length += 1) {
      const parsed = parseAmf0(whole.subarray(0, length));
      expect(parsed === undefined || parsed.length < 3, `${length} bytes`).toBe(true);
    }
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseAmf0(bytes)),
      { numRuns: 2000 },
    );
  });
});

describe("AMF 3 inside AMF 0", () => {
  it("reads every kind of value that encoders send", () => {
    expect(parseAmf0(hex("11 00"))).toEqual([undefined]);
    expect(parseAmf0(hex("11 01"))).toEqual([null]);
    expect(parseAmf0(hex("11 02 11 03"))).toEqual([false, true]);
    expect(parseAmf0(hex("11 04 7f 11 04 8100 11 04 ffffffff"))).toEqual([127, 128, -1]);
    expect(parseAmf0(hex("11 05 3ff8000000000000"))).toEqual([1.5]);
    expect(parseAmf0(hex("11 06 05 6869"))).toEqual(["hi"]);
    expect(parseAmf0(hex("11 08 01 4072c00000000000"))).toEqual([300]);
    expect(parseAmf0(hex("11 0c 05 0102"))).toEqual([Uint8Array.of(1, 2)]);
  });

  it("reads arrays with and without names, objects with traits, and references", () => {
    expect(parseAmf0(hex("11 09 05 01 04 01 04 02"))).toEqual([[1, 2]]);
    expect(parseAmf0(hex("11 09 03 03 61 04 05 01 04 07"))).toEqual([
      new Map([
        ["a", 5],
        ["0", 7],
      ]),
    ]);
    // Traits of one property, dynamic; the name comes again as reference 0.
    expect(parseAmf0(hex("11 0a 1b 01 03 61 04 01 03 62 06 00 01"))).toEqual([
      new Map<string, AmfValue>([
        ["a", 1],
        ["b", "a"],
      ]),
    ]);
    // The second element is the array itself.
    const [array] = parseAmf0(hex("11 09 05 01 04 01 09 00"))! as [AmfValue[]];
    expect(array[0]).toBe(1);
  });

  it("refuses what points nowhere, classes that write themselves, and too many names", () => {
    for (const bytes of [
      "11 06 02",
      "11 09 02",
      "11 0a 01",
      "11 0a 07 01",
      "11 0a ffffffff 01",
      "11 0d 01",
    ]) {
      expect(parseAmf0(hex(bytes)), bytes).toBeUndefined();
    }
  });

  it("never throws", () => {
    const bytes = fc.uint8Array({ maxLength: 100 }).map((rest) => Uint8Array.of(17, ...rest));
    fc.assert(
      fc.property(bytes, (message) => void parseAmf0(message)),
      { numRuns: 3000 },
    );
  });
});
