import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { ReceptionLog } from "./reception-log.ts";

const SSRC = 0xabc;

describe("reception log", () => {
  it("has nothing to report before the first packet", () => {
    expect(new ReceptionLog(SSRC, 90_000).takeReport(0)).toBeUndefined();
  });

  it("reports the losses of each interval and all of them together", () => {
    const log = new ReceptionLog(SSRC, 90_000);
    for (let sequence = 0; sequence < 100; sequence++) {
      if (sequence % 10 !== 5) log.receive(sequence, 0, 0);
    }
    const first = log.takeReport(1000)!;
    expect(first).toMatchObject({ ssrc: SSRC, packetsLost: 10, fractionLost: 25, highestSequence: 99 });
    expect(first.interval).toEqual({ expected: 100, lost: 10 });
    for (let sequence = 100; sequence < 200; sequence++) log.receive(sequence, 0, 0);
    expect(log.takeReport(2000)).toMatchObject({ packetsLost: 10, fractionLost: 0, interval: { lost: 0 } });
  });

  it("counts a repaired packet as received", () => {
    const log = new ReceptionLog(SSRC, 90_000);
    log.receive(0, 0, 0);
    log.receive(2, 0, 0);
    log.repair();
    expect(log.takeReport(0)).toMatchObject({ packetsLost: 0, fractionLost: 0 });
  });

  it("counts cycles of the sequence number in the upper half", () => {
    const log = new ReceptionLog(SSRC, 90_000);
    for (let sequence = 65_530; sequence < 65_546; sequence++) log.receive(sequence & 0xffff, 0, 0);
    expect(log.takeReport(0)).toMatchObject({ highestSequence: 65_545, packetsLost: 0 });
  });

  it("has no jitter on a steady stream and some on a shaken one", () => {
    const steady = new ReceptionLog(SSRC, 48_000);
    const shaken = new ReceptionLog(SSRC, 48_000);
    const random = new SeededRandom(1);
    for (let packet = 0; packet < 500; packet++) {
      steady.receive(packet, packet * 960, packet * 20_000);
      shaken.receive(packet, packet * 960, packet * 20_000 + random.integer(0, 10_000));
    }
    expect(steady.takeReport(0)!.jitter).toBe(0);
    const { jitter } = shaken.takeReport(0)!;
    expect(jitter).toBeGreaterThan(48);
    expect(jitter).toBeLessThan(480);
  });

  it("keeps its jitter through a wrap of the timestamp", () => {
    const log = new ReceptionLog(SSRC, 90_000);
    for (let packet = 0; packet < 50; packet++) {
      log.receive(packet, (0xffff_ff00 + packet * 3000) >>> 0, Math.round((packet * 3000 * 1e6) / 90_000));
    }
    expect(log.takeReport(0)!.jitter).toBeLessThan(2);
  });

  it("says which sender report it heard last and how long ago", () => {
    const log = new ReceptionLog(SSRC, 90_000);
    log.receive(0, 0, 0);
    expect(log.takeReport(0)).toMatchObject({ lastSenderReport: 0, delaySinceLastSenderReport: 0 });
    log.senderReport(0x1234_5678, 1000);
    expect(log.takeReport(1500)).toMatchObject({
      lastSenderReport: 0x1234_5678,
      delaySinceLastSenderReport: 32_768,
    });
  });

  it("does not take a restart of the numbering for a loss", () => {
    const log = new ReceptionLog(SSRC, 90_000);
    for (let sequence = 0; sequence < 50; sequence++) log.receive(sequence, 0, 0);
    log.takeReport(0);
    log.restart();
    for (let sequence = 30_000; sequence < 30_010; sequence++) log.receive(sequence, 0, 0);
    expect(log.takeReport(0)).toMatchObject({ packetsLost: 0, interval: { expected: 10, lost: 0 } });
  });
});
