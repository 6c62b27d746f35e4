import type { LoadPeers } from "../harness/load-peers.ts";
import { sleep } from "../harness/until.ts";
import { usageOf } from "../measure/process-usage.ts";
import type { Feeder } from "./feeder.ts";

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
  /** Resident memory of the process at the end. */
  residentBytes: number;
  srtpProfile: string | null;
}

export interface WindowOptions {
  pid: number;
  feeder: Feeder;
  receivers: LoadPeers;
  viewers: number;
  seconds: number;
}

/** Lets the traffic flow for `seconds` and reads all counters between the same two frames. */
export async function measureWindow(options: WindowOptions): Promise<WindowResult> {
  const { pid, feeder, receivers, viewers, seconds } = options;
  const read = () => ({
    atMs: performance.now(),
    sent: feeder.sent,
    received: receivers.received(),
    usage: usageOf(pid),
  });
  const before = await feeder.betweenFrames(read);
  await sleep(seconds * 1000);
  const after = await feeder.betweenFrames(read);
  const elapsed = (after.atMs - before.atMs) / 1000;
  const packets = after.received.packets - before.received.packets;
  const meant = (after.sent - before.sent) * viewers;
  const cpuSeconds = after.usage.cpuSeconds - before.usage.cpuSeconds;
  return {
    viewers,
    seconds: elapsed,
    packets,
    loss: Math.max(0, 1 - packets / meant),
    bitsPerSecond: ((after.received.bytes - before.received.bytes) * 8) / elapsed,
    cpuShare: cpuSeconds / elapsed,
    packetsPerCpuSecond: packets / cpuSeconds,
    residentBytes: after.usage.residentBytes,
    srtpProfile: receivers.profile,
  };
}
