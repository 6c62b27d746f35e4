import { BufferController } from "hls.js";
import { describe, expect, test } from "vitest";
import { LiveBuffers, type MediaLength, updateLength } from "./live-buffers.ts";

/** A media source of this length, and what it is told. */
function source(duration: number, next: MediaLength | null) {
  const told: (MediaLength | "when idle")[] = [];
  const internals = {
    mediaSource: { duration },
    getDurationAndRange: () => next,
    updateMediaSource: (length: MediaLength) => told.push(length),
  };
  updateLength(internals, () => told.push("when idle"));
  return told;
}

describe("LiveBuffers", () => {
  test("where viewers can go in a live show is told at once, whatever is written to the buffers", () => {
    const range = { duration: Number.POSITIVE_INFINITY, start: 4, end: 30 };
    expect(source(Number.POSITIVE_INFINITY, range)).toEqual([range]);
  });

  test("another length waits for the buffers, as that of a show that is over", () => {
    expect(source(Number.NaN, { duration: Number.POSITIVE_INFINITY })).toEqual(["when idle"]);
    expect(source(Number.POSITIVE_INFINITY, { duration: 31 })).toEqual(["when idle"]);
    expect(source(Number.NaN, null)).toEqual(["when idle"]);
  });

  test("hls.js has what is built on", () => {
    for (const name of ["getDurationAndRange", "updateMediaSource", "updateDuration"])
      expect(BufferController.prototype).toHaveProperty(name, expect.any(Function));
    expect(LiveBuffers.prototype).toBeInstanceOf(BufferController);
  });
});
