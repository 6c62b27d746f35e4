import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { parseRtcp } from "./parse-rtcp.ts";
import { serializeRtcp } from "./serialize-rtcp.ts";
import { createTransportFeedback, type TransportArrival, transportArrivals } from "./transport-feedback.ts";

const OPTIONS = { senderSsrc: 1, mediaSsrc: 2, feedbackCount: 250 };

describe("transport-wide feedback", () => {
  it("tells each arrival to a quarter of a millisecond, over losses, reordering and wraps", () => {
    const random = new SeededRandom(3);
    let arrivalMicros = 64_000 * 0xff_fff0;
    for (let round = 0; round < 50; round++) {
      const arrivals: TransportArrival[] = [];
      let sequenceNumber = 65_400 + round * 100;
      for (let packet = 0; packet < 60; packet++) {
        sequenceNumber += random.next() < 0.1 ? random.integer(2, 40) : 1;
        arrivalMicros += random.integer(-3000, 20_000);
        arrivals.push({ sequenceNumber, arrivalMicros });
      }
      const feedbacks = createTransportFeedback(arrivals, OPTIONS);
      const told = new Map<number, number | null>();
      for (const feedback of feedbacks) {
        expect(parseRtcp(serializeRtcp([feedback]))).toEqual([feedback]);
        for (const each of transportArrivals(feedback)) told.set(each.sequenceNumber, each.arrivalMicros);
      }
      const wrap = 64_000 * 2 ** 24;
      for (const arrival of arrivals) {
        const micros = told.get(arrival.sequenceNumber & 0xffff)!;
        const error = (((micros - arrival.arrivalMicros) % wrap) + wrap) % wrap;
        expect(Math.min(error, wrap - error)).toBeLessThanOrEqual(125);
      }
      const lost = arrivals.at(-1)!.sequenceNumber - arrivals[0]!.sequenceNumber + 1 - arrivals.length;
      expect([...told.values()].filter((each) => each === null)).toHaveLength(lost);
    }
  });

  it("reports losses before the first arrival when told where to begin", () => {
    const [feedback] = createTransportFeedback([{ sequenceNumber: 5, arrivalMicros: 64_250 }], {
      ...OPTIONS,
      firstSequence: 3,
    });
    expect(feedback).toMatchObject({
      baseSequence: 3,
      referenceTime: 1,
      feedbackCount: 250,
      deltas: [null, null, 1],
    });
  });

  it("begins another packet when a delta does not fit, and counts on", () => {
    const feedbacks = createTransportFeedback(
      [
        { sequenceNumber: 1, arrivalMicros: 0 },
        { sequenceNumber: 2, arrivalMicros: 20_000_000 },
        { sequenceNumber: 9000, arrivalMicros: 20_000_250 },
      ],
      { ...OPTIONS, feedbackCount: 255 },
    );
    expect(feedbacks.map((feedback) => [feedback.baseSequence, feedback.feedbackCount])).toEqual([
      [1, 255],
      [2, 0],
      [9000 - 399, 1],
    ]);
    expect(feedbacks[2]!.deltas).toHaveLength(400);
    expect(createTransportFeedback([], OPTIONS)).toEqual([]);
  });
});
