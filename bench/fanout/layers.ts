import { LoadPeers } from "../harness/load-peers.ts";
import { MediaWorker } from "../harness/media-worker.ts";
import { sleep, until } from "../harness/until.ts";
import { FanoutRoom, THREE_LAYERS, type ViewerHandle } from "./room.ts";
import { measureWindow, type WindowFeeder, type WindowResult } from "./window.ts";

/** Keyframes come every 2 s; a layer that was paused needs the one after it is wanted, too. */
const SETTLE_MS = 5000;
/** Estimates of a thousand paths rise; what is not reached by then is said in the error. */
const SWITCH_LIMIT_MS = 60_000;

export interface LayersOptions {
  viewers: number;
  seconds: number;
  feedback: boolean;
  onStep?: (step: string) => void;
}

/** The same packets to the same number of viewers, a third of them at each size. */
export interface LayersResult {
  /** Three publishers with one layer each, in rooms of their own. */
  apart: WindowResult;
  /** One publisher with three layers; each viewer has chosen one. */
  together: WindowResult;
  /** Other packets: all of the viewers get a picture of 2.5 Mbit/s. */
  single: WindowResult;
}

/** What it costs that layers are chosen for each viewer, and nothing else. */
export async function measureLayers(options: LayersOptions): Promise<LayersResult> {
  const { onStep } = options;
  onStep?.("three rooms of one layer each");
  const apart = await measure(options, openApart);
  onStep?.("one room of three layers");
  const together = await measure(options, openTogether);
  onStep?.("one room of one layer");
  const single = await measure(options, openSingle);
  return { apart, together, single };
}

interface Opened {
  rooms: FanoutRoom[];
  feeders: WindowFeeder[];
}
type Open = (
  worker: MediaWorker,
  publisher: LoadPeers,
  receivers: LoadPeers,
  third: number,
) => Promise<Opened>;

async function measure({ viewers, seconds, feedback }: LayersOptions, open: Open): Promise<WindowResult> {
  const worker = await MediaWorker.start();
  const publisher = new LoadPeers();
  const receivers = new LoadPeers({ feedback });
  let opened: Opened | undefined;
  try {
    const third = Math.floor(viewers / THREE_LAYERS.length);
    opened = await open(worker, publisher, receivers, third);
    await sleep(SETTLE_MS);
    const total = third * THREE_LAYERS.length;
    return await measureWindow({
      pid: worker.pid,
      feeders: opened.feeders,
      receivers,
      viewers: total,
      seconds,
    });
  } finally {
    for (const room of opened?.rooms ?? []) room.close();
    publisher.close();
    receivers.close();
    await worker.close();
  }
}

const openApart: Open = async (worker, publisher, receivers, third) => {
  const opened: Opened = { rooms: [], feeders: [] };
  for (const [index, { rid: _, ...layer }] of THREE_LAYERS.entries()) {
    const room = await FanoutRoom.open(worker, publisher, { index, layers: [layer] });
    await room.join(receivers, third);
    opened.rooms.push(room);
    opened.feeders.push({ feeder: room.feeder, viewersOf: () => third });
  }
  return opened;
};

const openSingle: Open = async (worker, publisher, receivers, third) => {
  const viewers = third * THREE_LAYERS.length;
  const room = await FanoutRoom.open(worker, publisher);
  await room.join(receivers, viewers);
  return { rooms: [room], feeders: [{ feeder: room.feeder, viewersOf: () => viewers }] };
};

const openTogether: Open = async (worker, publisher, receivers, third) => {
  const room = await FanoutRoom.open(worker, publisher, { layers: THREE_LAYERS });
  await room.join(receivers, third * THREE_LAYERS.length);
  const wishes = room.viewers.map((viewer, index) => ({
    viewer,
    layer: THREE_LAYERS[index % THREE_LAYERS.length]!.rid,
  }));
  for (const { viewer, layer } of wishes) await room.choose(viewer, layer);
  await untilShown(room, wishes);
  const viewersOf = (stream: "audio" | number) => (stream === "audio" ? third * THREE_LAYERS.length : third);
  return { rooms: [room], feeders: [{ feeder: room.feeder, viewersOf }] };
};

/** Every viewer gets what they chose. */
async function untilShown(
  room: FanoutRoom,
  wishes: readonly { viewer: ViewerHandle; layer: string }[],
): Promise<void> {
  let waiting = [...wishes];
  await until(
    "every viewer gets the layer they chose",
    async () => {
      // One who waits is asked about at a time: asking must not become the load.
      while (waiting.length > 0) {
        const { viewer, layer } = waiting[0]!;
        if ((await room.layerOf(viewer)) !== layer) {
          await sleep(100);
          return false;
        }
        waiting = waiting.slice(1);
      }
      return true;
    },
    SWITCH_LIMIT_MS,
  );
}
