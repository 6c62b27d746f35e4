import { describe, expect, it } from "vitest";
import { PublisherLiveness } from "./publisher-liveness.ts";
import { StreamMeter } from "./stream-meter.ts";

describe("publisher liveness", () => {
  it("is connecting until the first packet, however long that takes", () => {
    const liveness = new PublisherLiveness();
    expect(liveness.poll(60_000)).toBeUndefined();
    expect(liveness.state).toBe("connecting");
  });

  it("says each change once", () => {
    const liveness = new PublisherLiveness({ stallMs: 1000 });
    liveness.media(0);
    expect(liveness.poll(1)).toBe("flowing");
    expect(liveness.poll(999)).toBeUndefined();
    expect(liveness.poll(1000)).toBe("stalled");
    expect(liveness.poll(5000)).toBeUndefined();
    liveness.media(5001);
    expect(liveness.poll(5002)).toBe("flowing");
  });
});

describe("stream meter", () => {
  it("gives rates over the time since the last take", () => {
    const meter = new StreamMeter(0);
    for (let packet = 0; packet < 100; packet++) meter.count(1000, packet % 4 === 3);
    expect(meter.take(2000)).toEqual({ bitrate: 400_000, packetsPerSecond: 50, framesPerSecond: 12.5 });
    expect(meter.take(3000)).toEqual({ bitrate: 0, packetsPerSecond: 0, framesPerSecond: 0 });
  });
});
