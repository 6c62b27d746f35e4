import type { LinkOptions } from "@sameroom/base/testing";
import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, test } from "vitest";
import { CallerFixture, type CallerOptions } from "./caller.fixture.ts";
import { srtCryptoFixture } from "./crypto.fixture.ts";
import { openListener, SrtRoom } from "./listener.fixture.ts";
import { SRT_CONTROL } from "./packet.ts";
import { SenderKeysFixture } from "./sender-keys.fixture.ts";

const LATENCY_MS = 120;

function connected(link: LinkOptions = {}, options: CallerOptions = {}, nowMs = 0): SrtRoom {
  const room = new SrtRoom(openListener(), new CallerFixture(options), link, nowMs).connect();
  expect(room.caller.state).toBe("open");
  return room;
}

/** A payload that names its place. */
const payloadOf = (index: number): Uint8Array => {
  const payload = new Uint8Array(1316);
  new DataView(payload.buffer).setUint32(0, index);
  return payload;
};
const indexOf = (payload: Uint8Array): number =>
  new DataView(payload.buffer, payload.byteOffset).getUint32(0);
const indicesOf = (room: SrtRoom): number[] => room.taken.map(({ payload }) => indexOf(payload));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Sends one packet every `everyMs`; how many it was. */
function stream(room: SrtRoom, forMs: number, everyMs = 2): number {
  let count = 0;
  room.run(forMs, (nowMs) => {
    if (nowMs % everyMs === 0) {
      room.caller.send(nowMs, payloadOf(count));
      count += 1;
    }
  });
  room.run(1000);
  return count;
}

/** How long after it was sent a packet comes out when the one before it is lost for good, ms. */
function waitForLost(room: SrtRoom): number {
  const sentMs = room.nowMs;
  room.caller.send(sentMs, payloadOf(1), true);
  room.caller.send(sentMs, payloadOf(2));
  room.run(400, () => {
    // What is sent again is lost again.
    room.caller.output = room.caller.output.filter((packet) => packet[0]! >= 0x80 || (packet[4]! & 4) === 0);
  });
  const found = room.taken.find(({ payload }) => indexOf(payload) === 2)!;
  room.taken.length = 0;
  return found.atMs - sentMs;
}

describe("over a perfect network", () => {
  test("everything comes at once and in order", () => {
    const room = connected();
    const count = stream(room, 2000);
    expect(indicesOf(room)).toEqual(upTo(count));
    expect(room.taken.some(({ missingBefore }) => missingBefore > 0)).toBe(false);
    expect(room.connection?.takeReport()).toMatchObject({ lost: 0, repaired: 0, received: count });
    expect(room.caller.heard.nak).toBe(0);
  });

  test("what comes is acknowledged within ten milliseconds, and not again once the sender knows", () => {
    const room = connected();
    room.caller.send(room.nowMs, payloadOf(0));
    room.run(12);
    expect(room.caller.acknowledged).toBe(1001);
    const { ack } = room.caller.heard;
    room.run(900);
    expect(room.caller.heard.ack).toBe(ack);
  });

  test("a sender that is faster than that hears in between", () => {
    const room = connected();
    for (let index = 0; index < 200; index += 1) room.caller.send(room.nowMs, payloadOf(index));
    room.run(30);
    expect(room.caller.heard.lightAck).toBe(3);
  });

  test("an acknowledgement tells round trip, room and rate", () => {
    const room = connected({ delayMs: 20 });
    stream(room, 5000);
    const view = new DataView(room.caller.ackBody.buffer);
    const word = (index: number) => view.getUint32(index * 4);
    expect(word(1)).toBeGreaterThan(38_000);
    expect(word(1)).toBeLessThan(44_000);
    expect(word(3)).toBe(8192);
    expect(word(4)).toBeGreaterThan(480);
    expect(word(4)).toBeLessThan(520);
    expect(Math.round(word(6) / word(4))).toBe(1316);
    expect(room.connection?.takeReport().roundTripMs).toBeCloseTo(41, 0);
  });

  test("a side with nothing to say is heard every second", () => {
    const room = connected();
    room.run(4500, (nowMs) => {
      if (nowMs % 1000 === 0) room.caller.control(nowMs, SRT_CONTROL.keepalive);
    });
    expect(room.caller.heard.keepalive).toBe(4);
    expect(room.connection?.closed).toBeUndefined();
  });
});

describe("over a bad network", () => {
  test.each([1, 2, 3])("a twentieth lost both ways leaves no gap (seed %i)", (seed) => {
    const room = new SrtRoom(
      openListener(),
      new CallerFixture({ latencyMs: 300 }),
      { loss: 0.05, delayMs: 20, jitterMs: 5 },
      0,
      seed,
    ).connect();
    const count = stream(room, 20_000);
    expect(indicesOf(room)).toEqual(upTo(count));
    const report = room.connection!.takeReport();
    expect(report.lost).toBe(0);
    expect(report.repaired / count).toBeGreaterThan(0.03);
  });

  test("bursts, reordering and doubled packets leave no gap either", () => {
    const room = connected(
      { loss: 0.03, lossBurst: 5, delayMs: 15, reorder: 0.05, reorderMs: 15, duplicate: 0.02 },
      { latencyMs: 500 },
    );
    const count = stream(room, 20_000);
    expect(indicesOf(room)).toEqual(upTo(count));
  });

  test("what cannot be repaired in time is left out, the rest is never late", () => {
    const delayMs = 60;
    const room = connected({ loss: 0.3, delayMs });
    const sentAt: number[] = [];
    room.run(20_000, (nowMs) => {
      if (nowMs % 2 !== 0) return;
      sentAt.push(nowMs);
      room.caller.send(nowMs, payloadOf(sentAt.length - 1));
    });
    room.run(1000);
    const indices = indicesOf(room);
    expect(indices).toEqual([...new Set(indices)].sort((a, b) => a - b));
    const { lost } = room.connection!.takeReport();
    expect(lost).toBeGreaterThan(0);
    expect(indices.length / sentAt.length).toBeGreaterThan(0.7);
    // Held no longer than the latency counts from the way the handshake took, a tick, and the length of a gap.
    const latest = Math.max(...room.taken.map(({ payload, atMs }) => atMs - sentAt[indexOf(payload)]!));
    expect(latest).toBeLessThanOrEqual(delayMs + LATENCY_MS + 30);
    // Whoever reads the stream is told where something is missing, and only there.
    for (const [place, { missingBefore }] of room.taken.entries()) {
      const before = place === 0 ? -1 : indices[place - 1]!;
      expect(missingBefore).toBe(indices[place]! - before - 1);
    }
  });

  test("a sender that gives packets up is not asked for them for ever", () => {
    const room = connected({}, { latencyMs: 8000 });
    const { caller } = room;
    caller.send(room.nowMs, payloadOf(0));
    const first = caller.send(room.nowMs, payloadOf(1), true);
    const last = caller.send(room.nowMs, payloadOf(2), true);
    room.run(5);
    caller.drop(room.nowMs, first, last);
    caller.send(room.nowMs, payloadOf(3));
    room.run(20);
    expect(indicesOf(room)).toEqual([0, 3]);
    expect(room.taken[1]?.missingBefore).toBe(2);
    expect(room.connection?.takeReport().lost).toBe(2);
  });
});

describe("a receiver that was away for longer than the latency", () => {
  test("reads what came meanwhile before it gives anything up", () => {
    const room = connected({ delayMs: 10 });
    room.run(200, (nowMs) => {
      if (nowMs % 20 === 0) room.caller.control(nowMs, SRT_CONTROL.keepalive);
    });
    room.caller.send(room.nowMs, payloadOf(0), true);
    room.caller.send(room.nowMs, payloadOf(1));
    // It has asked for the first one, and does not see it come.
    room.run(15);
    expect(room.taken).toEqual([]);
    room.runAway(LATENCY_MS * 3);
    room.run(20);
    expect(indicesOf(room)).toEqual([0, 1]);
    expect(room.connection?.takeReport().lost).toBe(0);
  });

  test("does not take its own absence for the caller's", () => {
    const room = connected({ delayMs: 10 });
    room.runAway(6000);
    room.run(50);
    expect(room.over).toBeUndefined();
    room.run(5100);
    expect(room.over?.closed).toBe("connection-lost");
  });
});

describe("numbers and clocks", () => {
  test("sequence numbers wrap without a gap", () => {
    const room = connected(
      { loss: 0.05, delayMs: 10 },
      { initialSequence: 0x7fff_ffff - 300, latencyMs: 300 },
    );
    const count = stream(room, 5000);
    expect(indicesOf(room)).toEqual(upTo(count));
  });

  test("the sender's clock wraps after 71 minutes, and gaps are still waited for as long", () => {
    const room = connected({ delayMs: 10 }, { clockOffsetMs: 0x1_0000_0000 / 1000 - 1000 });
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      room.run(500);
      waits.push(waitForLost(room));
    }
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(LATENCY_MS + 8);
      expect(wait).toBeLessThanOrEqual(LATENCY_MS + 22);
    }
  });

  test("a sender's clock that runs 200 ppm wrong does not wear the latency down", () => {
    // In a quarter of an hour such a clock is 180 ms off: more than the latency.
    const room = connected({ delayMs: 10 }, { clockRate: 1.0002 });
    room.run(15 * 60_000, (nowMs) => {
      if (nowMs % 20 === 0) room.caller.send(nowMs, payloadOf(0));
    });
    const wait = waitForLost(room);
    expect(wait).toBeGreaterThan(LATENCY_MS);
    expect(wait).toBeLessThanOrEqual(LATENCY_MS + 22);
  });
});

describe("encryption", () => {
  const PASSPHRASE = "a passphrase";
  const encrypted = (keyBytes: number, link: LinkOptions = {}) => {
    const keys = new SenderKeysFixture(srtCryptoFixture(new SeededRandom(5)), PASSPHRASE, keyBytes);
    const listener = openListener({ passphrase: PASSPHRASE });
    return { keys, room: new SrtRoom(listener, new CallerFixture({ keys, latencyMs: 300 }), link).connect() };
  };

  test.each([16, 24, 32])("a stream under a key of %i bytes comes out as it went in", (keyBytes) => {
    const { room } = encrypted(keyBytes, { loss: 0.02, delayMs: 10 });
    const count = stream(room, 2000);
    expect(indicesOf(room)).toEqual(upTo(count));
    expect(room.taken[7]?.payload).toEqual(payloadOf(7));
  });

  test("keys are changed while the stream goes on", () => {
    const { room, keys } = encrypted(16, { delayMs: 10 });
    let count = 0;
    let renewal: ReturnType<typeof keys.renew> | undefined;
    room.run(10_000, (nowMs) => {
      if (nowMs % 1000 === 500) {
        renewal = keys.renew();
        room.caller.announceKey(nowMs, renewal.message);
      } else if (nowMs % 1000 === 700) renewal?.use();
      if (nowMs % 5 === 0) {
        room.caller.send(nowMs, payloadOf(count));
        count += 1;
      }
    });
    room.run(100);
    expect(room.caller.heard.keyResponse).toBe(10);
    expect(indicesOf(room)).toEqual(upTo(count));
    expect(room.taken.at(-1)?.payload).toEqual(payloadOf(count - 1));
  });

  test("what cannot be read is counted as lost, and not asked for again", () => {
    const { room, keys } = encrypted(16);
    keys.flag = 2;
    const count = stream(room, 500);
    expect(room.taken).toEqual([]);
    expect(room.connection?.takeReport().lost).toBe(count);
    expect(room.caller.heard.nak).toBe(0);
  });
});

describe("the end", () => {
  test("a caller that hangs up has left", () => {
    const room = connected();
    room.caller.control(room.nowMs, SRT_CONTROL.shutdown);
    room.run(20);
    expect(room.over?.closed).toBe("left");
    expect(room.listener.connections).toBe(0);
  });

  test("a caller that falls silent is lost after five seconds", () => {
    const room = connected();
    room.run(4900);
    expect(room.over).toBeUndefined();
    room.run(200);
    expect(room.over?.closed).toBe("connection-lost");
  });

  test("a caller that we hang up on is told", () => {
    const room = connected();
    room.connection?.close(room.nowMs);
    room.run(20);
    expect(room.caller.state).toBe("closed");
    expect(room.over?.closed).toBe("closed");
  });

  test("a sender that counts from somewhere else is not kept for ever", () => {
    const room = connected();
    const far = new CallerFixture({ initialSequence: 1_000_000 });
    room.run(3000, (nowMs) => {
      far.send(nowMs, payloadOf(0));
      const packet = far.output.splice(0)[0]!;
      new DataView(packet.buffer).setUint32(12, room.connection!.socket);
      room.caller.output.push(packet);
    });
    expect(room.over?.closed).toBe("connection-lost");
    expect(room.taken).toEqual([]);
  });
});
