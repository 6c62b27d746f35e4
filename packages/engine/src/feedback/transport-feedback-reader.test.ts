import { SeededRandom } from "@sameroom/base/testing";
import { createTransportFeedback, type TransportFeedback } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { PacketResultLog } from "../bwe/packet-result-log.ts";
import { type SentPacketLookup, TransportFeedbackReader } from "./transport-feedback-reader.ts";

const OPTIONS = { senderSsrc: 1, mediaSsrc: 2, feedbackCount: 0 };

/** Remembers every packet; the one with unwrapped number n, near `around`, was sent at n ms with n % 1000 bytes. */
class Sent implements SentPacketLookup {
  around = 0;
  forgotten = -1;
  sentMicros = 0;
  size = 0;
  readonly cluster = 3;

  find(transportSequence: number): boolean {
    const sequence = this.around + (((transportSequence - this.around) << 16) >> 16);
    this.sentMicros = sequence * 1000;
    this.size = sequence % 1000;
    return sequence > this.forgotten;
  }
}

function feedback(
  arrivals: readonly [sequence: number, arrivalMicros: number][],
  firstSequence?: number,
): TransportFeedback[] {
  return createTransportFeedback(
    arrivals.map(([sequenceNumber, arrivalMicros]) => ({ sequenceNumber, arrivalMicros })),
    { ...OPTIONS, ...(firstSequence !== undefined && { firstSequence }) },
  );
}

describe("transport feedback reader", () => {
  it("tells arrivals and losses with what is known of the packets", () => {
    const reader = new TransportFeedbackReader();
    const results = new PacketResultLog();
    const [only] = feedback([
      [10, 1_000_000],
      [12, 1_002_000],
    ]);
    expect(reader.read(only!, new Sent(), results)).toBe(3);
    expect([...results.sentMicros.subarray(0, 3)]).toEqual([10_000, 11_000, 12_000]);
    expect([...results.arrivalMicros.subarray(0, 3)]).toEqual([1_000_000, Number.NaN, 1_002_000]);
    expect([...results.sizes.subarray(0, 3)]).toEqual([10, 11, 12]);
    expect(results.clusters[0]).toBe(3);
  });

  it("says nothing twice, but tells when what was lost has come after all", () => {
    const reader = new TransportFeedbackReader();
    const results = new PacketResultLog();
    const sent = new Sent();
    const [first] = feedback([
      [1, 0],
      [4, 3000],
    ]);
    reader.read(first!, sent, results);
    results.clear();
    expect(reader.read(first!, sent, results)).toBe(0);
    const [late] = feedback([
      [2, 4000],
      [4, 3000],
      [5, 5000],
    ]);
    expect(reader.read(late!, sent, results)).toBe(2);
    expect([...results.sentMicros.subarray(0, 2)]).toEqual([2000, 5000]);
    expect(results.arrivalMicros[0]).toBe(4000);
  });

  it("leaves out packets the sender has forgotten", () => {
    const reader = new TransportFeedbackReader();
    const results = new PacketResultLog();
    const sent = new Sent();
    sent.forgotten = 7;
    const [only] = feedback([
      [7, 0],
      [8, 1000],
    ]);
    expect(reader.read(only!, sent, results)).toBe(1);
    expect(results.sentMicros[0]).toBe(8000);
  });

  it("goes on in time and number past every wrap, whatever order feedback comes in", () => {
    const random = new SeededRandom(5);
    const reader = new TransportFeedbackReader();
    const results = new PacketResultLog();
    const sent = new Sent();
    const startMicros = 64_000 * (2 ** 23 - 300);
    const packets: TransportFeedback[] = [];
    for (let round = 0; round < 2000; round++) {
      const first = 60_000 + round * 100;
      const from = startMicros + round * 100_000;
      packets.push(
        ...feedback(Array.from({ length: 100 }, (_, index) => [first + index, from + index * 1000])),
      );
    }
    for (let index = 0; index + 1 < packets.length; index += 2) {
      if (random.next() < 0.2) [packets[index], packets[index + 1]] = [packets[index + 1]!, packets[index]!];
    }
    const reported = new Set<number>();
    packets.forEach((packet, index) => {
      sent.around = 60_000 + index * 100;
      results.clear();
      reader.read(packet, sent, results);
      for (let at = 0; at < results.count; at++) {
        const sequence = results.sentMicros[at]! / 1000;
        reported.add(sequence);
        expect(results.arrivalMicros[at]).toBe(startMicros + (sequence - 60_000) * 1000);
      }
    });
    expect(reported.size).toBe(200_000);
  });
});
