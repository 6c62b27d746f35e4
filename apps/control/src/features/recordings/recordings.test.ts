import { SeededRandom } from "@sameroom/base/testing";
import type { RecordingFact } from "@sameroom/contract";
import { describe, expect, test } from "vitest";
import type { Recording, Room } from "../../db/schema.ts";
import { newId } from "../../ids.ts";
import { parseCursor, serializeCursor } from "./cursor.ts";
import { mayAdopt, reconcile, recordingOf } from "./rules.ts";

const fact = (id: string, overrides: Partial<RecordingFact> = {}): RecordingFact => ({
  ...{ id, room: "room", broadcast: null, state: "ready", fault: null, startedUnixMs: 5000.75 },
  ...{ durationMs: 1.5, bytes: 10, width: 2, height: 2, file: { bytes: 9, sha256: "ab" }, hasPictures: true },
  ...overrides,
});
const room = { id: "r", title: "Title", visibility: "unlisted" } as Room;
const row = (id: string, overrides: Partial<Recording> = {}): Recording => ({
  ...recordingOf(fact(id), "w", { room, before: null, broadcastId: null }),
  ...overrides,
});
const NOTHING = { take: [], orderDeletion: [], forget: [], lost: [] };

describe("what a hello means", () => {
  test("nothing, when the catalogue says the same", () => {
    expect(reconcile("w", [fact("a")], [row("a")])).toEqual(NOTHING);
  });

  test.each([
    ["state", { state: "failed" }],
    ["fault", { fault: "disk-full" }],
    ["broadcast", { broadcast: "b" }],
    ["start", { startedUnixMs: 5001.75 }],
    ["duration", { durationMs: 2 }],
    ["bytes", { bytes: 11 }],
    ["width", { width: 3 }],
    ["height", { height: 3 }],
    ["file", { file: null }],
    ["checksum", { file: { bytes: 9, sha256: "cd" } }],
    ["pictures", { hasPictures: false }],
  ] as const)("another %s is taken", (_name, change) => {
    const news = fact("a", change);
    expect(reconcile("w", [news], [row("a")])).toEqual({ ...NOTHING, take: [news] });
  });

  test("one that moved to this worker is taken, and is not lost by the other", () => {
    expect(reconcile("w2", [fact("a")], [row("a")])).toEqual({ ...NOTHING, take: [fact("a")] });
    expect(reconcile("w", [], [row("a", { worker: "w2" })])).toEqual(NOTHING);
  });

  test("those deleted meanwhile are deleted, or forgotten when they are gone", () => {
    const deletedAt = new Date(1);
    const known = [row("a", { deletedAt }), row("b", { deletedAt })];
    expect(reconcile("w", [fact("a", { bytes: 99 })], known)).toEqual({
      ...{ ...NOTHING, orderDeletion: ["a"], forget: ["b"] },
    });
  });

  test("those that are missing are lost, once", () => {
    const known = [row("a"), row("b", { state: "recording" }), row("c", { state: "failed" })];
    expect(reconcile("w", [], known).lost.map(({ id }) => id)).toEqual(["a", "b"]);
  });
});

describe("a row of the catalogue", () => {
  test("begins with the room's title and visibility, and keeps what its owner decided", () => {
    expect(row("a")).toMatchObject({ title: "Title", visibility: "unlisted", startedAt: new Date(5000) });
    const before = row("a", { title: "Mine", visibility: "private", broadcastId: "b" });
    const renamed = { ...room, title: "Other" };
    const after = recordingOf(fact("a"), "w", { room: renamed, before, broadcastId: "c" });
    expect(after).toEqual(before);
  });

  test("is of the broadcast media names, else of the one it had, else of the one on air", () => {
    const broadcastOf = (named: string | null, before: Recording | null, broadcastId: string | null) =>
      recordingOf(fact("a", { broadcast: named }), "w", { room, before, broadcastId }).broadcastId;
    expect(broadcastOf("x", row("a", { broadcastId: "y" }), "z")).toBe("x");
    expect(broadcastOf(null, row("a", { broadcastId: "y" }), "z")).toBe("y");
    expect(broadcastOf(null, null, "z")).toBe("z");
  });
});

test("a recording from before its room is somebody else's, unless clocks differ by a moment", () => {
  const createdAt = new Date(1_000_000);
  for (const [startedUnixMs, fine] of [
    [1_000_000, true],
    [950_000, true],
    [900_000, false],
  ] as const)
    expect(mayAdopt({ startedUnixMs }, { createdAt })).toBe(fine);
});

describe("a cursor", () => {
  test("comes back as it went", () => {
    const cursor = { startedUnixMs: 1_700_000_000_123, id: newId(5) };
    expect(parseCursor(serializeCursor(cursor))).toEqual(cursor);
  });

  test("of anybody else's making is refused, never thrown", () => {
    const random = new SeededRandom(12);
    const valid = serializeCursor({ startedUnixMs: 0, id: newId(5) });
    for (let run = 0; run < 500; run++) {
      const cut = valid.slice(0, Math.floor(random.next() * valid.length));
      const junk = Buffer.from(random.bytes(run % 40)).toString("base64url");
      expect([parseCursor(cut), parseCursor(junk)]).toEqual([null, null]);
    }
    const absurd = Buffer.from(`[1e300,"${newId(5)}"]`).toString("base64url");
    expect(parseCursor(absurd)).toBeNull();
  });
});
