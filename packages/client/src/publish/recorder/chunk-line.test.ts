import { describe, expect, it } from "vitest";
import { ChunkLine } from "./chunk-line.ts";

const WINDOW = 100;
const sequences = (chunks: { sequence: number }[]) => chunks.map(({ sequence }) => sequence);

function lineOf(...sizes: number[]): ChunkLine {
  const line = new ChunkLine();
  for (const [index, size] of sizes.entries())
    line.put(new Uint8Array(size), { begins: index === 0, nowMs: index * 100 });
  return line;
}

describe("ChunkLine", () => {
  it("sends as much as the server's window takes, in order, each once", () => {
    const line = lineOf(40, 40, 40, 40);
    expect(line.takeSendable(0)).toMatchObject([{ sequence: 0 }]);
    line.open({ next: 0, windowBytes: WINDOW, nowMs: 0 });
    expect(line.takeSendable(0)).toMatchObject([
      { sequence: 0, begins: true },
      { sequence: 1, begins: false },
    ]);
    expect(line.takeSendable(0)).toEqual([]);
    line.acknowledge(1, 30);
    expect(line.takeSendable(30)).toMatchObject([{ sequence: 2, roundTripMs: 30 }]);
    line.acknowledge(3, 60);
    expect(sequences(line.takeSendable(60))).toEqual([3]);
    expect([line.acknowledgedBytes, line.waitingBytes]).toEqual([120, 40]);
  });

  it("sends a chunk that is larger than the window when nothing else is under way", () => {
    const line = lineOf(500, 10);
    line.open({ next: 0, windowBytes: WINDOW, nowMs: 0 });
    expect(sequences(line.takeSendable(0))).toEqual([0]);
    line.acknowledge(1, 10);
    expect(sequences(line.takeSendable(10))).toEqual([1]);
  });

  it("sends again over another connection what the server has not", () => {
    const line = lineOf(10, 10, 10);
    line.open({ next: 0, windowBytes: WINDOW, nowMs: 0 });
    line.takeSendable(0);
    line.acknowledge(1, 5);
    expect(line.open({ next: 2, windowBytes: WINDOW, nowMs: 900 })).toBe(true);
    expect(sequences(line.takeSendable(900))).toEqual([2]);
    // What was acknowledged is not there any more, and what was never recorded cannot be wanted.
    expect(line.open({ next: 1, windowBytes: WINDOW, nowMs: 900 })).toBe(false);
    expect(line.open({ next: 9, windowBytes: WINDOW, nowMs: 900 })).toBe(false);
  });

  it("tells how far it is behind, counted from the connection, and numbers on after giving up", () => {
    const line = lineOf(90, 90, 90);
    line.open({ next: 0, windowBytes: WINDOW, nowMs: 5000 });
    line.takeSendable(5000);
    expect(line.behindMs(8000)).toBe(3000);
    line.dropUnsent();
    expect([line.behindMs(8000), line.waitingBytes]).toEqual([0, 90]);
    line.put(new Uint8Array(5), { begins: true, nowMs: 8100 });
    expect(line.takeSendable(8100)).toMatchObject([{ sequence: 1, begins: true }]);
    line.reset();
    line.put(new Uint8Array(5), { begins: true, nowMs: 8200 });
    expect(sequences(line.takeSendable(8200))).toEqual([0]);
  });
});
