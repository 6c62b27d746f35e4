import fc from "fast-check";
import { expect, test } from "vitest";
import { splitAnnexB } from "./annex-b.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

test("parameter sets are told apart from the picture, whose units get lengths", () => {
  const packet = splitAnnexB(
    hex("00000001 6742c01e 00000001 68ce3c80 000001 0605ff 00000001 65888400 000001 6588aa"),
  );
  expect(packet.sps).toEqual([hex("6742c01e")]);
  expect(packet.pps).toEqual([hex("68ce3c80")]);
  expect(packet.data, "trailing zeros belong to the start code").toEqual(
    hex("00000003 658884 00000003 6588aa"),
  );
});

test("bytes without a start code hold nothing", () => {
  expect(splitAnnexB(hex("65888400"))).toEqual({ sps: [], pps: [], data: new Uint8Array(0) });
});

test("any bytes: the lengths add up", () => {
  const bytes = fc.array(fc.constantFrom(0, 0, 0, 1, 5, 0x67, 0x65), { maxLength: 200 });
  fc.assert(
    fc.property(bytes, (array) => {
      const { data } = splitAnnexB(Uint8Array.from(array));
      const view = new DataView(data.buffer);
      let at = 0;
      while (at < data.length) {
        const length = view.getUint32(at);
        expect(length).toBeGreaterThan(0);
        at += 4 + length;
      }
      expect(at).toBe(data.length);
    }),
    { seed: 4 },
  );
});
