import { postOffer } from "../harness/http-session.ts";
import { createCredentials } from "../harness/ice.ts";
import { LoadPeers } from "../harness/load-peers.ts";
import { PAYLOAD_TYPES, writeOffer } from "../harness/load-sdp.ts";
import { MediaWorker } from "../harness/media-worker.ts";
import { sleep, until } from "../harness/until.ts";
import { usageOf } from "../measure/process-usage.ts";
import { Feeder } from "./feeder.ts";
import { measureWindow, type WindowResult } from "./window.ts";

const ROOM = "fanout";
const SSRC = { video: 0x1234_0001, audio: 0x1234_0002 } as const;
/** Joins under way at once. */
const JOINS_AT_ONCE = 8;
/** A keyframe comes every 2 s; until theirs, viewers get sound only. */
const SETTLE_MS = 2500;

export interface SameroomFanoutOptions {
  /** Numbers of viewers, rising. */
  sweep: readonly number[];
  seconds: number;
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
  const worker = await MediaWorker.start({ nodeArguments: options.nodeArguments ?? [] });
  const publisher = new LoadPeers();
  const receivers = new LoadPeers();
  let feeder: Feeder | undefined;
  try {
    const source = await publish(worker, publisher);
    feeder = new Feeder(
      {
        videoSsrc: SSRC.video,
        videoPayloadType: PAYLOAD_TYPES.video,
        audioSsrc: SSRC.audio,
        audioPayloadType: PAYLOAD_TYPES.audio,
      },
      (burst) => publisher.load.sendRtp(source, burst.packets),
    );
    // Memory that the first viewers need of a fresh process is not theirs.
    await join(worker, receivers, 2);
    await sleep(SETTLE_MS);
    const baseBytes = usageOf(worker.pid).residentBytes;
    const windows: WindowResult[] = [];
    for (const viewers of options.sweep) {
      await join(worker, receivers, viewers - receivers.ids.length);
      const before = receivers.received().packets;
      await until("packets arrive", () => receivers.received().packets > before + viewers * 10);
      await sleep(SETTLE_MS);
      options.onWindow?.(worker.pid, viewers);
      const { seconds } = options;
      windows.push(await measureWindow({ pid: worker.pid, feeder, receivers, viewers, seconds }));
      worker.assertRunning();
    }
    return { windows, baseBytes, wire: await worker.wireCounters() };
  } finally {
    feeder?.close();
    publisher.close();
    receivers.close();
    await worker.close();
  }
}

async function publish(worker: MediaWorker, publisher: LoadPeers): Promise<number> {
  const { token } = await worker.mint(ROOM, "host", "user:host");
  const local = createCredentials();
  const offer = writeOffer({ local, fingerprint: publisher.load.fingerprint, sends: SSRC });
  const id = await publisher.check(await postOffer(`${worker.url}/whip/${ROOM}`, token, offer), local);
  await publisher.connect([id]);
  return id;
}

/** Lets `count` more viewers in, each a participant of their own. */
async function join(worker: MediaWorker, receivers: LoadPeers, count: number): Promise<void> {
  const { fingerprint } = receivers.load;
  const first = receivers.ids.length;
  let next = 0;
  const joinSome = async () => {
    for (let turn = next++; turn < count; turn = next++) {
      const { token } = await worker.mint(ROOM, "viewer", `guest:v${first + turn}`);
      const local = createCredentials();
      const offer = writeOffer({ local, fingerprint });
      const id = await receivers.check(await postOffer(`${worker.url}/whep/${ROOM}`, token, offer), local);
      await receivers.connect([id]);
    }
  };
  await Promise.all(Array.from({ length: JOINS_AT_ONCE }, joinSome));
}
