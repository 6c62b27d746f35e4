import type { LoadPeers } from "../harness/load-peers.ts";
import { sleep } from "../harness/until.ts";
import { threadCpuSeconds, usageOf } from "../measure/process-usage.ts";
import type { Feeder } from "./feeder.ts";
import type { Burst } from "./traffic.ts";

/** The addon's thread in the media process; other programs have none of that name. */
const IO_THREAD = "sameroom-wire";

/** What one window of forwarding cost. */
export interface WindowResult {
  viewers: number;
  seconds: number;
  /** Packets that reached the viewers. */
  packets: number;
  /** Share of the packets meant for the viewers that did not come, 0..1. */
  loss: number;
  bitsPerSecond: number;
  /** CPU time of the forwarding process over the window, of one core. */
  cpuShare: number;
  packetsPerCpuSecond: number;
  /** Share of that CPU time that was not the wire's I/O thread: JavaScript, its garbage collection, timers. 0..1. */
  javascriptShare: number;
  /** Resident memory of the process at the end. */
  residentBytes: number;
  srtpProfile: string | null;
}

export interface WindowFeeder {
  feeder: Feeder;
  /** How many viewers get this stream of it. */
  viewersOf: (stream: Burst["stream"]) => number;
}

export interface WindowOptions {
  pid: number;
  /** All that send. */
  feeders: readonly WindowFeeder[];
  receivers: LoadPeers;
  viewers: number;
  seconds: number;
}

/** Nothing came for this long: everything that was sent has come, or never will. */
const QUIET_MS = 150;
const DRAIN_LIMIT_MS = 15_000;

/**
 * Lets the traffic flow for `seconds`, between two silences: at both ends it stops until the receivers have read all
 * there is, so that what is counted is exactly what was sent.
 */
export async function measureWindow(options: WindowOptions): Promise<WindowResult> {
  const { pid, feeders, receivers, viewers, seconds } = options;
  const each = (action: (feeder: Feeder) => void) => feeders.forEach(({ feeder }) => void action(feeder));
  each((feeder) => feeder.pause());
  const before = await readWhenQuiet(options);
  each((feeder) => feeder.resume());
  await sleep(seconds * 1000);
  each((feeder) => feeder.pause());
  const after = await readWhenQuiet(options);
  each((feeder) => feeder.resume());
  const packets = after.received.packets - before.received.packets;
  const meant = after.meant - before.meant;
  const cpuSeconds = after.usage.cpuSeconds - before.usage.cpuSeconds;
  return {
    viewers,
    seconds,
    packets,
    loss: 1 - packets / meant,
    bitsPerSecond: ((after.received.bytes - before.received.bytes) * 8) / seconds,
    cpuShare: cpuSeconds / seconds,
    packetsPerCpuSecond: packets / cpuSeconds,
    javascriptShare: 1 - (after.ioCpuSeconds - before.ioCpuSeconds) / cpuSeconds,
    residentBytes: usageOf(pid).residentBytes,
    srtpProfile: receivers.profile,
  };
}

async function readWhenQuiet({ pid, feeders, receivers }: WindowOptions) {
  const end = performance.now() + DRAIN_LIMIT_MS;
  let received = receivers.received();
  for (;;) {
    await sleep(QUIET_MS);
    const now = receivers.received();
    if (now.packets === received.packets) break;
    if (performance.now() > end) throw new Error("packets go on coming though nothing is sent");
    received = now;
  }
  const meant = feeders.flatMap(({ feeder, viewersOf }) =>
    [...feeder.sent].map(([stream, packets]) => packets * viewersOf(stream)),
  );
  return {
    meant: meant.reduce((sum, packets) => sum + packets, 0),
    received,
    usage: usageOf(pid),
    ioCpuSeconds: threadCpuSeconds(pid, IO_THREAD),
  };
}
