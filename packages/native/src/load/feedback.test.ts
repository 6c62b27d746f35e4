import { parseRtcp, type TransportFeedback } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SourceId } from "../index.ts";
import { type Connected, h264Packet, Rig } from "../rig.fixture.ts";
import type { LoadClientOptions } from "./index.ts";

describe("a load client's transport-wide feedback", () => {
  let rig: Rig;
  let host: Connected;
  let viewer: Connected;
  beforeEach(async () => {
    rig = new Rig();
    host = await rig.connect();
  });
  afterEach(() => rig.close());

  const addSource = () =>
    rig.wire.addSource({
      peer: host.peer,
      ssrc: 1000,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
    });
  const watch = async (source: SourceId, client: Partial<LoadClientOptions>) => {
    const watching = await rig.connect(client);
    const output = rig.wire.addOutput({
      peer: watching.peer,
      kind: "video",
      ssrc: 7,
      extensions: { transportCc: 9 },
    });
    rig.wire.attach(output, source, { payloadType: 102 });
    return watching;
  };
  const feedback = { transportCc: 9, intervalMs: 20 };
  let next = 0;
  const send = (count: number) => {
    const packets = Array.from({ length: count }, () => {
      next += 1;
      return h264Packet({ sequenceNumber: next, timestamp: next, keyframe: next === 1 });
    });
    rig.load.sendRtp(host.client, packets);
    return rig.settle(() => sent() >= next);
  };
  beforeEach(() => {
    next = 0;
  });
  const sent = () => {
    const log = rig.wire.sentPackets(viewer.peer)!;
    let count = 0;
    while (log.find(count)) count += 1;
    return count;
  };
  const feedbacks = (): TransportFeedback[] =>
    rig.heard.rtcp.flatMap(({ peer, packet }) =>
      peer === viewer.peer
        ? parseRtcp(packet)!.filter((each): each is TransportFeedback => each.type === "transport-cc")
        : [],
    );
  /** Arrival of each number in 250 us, undefined for what was told lost at last. */
  const arrivals = () => {
    const found = new Map<number, number | undefined>();
    for (const { baseSequence, referenceTime, deltas } of feedbacks()) {
      let time = referenceTime * 256;
      for (const [index, delta] of deltas.entries()) {
        if (delta !== null) time += delta;
        found.set(baseSequence + index, delta === null ? undefined : time);
      }
    }
    return found;
  };

  it("tells when each packet came, on the clock of the machine", async () => {
    viewer = await watch(addSource(), { feedback });
    const ticks = () => Math.floor(rig.wire.nowMicros() / 250);
    const before = ticks();
    await send(300);
    await send(300);
    await rig.settle(() => arrivals().size === 600);
    const took = ticks() - before;
    let last = 0;
    for (const [number, arrival] of arrivals()) {
      // One clock here; of the reference time 24 bits are sent.
      const since = (arrival! - (before % 2 ** 32)) | 0;
      expect(since, `packet ${number}`).toBeGreaterThanOrEqual(last);
      last = since;
    }
    expect(last).toBeLessThanOrEqual(took);
    const [first] = feedbacks();
    expect(first).toMatchObject({ mediaSsrc: 7, baseSequence: 0, feedbackCount: 0 });
    expect(feedbacks().map(({ feedbackCount }) => feedbackCount)).toEqual(
      feedbacks().map((_, index) => index),
    );
  });

  it("names what is lost", async () => {
    viewer = await watch(addSource(), { feedback });
    await send(10);
    await rig.settle(() => rig.load.stats(viewer.client).packets === 10);
    rig.load.drop(viewer.client, { incoming: 1 });
    for (let count = 0; count < 10; count += 1) await send(1);
    await rig.settle(() => arrivals().size === 20);
    const lost = [...arrivals()].flatMap(([number, arrival]) => (arrival === undefined ? [number] : []));
    expect(lost).toEqual([10]);
  });

  it("needs no decryption", async () => {
    viewer = await watch(addSource(), { feedback, decrypt: false });
    await send(5);
    await rig.settle(() => arrivals().size === 5);
  });

  it("stays silent about packets without the extension", async () => {
    const source = addSource();
    const silent = await watch(source, { feedback: { transportCc: 3, intervalMs: 10 } });
    viewer = await watch(source, { feedback });
    await send(5);
    await rig.settle(() => arrivals().size === 5);
    await rig.settle(() => rig.load.stats(silent.client).packets === 5);
    expect(rig.heard.rtcp.every(({ peer }) => peer === viewer.peer)).toBe(true);
  });
});
