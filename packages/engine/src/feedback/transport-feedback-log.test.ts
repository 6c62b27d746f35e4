import { SeededRandom } from "@sameroom/base/testing";
import { parseRtcp, serializeRtcp, transportArrivals } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { TransportFeedbackLog } from "./transport-feedback-log.ts";

const MEDIA = 77;

function createLog(): TransportFeedbackLog {
  return new TransportFeedbackLog({ senderSsrc: 1, intervalMs: 50, maxArrivals: 400 });
}

describe("transport feedback log", () => {
  it("says nothing when nothing came, and not more often than its interval", () => {
    const log = createLog();
    expect(log.poll(0, MEDIA)).toEqual([]);
    log.receive(1, 1000);
    expect(log.poll(0, MEDIA)).toHaveLength(1);
    log.receive(2, 2000);
    expect(log.poll(49, MEDIA)).toEqual([]);
    expect(log.poll(50, MEDIA)).toHaveLength(1);
  });

  it("tells losses between two reports", () => {
    const log = createLog();
    log.receive(10, 0);
    log.poll(0, MEDIA);
    log.receive(13, 5000);
    const [feedback] = log.poll(100, MEDIA);
    expect(
      transportArrivals(feedback!).map(({ sequenceNumber, arrivalMicros }) => [
        sequenceNumber,
        arrivalMicros,
      ]),
    ).toEqual([
      [11, null],
      [12, null],
      [13, 5000],
    ]);
  });

  it("counts its packets and wraps with the sequence numbers", () => {
    const log = createLog();
    for (let packet = 0; packet < 10; packet++) log.receive((65_531 + packet) & 0xffff, packet * 1000);
    const [feedback] = log.poll(0, MEDIA);
    expect(feedback).toMatchObject({ baseSequence: 65_531, feedbackCount: 0 });
    expect(feedback!.deltas).toHaveLength(10);
    log.receive(5, 20_000);
    expect(log.poll(60, MEDIA)[0]).toMatchObject({ baseSequence: 5, feedbackCount: 1 });
  });

  it("reports every arrival once over a shuffled, lossy minute, to a quarter of a millisecond", () => {
    const random = new SeededRandom(9);
    const log = createLog();
    const reported = new Map<number, number>();
    const sent = new Map<number, number>();
    let sequence = 60_000;
    for (let now = 0; now < 60_000; now += 10) {
      const batch: [number, number][] = [];
      for (let packet = 0; packet < 3; packet++) {
        sequence += 1;
        if (random.next() < 0.05) continue;
        batch.push([sequence, now * 1000 + random.integer(0, 9999)]);
      }
      if (random.next() < 0.1) batch.reverse();
      for (const [number, micros] of batch) {
        sent.set(number, micros);
        log.receive(number & 0xffff, micros);
      }
      const feedback = log.poll(now, MEDIA);
      if (feedback.length === 0) continue;
      const parsed = parseRtcp(serializeRtcp(feedback))!;
      for (const packet of parsed) {
        if (packet.type !== "transport-cc") continue;
        for (const arrival of transportArrivals(packet)) {
          if (arrival.arrivalMicros === null) continue;
          const full =
            arrival.sequenceNumber + Math.round((sequence - arrival.sequenceNumber) / 65_536) * 65_536;
          expect(reported.has(full)).toBe(false);
          reported.set(full, arrival.arrivalMicros);
        }
      }
    }
    for (const [number, micros] of reported)
      expect(Math.abs(micros - sent.get(number)!)).toBeLessThanOrEqual(250);
    expect(sent.size - reported.size).toBeLessThan(20);
  });

  it("stays bounded under a flood of random numbers", () => {
    const random = new SeededRandom(2);
    const log = createLog();
    for (let round = 0; round < 20; round++) {
      for (let packet = 0; packet < 3000; packet++)
        log.receive(random.integer(0, 65_535), round * 60_000 + packet);
      const feedback = log.poll(round * 60, MEDIA);
      for (const packet of feedback) expect(packet.deltas.length).toBeLessThanOrEqual(400);
      expect(feedback.length).toBeLessThanOrEqual(800);
    }
  });
});
