import { SeededRandom } from "@sameroom/base/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UnitFormat } from "../units/types.ts";
import { FORMATS } from "./fmp4.fixture.ts";
import { parseInit } from "./parse-init.ts";
import { readBoxes } from "./read-boxes.ts";
import { serializeInit } from "./serialize-init.ts";

const CONTAINERS = new Set(["moov", "trak", "mdia", "minf", "dinf", "stbl", "mvex"]);

/** All boxes of a file as nested lists; of what is no container the number of payload bytes. */
function tree(bytes: Uint8Array, from = 0, end = bytes.length): unknown[] {
  return readBoxes(bytes, from, end)!.map(({ type, payload, end: boxEnd }) => [
    type,
    CONTAINERS.has(type) ? tree(bytes, payload, boxEnd) : boxEnd - payload,
  ]);
}

describe("an init segment", () => {
  it("has the boxes of a CMAF header, in order", () => {
    expect(tree(serializeInit(FORMATS.opus))).toEqual([
      ["ftyp", 20],
      [
        "moov",
        [
          ["mvhd", 112],
          [
            "trak",
            [
              ["tkhd", 96],
              [
                "mdia",
                [
                  ["mdhd", 36],
                  ["hdlr", 25],
                  [
                    "minf",
                    [
                      ["smhd", 8],
                      ["dinf", [["dref", 20]]],
                      [
                        "stbl",
                        [
                          ["stsd", 8 + 36 + 19],
                          ["stts", 8],
                          ["stsc", 8],
                          ["stsz", 12],
                          ["stco", 8],
                        ],
                      ],
                    ],
                  ],
                ],
              ],
            ],
          ],
          ["mvex", [["trex", 24]]],
        ],
      ],
    ]);
  });

  it.each(Object.values(FORMATS))("of $codec tells the format it was made from", (format: UnitFormat) => {
    expect(parseInit(serializeInit(format))).toEqual(format);
  });

  it("that is cut short or damaged never throws", () => {
    const random = new SeededRandom(5);
    for (const format of Object.values(FORMATS)) {
      const whole = serializeInit(format);
      for (let length = 0; length < whole.length; length += 1)
        expect(parseInit(whole.subarray(0, length))).toBeUndefined();
      for (let round = 0; round < 1000; round += 1) {
        const bytes = whole.slice();
        for (let hits = random.integer(1, 4); hits > 0; hits -= 1)
          bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
        const parsed = parseInit(bytes);
        if (parsed?.kind === "video") expect(parsed.width * parsed.height).toBeGreaterThan(0);
        if (parsed?.kind === "audio") expect(parsed.sampleRate * parsed.channels).toBeGreaterThan(0);
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => parseInit(bytes) === undefined));
  });
});
