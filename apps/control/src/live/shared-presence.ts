import { randomUUID } from "node:crypto";
import type { Time } from "../clock.ts";
import type { PresenceService } from "../features/presence/presence.ts";
import type { Connection } from "../features/presence/rules.ts";
import type { PresenceNews } from "../realtime/presence-news.ts";

/** All is told this often. */
export const ALL_EVERY_MS = 10_000;
/** Who was not heard of for this long is not there any more: two times all was lost, or the process. */
export const FORGET_AFTER_MS = 2.5 * ALL_EVERY_MS;

/** Presence over several control processes: whoever came to one of them is here for all. */
export interface SharedPresence {
  /** For what comes to this process. */
  readonly local: Pick<PresenceService, "attach" | "detach" | "replace">;
  /** What another process told. */
  take(news: PresenceNews): void;
  close(): void;
}

export function createSharedPresence(
  presence: Pick<PresenceService, "attach" | "detach" | "replace">,
  deps: { time: Time; tell: (news: PresenceNews) => void },
): SharedPresence {
  const { time, tell } = deps;
  const from = randomUUID();
  const here = new Map<string, { slug: string; connection: Connection }>();
  /** Cancels forgetting a peer. */
  const peers = new Map<string, () => void>();
  const prefixOf = (peer: string) => `peer:${peer}:`;
  const theirs = (peer: string, connection: Connection) => ({
    ...connection,
    id: `${prefixOf(peer)}${connection.id}`,
  });

  function attach(slug: string, connection: Connection): void {
    here.set(`${slug} ${connection.id}`, { slug, connection });
    presence.attach(slug, connection);
    tell({ type: "here", from, slug, connection });
  }

  function detach(slug: string, id: string): void {
    here.delete(`${slug} ${id}`);
    presence.detach(slug, id);
    tell({ type: "gone", from, slug, id });
  }

  function heardOf(peer: string): void {
    peers.get(peer)?.();
    peers.set(
      peer,
      time.after(FORGET_AFTER_MS, () => {
        peers.delete(peer);
        presence.replace(prefixOf(peer), []);
      }),
    );
  }

  const tellAll = () => {
    tell({ type: "all", from, connections: [...here.values()] });
    cancelAll = time.after(ALL_EVERY_MS, tellAll);
  };
  let cancelAll = time.after(ALL_EVERY_MS, tellAll);

  return {
    local: {
      attach,
      detach,
      replace(prefix, connections) {
        const wanted = new Set(connections.map(({ slug, connection }) => `${slug} ${connection.id}`));
        for (const [key, { slug, connection }] of here)
          if (connection.id.startsWith(prefix) && !wanted.has(key)) detach(slug, connection.id);
        for (const { slug, connection } of connections) attach(slug, connection);
      },
    },
    take(news) {
      heardOf(news.from);
      switch (news.type) {
        case "here":
          presence.attach(news.slug, theirs(news.from, news.connection));
          break;
        case "gone":
          presence.detach(news.slug, `${prefixOf(news.from)}${news.id}`);
          break;
        case "all":
          presence.replace(
            prefixOf(news.from),
            news.connections.map(({ slug, connection }) => ({
              slug,
              connection: theirs(news.from, connection),
            })),
          );
      }
    },
    close() {
      cancelAll();
      // Whoever was here is gone when this process is.
      tell({ type: "all", from, connections: [] });
      for (const cancel of peers.values()) cancel();
      peers.clear();
    },
  };
}
