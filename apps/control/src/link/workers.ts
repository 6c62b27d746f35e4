import { createHash } from "node:crypto";
import type {
  ControlToMedia,
  IngestAddresses,
  MediaToControl,
  Publisher,
  WorkerLoad,
} from "@sameroom/contract";

export type Hello = Extract<MediaToControl, { type: "hello" }>;

/** A media worker as control knows it. */
export interface WorkerState {
  readonly name: string;
  publicUrl: string;
  /** Where other workers find it; null: it does not say. */
  relayUrl: string | null;
  version: string;
  /** Whether it serves LL-HLS. */
  hls: boolean;
  /** Where encoders find it. */
  ingest: IngestAddresses;
  /** WHIP and WHEP sessions it takes at most; null: it did not say. */
  maxSessions: number | null;
  connectedUnixMs: number;
  load: WorkerLoad | null;
  /** By session id. */
  readonly publishers: Map<string, Publisher>;
  /** Sends on its link, or null while there is none. */
  send: ((message: ControlToMedia) => void) | null;
}

/** The media workers of this server. */
export interface Workers {
  /** A worker said hello; replaces what was known of it. */
  connected(
    hello: Hello,
    connection: { send: (message: ControlToMedia) => void; unixMs: number },
  ): WorkerState;
  get(name: string): WorkerState | null;
  all(): WorkerState[];
  /**
   * The worker for a room: where its publisher is; else where it was (`last`), when that one is there; else one that
   * every caller agrees on as long as the same workers are there. null without any.
   */
  forRoom(slug: string, last: string | null): WorkerState | null;
  /** Sends to every worker that is there. */
  broadcast(message: ControlToMedia): void;
}

/** Of a worker's sessions, the part that viewers leave free for hosts and for those who come back. */
const SPARE = 0.05;

/** Whether a worker has no room for another viewer, by the load it reported last. */
export function isFull({ load, maxSessions }: Pick<WorkerState, "load" | "maxSessions">): boolean {
  if (load === null || maxSessions === null) return false;
  return load.publishers + load.viewers >= maxSessions * (1 - SPARE);
}

/** Workers that stayed away are remembered up to this many, the longest gone are forgotten first. */
const MAX_REMEMBERED = 100;

export function createWorkers(): Workers {
  const workers = new Map<string, WorkerState>();

  function forget(): void {
    if (workers.size <= MAX_REMEMBERED) return;
    const away = [...workers.values()].filter(({ send }) => send === null);
    away.sort((left, right) => left.connectedUnixMs - right.connectedUnixMs);
    for (const worker of away.slice(0, workers.size - MAX_REMEMBERED)) workers.delete(worker.name);
  }

  return {
    connected(hello, { send, unixMs }) {
      const worker: WorkerState = {
        name: hello.worker,
        publicUrl: hello.publicUrl,
        relayUrl: hello.relayUrl,
        version: hello.version,
        hls: hello.hls,
        ingest: hello.ingest,
        maxSessions: hello.maxSessions,
        connectedUnixMs: unixMs,
        load: workers.get(hello.worker)?.load ?? null,
        publishers: new Map(hello.publishers.map((publisher) => [publisher.id, publisher])),
        send,
      };
      workers.set(worker.name, worker);
      forget();
      return worker;
    },
    get: (name) => workers.get(name) ?? null,
    all: () => [...workers.values()].sort((left, right) => (left.name < right.name ? -1 : 1)),
    forRoom(slug, last) {
      const there = [...workers.values()].filter(({ send }) => send !== null);
      for (const worker of there)
        for (const publisher of worker.publishers.values()) if (publisher.room === slug) return worker;
      const before = there.find(({ name }) => name === last);
      return before ?? highestScore(slug, there);
    },
    broadcast(message) {
      for (const { send } of workers.values()) send?.(message);
    },
  };
}

/** Rendezvous hashing: host and viewers who come at different moments get the same worker. */
function highestScore(slug: string, workers: readonly WorkerState[]): WorkerState | null {
  let best: WorkerState | null = null;
  let bestScore = "";
  for (const worker of workers) {
    const score = createHash("sha256").update(`${slug} ${worker.name}`).digest("hex");
    if (best === null || score > bestScore) {
      best = worker;
      bestScore = score;
    }
  }
  return best;
}
