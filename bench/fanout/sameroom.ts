import { LoadPeers } from "../harness/load-peers.ts";
import { MediaWorker } from "../harness/media-worker.ts";
import { sleep, until } from "../harness/until.ts";
import { usageOf } from "../measure/process-usage.ts";
import { FanoutRoom } from "./room.ts";
import { measureWindow, type WindowResult } from "./window.ts";

/** A keyframe comes every 2 s; until theirs, viewers get sound only. */
const SETTLE_MS = 2500;

export interface SameroomFanoutOptions {
  /** Numbers of viewers, rising. */
  sweep: readonly number[];
  seconds: number;
  /** Viewers report on what they receive, as browsers do. */
  feedback: boolean;
  nodeArguments?: readonly string[];
  onWindow?: (pid: number, viewers: number) => void;
}

export interface SameroomFanout {
  windows: WindowResult[];
  /** Resident memory before the first viewer. */
  baseBytes: number;
  /** What the wire counted over its life. */
  wire: Record<string, number>;
}

/** One publisher and ever more viewers on the real media worker. */
export async function measureSameroom(options: SameroomFanoutOptions): Promise<SameroomFanout> {
  const { feedback, seconds, nodeArguments = [] } = options;
  const worker = await MediaWorker.start({ nodeArguments });
  const publisher = new LoadPeers();
  const receivers = new LoadPeers({ feedback });
  let room: FanoutRoom | undefined;
  try {
    room = await FanoutRoom.open(worker, publisher);
    const { feeder } = room;
    // Memory that the first viewers need of a fresh process is not theirs.
    await room.join(receivers, 2);
    await sleep(SETTLE_MS);
    const baseBytes = usageOf(worker.pid).residentBytes;
    const windows: WindowResult[] = [];
    for (const viewers of options.sweep) {
      await room.join(receivers, viewers - room.viewers.length);
      const before = receivers.received().packets;
      await until("packets arrive", () => receivers.received().packets > before + viewers * 10);
      await sleep(SETTLE_MS);
      options.onWindow?.(worker.pid, viewers);
      const feeders = [{ feeder, viewersOf: () => viewers }];
      windows.push(await measureWindow({ pid: worker.pid, feeders, receivers, viewers, seconds }));
      worker.assertRunning();
    }
    return { windows, baseBytes, wire: await worker.wireCounters() };
  } finally {
    room?.close();
    publisher.close();
    receivers.close();
    await worker.close();
  }
}
