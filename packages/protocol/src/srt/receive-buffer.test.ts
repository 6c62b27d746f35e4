import fc from "fast-check";
import { expect, test } from "vitest";
import { ReceiveBuffer, SRT_WINDOW } from "./receive-buffer.ts";
import { sequenceAfter } from "./sequence-number.ts";

const payload = (value: number) => Uint8Array.of(value & 255, 1);

test("whatever order packets come in, they leave in theirs, once, and what is missing is named", () => {
  const packets = fc.array(fc.nat(60), { maxLength: 120 });
  fc.assert(
    fc.property(fc.nat(0x7fff_ffff), packets, (initial, offsets) => {
      const buffer = new ReceiveBuffer(initial);
      const seen = new Set<number>();
      const taken: number[] = [];
      for (const offset of offsets) {
        const isNew = !seen.has(offset);
        expect(buffer.put(sequenceAfter(initial, offset), offset, payload(offset)).kind).toBe(
          isNew ? "new" : "old",
        );
        seen.add(offset);
        for (let next = buffer.take(); next !== undefined; next = buffer.take()) taken.push(next[0]!);
      }
      const end = Math.max(-1, ...seen) + 1;
      const missing = Array.from({ length: end }, (_, index) => index).filter((index) => !seen.has(index));
      const firstMissing = missing[0] ?? end;
      expect(taken).toEqual(Array.from({ length: firstMissing }, (_, index) => index));
      expect(buffer.missing).toBe(missing.length);
      const named = buffer.missingRanges(1000).flatMap(({ first, last }) => {
        const numbers: number[] = [];
        for (let at = first; ; at = sequenceAfter(at)) {
          numbers.push((at - initial) & 0x7fff_ffff);
          if (at === last) return numbers;
        }
      });
      expect(named).toEqual(missing);
    }),
    { seed: 11, numRuns: 300 },
  );
});

test("a gap is told once, when it is first seen", () => {
  const buffer = new ReceiveBuffer(10);
  expect(buffer.put(13, 0, payload(3))).toEqual({ kind: "new", gap: { first: 10, last: 12 } });
  expect(buffer.put(14, 0, payload(4))).toEqual({ kind: "new", gap: undefined });
  expect(buffer.put(11, 0, payload(1))).toEqual({ kind: "new", gap: undefined });
  expect(buffer.skipGap()).toBe(1);
  expect(buffer.take()).toEqual(payload(1));
});

test("no more is held than the window", () => {
  const buffer = new ReceiveBuffer(0);
  expect(buffer.put(SRT_WINDOW - 1, 0, payload(0)).kind).toBe("new");
  expect(buffer.put(SRT_WINDOW, 0, payload(0)).kind).toBe("beyond");
  expect(buffer.put(0x7fff_ffff, 0, payload(0)).kind).toBe("old");
});
