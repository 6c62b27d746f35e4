import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRtp } from "../rtp/parse-rtp.ts";
import { timestampDelta } from "../rtp/sequence.ts";
import { serializeRtp } from "../rtp/serialize-rtp.ts";
import { OutputRewriter } from "./output-rewriter.ts";
import { pressTimestamp } from "./press.ts";
import { RewriteSource } from "./rewrite-source.ts";

const STAMP = { absSendTime: 0, transportSequence: 0 };
const RULE = { payloadType: 102, waitForKeyframe: true, startFromPast: true };
const FRAME = 3000;

function newSource(id: number, pastPackets: number): RewriteSource {
  return new RewriteSource({
    ...{ id, peer: id, ssrc: id, pastPackets },
    ...{ codec: "h264", clockRate: 90_000, payloadType: 96, extensions: {} },
  });
}

/** Frames of one packet each, 30 a second, the first of them a keyframe; the last arrives at `untilMicros`. */
function fill(
  source: RewriteSource,
  { from, count, untilMicros }: Record<"from" | "count" | "untilMicros", number>,
): void {
  for (let place = 0; place < count; place += 1)
    receive(source, from + place, { place, untilMicros: untilMicros - (count - 1 - place) * 33_333 });
}

function receive(
  source: RewriteSource,
  index: number,
  { place, untilMicros }: { place: number; untilMicros: number },
) {
  const packet = serializeRtp({
    payloadType: 96,
    sequenceNumber: index & 0xffff,
    timestamp: (index * FRAME) >>> 0,
    ssrc: 1,
    payload: Uint8Array.of(place === 0 ? 0x67 : 0x41, index & 255),
  });
  return source.receive(packet, index, untilMicros)!;
}

const newOutput = () =>
  new OutputRewriter({ ssrc: 42, extensions: {} }, { firstIndex: 100, firstTimestamp: 5000 });
const headers = (sent: readonly { packet: Uint8Array }[]) => sent.map(({ packet }) => parseRtp(packet)!);

describe("starting from the past", () => {
  it("sends every packet since the keyframe, without a gap, all but within a sixteenth of a second", () => {
    const source = newSource(1, 500);
    fill(source, { from: 65_500, count: 120, untilMicros: 4_000_000 });
    const output = newOutput();
    output.attach(source, RULE);
    const sent = headers(output.startFromPast(STAMP));
    expect(sent.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
      Array.from({ length: 120 }, (_, n) => 100 + n),
    );
    const span = timestampDelta(sent.at(-1)!.timestamp, sent[0]!.timestamp);
    expect(span).toBe(Math.ceil((119 * FRAME) / 64));
    const steps = sent.slice(1).map(({ timestamp }, n) => timestampDelta(timestamp, sent[n]!.timestamp));
    expect(Math.min(...steps)).toBeGreaterThan(0);
  });

  it("goes on live as if nothing had been", () => {
    const source = newSource(1, 500);
    fill(source, { from: 10, count: 60, untilMicros: 2_000_000 });
    const output = newOutput();
    output.attach(source, RULE);
    const last = headers(output.startFromPast(STAMP)).at(-1)!;
    const next = output.handle(source, receive(source, 70, { place: 60, untilMicros: 2_033_333 }), STAMP)!;
    expect(next.switched).toBe(false);
    expect(parseRtp(next.packet)).toMatchObject({
      sequenceNumber: last.sequenceNumber + 1,
      timestamp: last.timestamp + FRAME,
    });
  });

  it("sends the same again when it is asked for again", () => {
    const source = newSource(1, 500);
    fill(source, { from: 10, count: 60, untilMicros: 2_000_000 });
    const output = newOutput();
    output.attach(source, RULE);
    for (const { index, packet } of output.startFromPast(STAMP)) {
      expect(output.recall(index, STAMP)!.packet).toEqual(packet);
    }
  });

  it("goes on from the source before with the time that passed, and never back", () => {
    const [before, source] = [newSource(1, 0), newSource(2, 500)];
    const output = newOutput();
    output.attach(before, { payloadType: 102, waitForKeyframe: true });
    const shown = receive(before, 7, { place: 0, untilMicros: 2_000_000 });
    const first = parseRtp(output.handle(before, shown, STAMP)!.packet)!;
    fill(source, { from: 10, count: 60, untilMicros: 2_500_000 });
    output.attach(source, RULE);
    const sent = headers(output.startFromPast(STAMP));
    expect(sent.at(-1)!.timestamp - first.timestamp).toBe(45_000);
    // Too soon after for all of the past to fit between.
    const [again, third] = [newOutput(), newSource(3, 500)];
    fill(third, { from: 10, count: 60, untilMicros: 2_001_000 });
    again.attach(before, { payloadType: 102, waitForKeyframe: false });
    again.handle(before, receive(before, 8, { place: 0, untilMicros: 2_000_000 }), STAMP);
    again.attach(third, RULE);
    expect(headers(again.startFromPast(STAMP))[0]!.timestamp).toBe(5001);
  });

  it("has no past before a keyframe, after a loss, nor beyond what is kept, until the next keyframe", () => {
    const source = newSource(1, 30);
    receive(source, 5, { place: 1, untilMicros: 0 });
    expect(source.past()).toBeUndefined();
    fill(source, { from: 6, count: 30, untilMicros: 1_000_000 });
    expect(source.past()).toHaveLength(30);
    receive(source, 36, { place: 30, untilMicros: 1_033_333 });
    expect(source.past()).toBeUndefined();
    fill(source, { from: 37, count: 3, untilMicros: 2_000_000 });
    receive(source, 41, { place: 4, untilMicros: 2_100_000 });
    expect(source.past()).toBeUndefined();
    const output = newOutput();
    output.attach(source, RULE);
    expect(output.startFromPast(STAMP)).toEqual([]);
    expect(output.pending).toBe(1);
    expect(
      output.handle(source, receive(source, 42, { place: 0, untilMicros: 2_200_000 }), STAMP)!.switched,
    ).toBe(true);
  });

  it("presses timestamps together in their order, across the wrap, and nothing that came later", () => {
    const press = { end: 100, newest: 1000 };
    expect(pressTimestamp(press, 99, 1000)).toBe(1000);
    expect(pressTimestamp(press, 99, (1000 - 90) >>> 0)).toBe(998);
    expect(pressTimestamp(press, 100, 910)).toBe(910);
    expect(pressTimestamp(undefined, 0, 910)).toBe(910);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 24 }),
        fc.integer({ min: 64, max: 2 ** 20 }),
        (before, between) => {
          const later = pressTimestamp(press, 50, (1000 - before) >>> 0);
          const earlier = pressTimestamp(press, 49, (1000 - before - between) >>> 0);
          expect((later - earlier) | 0).toBeGreaterThan(0);
          expect((later - earlier) | 0).toBeLessThanOrEqual(between / 64 + 1);
        },
      ),
    );
  });
});
