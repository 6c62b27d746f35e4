import type { Log } from "@sameroom/base";
import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import type { ServerOptions } from "socket.io";

/** How control processes that share a database hear of each other. */
export interface Peers {
  readonly adapter: NonNullable<ServerOptions["adapter"]>;
  close(): void;
}

/** Keys of several installations on one Redis do not meet as long as their databases (`redis://host/1`) differ. */
const PREFIX = "sameroom";
const RETRY_MS = 1_000;

/**
 * Peers over Redis. Without it each process goes on for its own sockets, and they learn late of what the others appended; nothing is
 * lost, the log is in the database.
 */
export function createRedisPeers({ url, log }: { url: string; log: Log }): Peers {
  const options = { maxRetriesPerRequest: null, retryStrategy: () => RETRY_MS };
  // What cannot be told now is old when it can be.
  const publisher = new Redis(url, { ...options, enableOfflineQueue: false });
  const subscriber = new Redis(url, options);
  let isAway = false;
  for (const client of [publisher, subscriber])
    client.on("error", (error: unknown) => {
      if (!isAway) log.warn("Redis cannot be reached; other control processes hear nothing", { err: error });
      isAway = true;
    });
  publisher.on("ready", () => {
    if (isAway) log.info("Redis is back");
    isAway = false;
  });
  // The adapter looks after no answer, and a rejection nobody handles would be logged for each.
  const publish = publisher.publish.bind(publisher);
  publisher.publish = ((channel: string, message: string | Buffer) =>
    publish(channel, message).catch(() => 0)) as typeof publisher.publish;
  return {
    // Of Redis' databases pub/sub knows nothing (https://redis.io/docs/latest/develop/interact/pubsub): the name has to tell them apart.
    adapter: createAdapter(publisher, subscriber, { key: `${PREFIX}-${publisher.options.db ?? 0}` }),
    close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
