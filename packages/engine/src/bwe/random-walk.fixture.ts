import { type LinkOptions, SeededRandom } from "@sameroom/base/testing";
import { SimulatedSession } from "./simulated-session.fixture.ts";

/** A stretch of unchanged path, and how the estimate stood at its end. */
export interface Stretch {
  link: LinkOptions;
  seconds: number;
  /** Mean of the last three seconds' estimates. */
  estimateBps: number;
  /** Of its packets, in its second half. */
  worstQueueMs: number;
  /** Layer switches in its second half, a minute. */
  switchesPerMinute: number;
}

/** A viewer whose path changes every few seconds: bandwidth, loss, delay, jitter, queue, and now and then nothing at all. */
export function randomWalk(
  seed: number,
  minutes: number,
): { session: SimulatedSession; stretches: Stretch[] } {
  const random = new SeededRandom(seed);
  const session = new SimulatedSession({
    seed,
    link: { delayMs: 25, bandwidthBps: 5_000_000 },
    feedbackMs: random.pick([50, 75, 100]),
    back: { loss: 0.02 },
  });
  const stretches: Stretch[] = [];
  while (session.nowMs < minutes * 60_000) {
    if (random.next() < 0.1) {
      session.configure({ loss: 1 });
      session.run(random.integer(1, 6));
    }
    const link = {
      bandwidthBps: Math.round(300_000 * 40 ** random.next()),
      loss: random.next() < 0.5 ? 0 : random.next() * 0.08,
      lossBurst: random.integer(1, 4),
      delayMs: random.integer(5, 150),
      jitterMs: random.next() < 0.6 ? 0 : random.integer(1, 100),
      queueBytes: random.integer(8, 120) * 1000,
    };
    session.configure(link);
    const from = session.samples.length;
    const seconds = random.integer(8, 30);
    session.run(seconds);
    const samples = session.samples.slice(from + (session.samples.length - from) / 2);
    const last = samples.slice(-60);
    let switches = 0;
    for (let at = 1; at < samples.length; at++) if (samples[at]!.layer !== samples[at - 1]!.layer) switches++;
    stretches.push({
      link,
      seconds,
      estimateBps: last.reduce((sum, { estimateBps }) => sum + estimateBps, 0) / last.length,
      worstQueueMs: Math.max(...samples.map(({ queueMs }) => queueMs)) - link.jitterMs,
      switchesPerMinute: switches / (seconds / 120),
    });
  }
  return { session, stretches };
}
