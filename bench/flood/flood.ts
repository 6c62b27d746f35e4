import { MEDIA_PATHS } from "@sameroom/contract";
import type { LoadClientId } from "@sameroom/native/load";
import { type Benchmark, type BenchmarkContext, integerFlag } from "../benchmark.ts";
import { createCredentials } from "../harness/ice.ts";
import { LoadPeers } from "../harness/load-peers.ts";
import { PAYLOAD_TYPES, writeOffer } from "../harness/load-sdp.ts";
import { MediaWorker } from "../harness/media-worker.ts";
import { sleep, until } from "../harness/until.ts";
import { formatTable } from "../measure/table.ts";
import { type DelaySummary, Delays } from "./delays.ts";

const ROOM = "flood";
const SSRC = { video: 0x1234_0001, audio: 0x1234_0002 } as const;
/** The crowd comes within this time; a calm window is as long. */
const WINDOW_MS = 5000;
const SETTLE_MS = 2500;

/** Whether a crowd that joins disturbs those who watch: how long the wire keeps packets, calm and flooded. */
export const flood: Benchmark = {
  summary: "forwarding delay of those who watch while a crowd joins, next to a calm minute",
  flags: {
    joins: "viewers that join within 5 s; default 500",
    watchers: "viewers that watch, all packets timed; default 10",
    rounds: "calm and flooded windows, taking turns; default 3",
  },
  async run(context) {
    const joins = integerFlag(context, "joins", { fallback: 500, min: 1, max: 5000 });
    const watchers = integerFlag(context, "watchers", { fallback: 10, min: 1, max: 100 });
    const rounds = integerFlag(context, "rounds", { fallback: 3, min: 1, max: 20 });
    return present(await measure(context, { joins, watchers, rounds }), joins);
  },
};

interface Round {
  calm: DelaySummary;
  flood: DelaySummary;
  /** All of the crowd watch, nobody joins. */
  full: DelaySummary;
  /** Viewers with SRTP keys at the end of the flood. */
  joined: number;
  /** From the first request to the last handshake, ms. */
  floodMs: number;
}

async function measure(
  context: BenchmarkContext,
  options: { joins: number; watchers: number; rounds: number },
): Promise<Round[]> {
  const worker = await MediaWorker.start();
  const publisher = new LoadPeers();
  const delays = new Delays();
  const watchers = new LoadPeers({
    decrypt: true,
    onRtp: (_client, packet, arrivalMicros) => delays.add(packet, arrivalMicros),
  });
  try {
    const host = await enter(worker, publisher, "host");
    const media = { ssrc: SSRC.video, payloadType: PAYLOAD_TYPES.video };
    publisher.load.publish(host, { ...media, packetsPerSecond: 60, payloadBytes: 1000, packetsPerFrame: 2 });
    for (let index = 0; index < options.watchers; index++) {
      watchers.load.setCapture(await enter(worker, watchers, `guest:watcher${index}`), true);
    }
    await until("packets arrive", () => watchers.received().packets > options.watchers * 100);
    // The worker's code warms up, too.
    (await joinCrowd(worker, 50, 1000)).leave();
    const rounds: Round[] = [];
    for (let turn = 0; turn < options.rounds; turn++) {
      await sleep(SETTLE_MS);
      delays.clear();
      await sleep(WINDOW_MS);
      const calm = delays.summary();
      delays.clear();
      const started = performance.now();
      const crowd = await joinCrowd(worker, options.joins, WINDOW_MS);
      const floodMs = performance.now() - started;
      const flooded = delays.summary();
      const { joined } = crowd;
      await sleep(SETTLE_MS);
      delays.clear();
      await sleep(WINDOW_MS);
      rounds.push({ calm, flood: flooded, full: delays.summary(), joined, floodMs });
      crowd.leave();
      context.say(
        `round ${turn + 1} of ${options.rounds}: ${joined} joined in ${(floodMs / 1000).toFixed(1)} s`,
      );
      worker.assertRunning();
    }
    return rounds;
  } finally {
    publisher.close();
    watchers.close();
    await worker.close();
  }
}

/** A publisher (`host`) or viewer, connected. */
async function enter(worker: MediaWorker, peers: LoadPeers, name: string): Promise<LoadClientId> {
  const isHost = name === "host";
  const { token } = await worker.mint(ROOM, isHost ? "host" : "viewer", isHost ? "user:host" : name);
  const local = createCredentials();
  const { fingerprint } = peers.load;
  const offer = writeOffer(isHost ? { local, fingerprint, sends: SSRC } : { local, fingerprint });
  const path = isHost ? MEDIA_PATHS.whip(ROOM) : MEDIA_PATHS.whep(ROOM);
  const id = await peers.check((await worker.openSession(path, token, offer)).answer, local);
  await peers.connect([id]);
  return id;
}

/** Lets a crowd in, each when its time has come, whether or not those before are done. */
async function joinCrowd(
  worker: MediaWorker,
  count: number,
  withinMs: number,
): Promise<{ joined: number; leave(): void }> {
  const crowd = new LoadPeers();
  const done = await Promise.allSettled(
    Array.from({ length: count }, async (_, index) => {
      await sleep((index * withinMs) / count);
      await enter(worker, crowd, `guest:crowd${index}`);
    }),
  );
  return { joined: done.filter(({ status }) => status === "fulfilled").length, leave: () => crowd.close() };
}

function present(rounds: readonly Round[], joins: number) {
  const middle = (pick: (round: Round) => number) => {
    const values = rounds.map(pick).sort((a, b) => a - b);
    return values[Math.floor(values.length / 2)] ?? Number.NaN;
  };
  const delaysOf = (kind: "calm" | "flood" | "full") => ({
    p50Ms: middle((round) => round[kind].p50Ms),
    p95Ms: middle((round) => round[kind].p95Ms),
    p99Ms: middle((round) => round[kind].p99Ms),
  });
  const [calm, flooded, full] = [delaysOf("calm"), delaysOf("flood"), delaysOf("full")];
  const joined = middle((round) => round.joined);
  const row = (name: string, delays: typeof calm) => [
    name,
    ...[delays.p50Ms, delays.p95Ms, delays.p99Ms].map((ms) => ms.toFixed(2)),
  ];
  const table = formatTable(
    ["forwarding delay, ms (medians of the rounds)", "p50", "p95", "p99"],
    [row("calm", calm), row(`${joins} join within 5 s`, flooded), row("all of them watch", full)],
  );
  const ratio = flooded.p99Ms / calm.p99Ms;
  return {
    text: `${table}\n\n${joined} of ${joins} joined. p99 of the flood: ${ratio.toFixed(2)} times the calm one.`,
    json: { calm, flood: flooded, full, p99Ratio: ratio, joined, joins, details: { rounds } },
  };
}
