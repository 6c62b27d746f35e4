import { MEDIA_PATHS } from "@sameroom/contract";
import { createCredentials } from "../harness/ice.ts";
import { LoadPeers } from "../harness/load-peers.ts";
import { writeOffer } from "../harness/load-sdp.ts";
import { MediaWorker } from "../harness/media-worker.ts";
import { usageOf } from "../measure/process-usage.ts";

/** What letting viewers in costs the media process. */
export interface HandshakeRates {
  handshakes: number;
  /** DTLS alone: between viewers whose ICE checks are done and viewers with SRTP keys, sessions included. */
  handshakesPerCpuSecond: number;
  /** The whole join: token, offer and answer over HTTP, ICE, DTLS. */
  joinsPerCpuSecond: number;
}

const ROOM = "handshakes";
/** Sessions that wait for their handshake at once; the server closes those that wait 15 s. */
const BATCH = 250;
const JOINS_AT_ONCE = 8;
/** The first batch warms the server's code up and is not counted. */
const WARM_UP = 50;

/** Joins batches of clients on a media worker of its own. */
export async function measureHandshakes(batches: number): Promise<HandshakeRates> {
  const worker = await MediaWorker.start();
  try {
    await joinBatch(worker, 0, WARM_UP);
    let [handshakeSeconds, joinSeconds] = [0, 0];
    for (let batch = 0; batch < batches; batch++) {
      const cost = await joinBatch(worker, WARM_UP + batch * BATCH, BATCH);
      handshakeSeconds += cost.handshakeSeconds;
      joinSeconds += cost.joinSeconds;
    }
    const handshakes = batches * BATCH;
    return {
      handshakes,
      handshakesPerCpuSecond: handshakes / handshakeSeconds,
      joinsPerCpuSecond: handshakes / joinSeconds,
    };
  } finally {
    await worker.close();
  }
}

async function joinBatch(
  worker: MediaWorker,
  first: number,
  count: number,
): Promise<{ handshakeSeconds: number; joinSeconds: number }> {
  const peers = new LoadPeers();
  try {
    const tokens: string[] = [];
    for (let index = 0; index < count; index++) {
      tokens.push((await worker.mint(ROOM, "viewer", `guest:v${first + index}`)).token);
    }
    const before = usageOf(worker.pid).cpuSeconds;
    let next = 0;
    const joinSome = async () => {
      for (let turn = next++; turn < count; turn = next++) {
        const local = createCredentials();
        const offer = writeOffer({ local, fingerprint: peers.load.fingerprint });
        const { answer } = await worker.openSession(MEDIA_PATHS.whep(ROOM), tokens[turn]!, offer);
        await peers.check(answer, local);
      }
    };
    await Promise.all(Array.from({ length: JOINS_AT_ONCE }, joinSome));
    const checked = usageOf(worker.pid).cpuSeconds;
    await peers.connect(peers.ids);
    const connected = usageOf(worker.pid).cpuSeconds;
    return { handshakeSeconds: connected - checked, joinSeconds: connected - before };
  } finally {
    peers.close();
  }
}
