import { SeededRandom } from "@sameroom/base/testing";
import { expect, test } from "vitest";
import { CallerFixture, type CallerOptions } from "./caller.fixture.ts";
import { srtCryptoFixture } from "./crypto.fixture.ts";
import { CALLER_ADDRESS, openListener, SrtRoom } from "./listener.fixture.ts";
import { SRT_WINDOW } from "./receive-buffer.ts";
import { SenderKeysFixture } from "./sender-keys.fixture.ts";

function callerOptions(seed: number, encrypted: boolean): CallerOptions {
  const crypto = srtCryptoFixture(new SeededRandom(seed));
  return encrypted ? { keys: new SenderKeysFixture(crypto, "a passphrase", 16) } : {};
}

/** Packets of a whole call, for a fuzzer to break. */
function recordedPackets(seed: number, encrypted: boolean): { room: SrtRoom; packets: Uint8Array[] } {
  const options = callerOptions(seed, encrypted);
  const { keys } = options;
  const caller = new CallerFixture(options);
  const room = new SrtRoom(openListener(encrypted ? { passphrase: "a passphrase" } : {}), caller);
  const packets: Uint8Array[] = [];
  const handle = room.listener.handleDatagram.bind(room.listener);
  room.listener.handleDatagram = (nowMs, bytes, from) => {
    packets.push(bytes.slice());
    return handle(nowMs, bytes, from);
  };
  room.connect();
  room.run(100, (nowMs) => {
    if (nowMs % 4 === 0) caller.send(nowMs, new Uint8Array(188).fill(nowMs & 255), nowMs % 20 === 0);
    if (nowMs % 50 === 1 && keys !== undefined) caller.announceKey(nowMs, keys.renew().message);
    if (nowMs % 50 === 2) caller.drop(nowMs, 1001, 1003);
  });
  room.listener.handleDatagram = handle;
  expect(room.taken.length).toBeGreaterThan(10);
  return { room, packets };
}

test.each([false, true])(
  "broken packets never throw, and what is held stays bounded (encrypted: %s)",
  (encrypted) => {
    const random = new SeededRandom(encrypted ? 21 : 20);
    const { room, packets } = recordedPackets(2, encrypted);
    const { listener } = room;
    let nowMs = room.nowMs;
    for (let round = 0; round < 6000; round += 1) {
      const bytes = random.pick(packets).slice(0, random.integer(0, 1400));
      for (let flips = random.integer(0, 6); flips > 0 && bytes.length > 0; flips -= 1) {
        // Mostly where headers are.
        const reach = random.next() < 0.7 ? Math.min(bytes.length, 80) : bytes.length;
        bytes[random.integer(0, reach - 1)] = random.integer(0, 255);
      }
      const connection = listener.handleDatagram(nowMs, bytes, CALLER_ADDRESS);
      while (connection?.take(nowMs) !== undefined);
      for (const call of listener.pollCalls()) {
        const accepted = random.next() < 0.5 ? listener.accept(nowMs, call) : undefined;
        if (accepted === undefined) listener.reject(call, "unauthorized");
      }
      listener.pollRefusals();
      if (round % 10 === 0) {
        nowMs += 10;
        listener.handleTimeout(nowMs);
      }
      for (let out = listener.pollOutput(); out !== undefined; out = listener.pollOutput()) {
        expect(out.bytes.length).toBeLessThanOrEqual(1456);
      }
      expect(listener.waiting).toBeLessThanOrEqual(16);
      const { lost, received } = connection?.takeReport() ?? { lost: 0, received: 0 };
      expect(lost + received).toBeLessThanOrEqual(2 * SRT_WINDOW);
    }
    // And it still serves, once those are forgotten.
    for (const endMs = nowMs + 6000; nowMs < endMs; nowMs += 10) listener.handleTimeout(nowMs);
    expect([listener.connections, listener.waiting]).toEqual([0, 0]);
    const later = new SrtRoom(listener, new CallerFixture(callerOptions(3, encrypted)), {}, nowMs);
    expect(later.connect().caller.state).toBe("open");
  },
);
