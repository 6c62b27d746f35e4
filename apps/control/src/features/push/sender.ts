import type { Log } from "@sameroom/base";
import webPush from "web-push";
import type { Time } from "../../clock.ts";
import type { PushJob, PushKeys, PushStore } from "./store.ts";

export interface PushSenderDeps {
  store: PushStore;
  keys: PushKeys;
  /** Whom a push service turns to when something is wrong: `mailto:` or `https:` (RFC 8292 section 2.1). */
  contact: string;
  /** Posts to an address somebody else named; never rejects. */
  post: (post: {
    url: string;
    headers: Record<string, string>;
    body: Uint8Array;
  }) => Promise<{ status: number | null; fault: string | null }>;
  time: Time;
  /** 0..1. */
  random: () => number;
  log: Log;
}

/** Sends what is in line, a few at a time, again after failures that may pass. */
export interface PushSender {
  start(): void;
  /** Something was put in line. */
  wake(): void;
  settled(): Promise<void>;
  close(): Promise<void>;
}

const SWEEP_MS = 5_000;
const AT_ONCE = 16;
/** Longer than a request may take, so that no other process begins while one is under way. */
const LEASE_MS = 60_000;
const FIRST_RETRY_MS = 10_000;
const MAX_ATTEMPTS = 6;
/** RFC 8030 section 7.3: the subscription is gone. */
const GONE = new Set([404, 410]);

export function createPushSender(deps: PushSenderDeps): PushSender {
  const { store, time, log } = deps;
  let work: Promise<void> | null = null;
  let isWanted = false;
  let cancel = () => {};
  let closed = false;

  async function send({ id, message, attempts, expiresAt, subscription }: PushJob): Promise<void> {
    const leftMs = expiresAt.getTime() - time.unixMs();
    if (leftMs <= 0) return store.done(id);
    const { endpoint, p256dh, auth } = subscription;
    const { headers, body } = webPush.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify(message),
      {
        vapidDetails: { subject: deps.contact, ...deps.keys },
        // The newest word of a room takes the place of one that was not delivered (RFC 8030 section 5.4).
        ...{
          TTL: Math.ceil(leftMs / 1000),
          urgency: "normal",
          topic: message.room.slice(0, 32),
          contentEncoding: "aes128gcm",
        },
      },
    );
    const { "Content-Length": _length, ...rest } = headers;
    const { status, fault } = await deps.post({ url: endpoint, headers: { ...textOf(rest) }, body: body! });
    if (fault === null) return store.done(id);
    if (status !== null && GONE.has(status)) return store.forget(subscription.id);
    const mayPass = status === null || status === 429 || status >= 500;
    if (!mayPass || attempts >= MAX_ATTEMPTS) {
      log.warn("a push message was not taken", { service: new URL(endpoint).host, fault });
      return store.done(id);
    }
    const delayMs = FIRST_RETRY_MS * 2 ** (attempts - 1) * (1 - deps.random() / 4);
    await store.again(id, new Date(time.unixMs() + delayMs));
  }

  async function run(): Promise<void> {
    for (;;) {
      isWanted = false;
      const now = time.unixMs();
      const jobs = closed ? [] : await store.claim(new Date(now), new Date(now + LEASE_MS), AT_ONCE);
      await Promise.all(
        jobs.map((job) =>
          send(job).catch((error: unknown) => log.warn("a push message was not sent", { err: error })),
        ),
      );
      if (jobs.length === 0 && !isWanted) return;
    }
  }

  function wake(): void {
    isWanted = true;
    if (work !== null || closed) return;
    work = run()
      .catch((error: unknown) => log.warn("push messages could not be sent", { err: error }))
      .finally(() => {
        work = null;
      });
  }

  function sweep(): void {
    wake();
    cancel = time.after(SWEEP_MS, sweep);
  }

  return {
    start: sweep,
    wake,
    async settled() {
      while (work !== null) await work;
    },
    async close() {
      closed = true;
      cancel();
      while (work !== null) await work;
    },
  };
}

const textOf = (headers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
