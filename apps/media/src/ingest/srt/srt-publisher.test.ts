import { silentLog } from "@sameroom/base";
import { expect, test } from "vitest";
import type { EncoderFeed, EncoderTransport } from "../encoder/types.ts";
import { SrtPublisher } from "./srt-publisher.ts";

/** A connection that gives what is in `payloads`. */
function publisher() {
  const payloads: Uint8Array[] = [];
  const transports: EncoderTransport[] = [];
  const calls: string[] = [];
  const connection = {
    closed: undefined as "left" | "connection-lost" | "closed" | undefined,
    missingBefore: 0,
    take: () => payloads.shift(),
    takeReport: () => ({ lost: 1, repaired: 2, received: 9, roundTripMs: 40 }),
    close: () => void calls.push("hang up"),
  };
  const feed: EncoderFeed = {
    ...{ room: "room", session: "session", push: () => {}, expectSound: () => {} },
    transport: (report) => void transports.push(report),
    close: (reason) => void calls.push(reason),
  };
  const made = new SrtPublisher({ connection, feed, log: silentLog, nowMs: 0 });
  return { publisher: made, connection, payloads, transports, calls };
}

test("who brings nothing that can be shown is hung up on after ten seconds", () => {
  const { publisher: garbage, payloads, calls } = publisher();
  for (let nowMs = 0; nowMs < 10_000; nowMs += 10) {
    payloads.push(new Uint8Array(1316).fill(nowMs & 255));
    garbage.tick(nowMs);
  }
  expect(calls).toEqual([]);
  garbage.tick(10_000);
  expect(calls).toEqual(["hang up"]);
  expect(garbage.receivedBytes).toBe(1000 * 1316);
});

test("losses are told about once a second, as shares of what was sent", () => {
  const { publisher: one, transports } = publisher();
  for (let nowMs = 0; nowMs <= 2000; nowMs += 10) one.tick(nowMs);
  const report = { lossRatio: 0.1, repairedRatio: 0.2, roundTripMs: 40 };
  expect(transports).toEqual([report, report]);
});

test("the feed is closed once, with what the caller did", () => {
  const { publisher: one, connection, calls } = publisher();
  connection.closed = "left";
  one.end();
  one.end();
  expect(calls).toEqual(["left"]);
});

test("a session that the server has ended is not closed a second time", () => {
  const { publisher: one, connection, calls } = publisher();
  one.closed(5, "replaced");
  connection.closed = "closed";
  one.end();
  expect(calls).toEqual(["hang up"]);
});
