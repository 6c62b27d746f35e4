import { randomUUID } from "node:crypto";
import type { Time } from "../clock.ts";
import type { PresenceService, Unnamed } from "../features/presence/presence.ts";
import type { Connection } from "../features/presence/rules.ts";
import type { PresenceNews } from "../realtime/presence-news.ts";

/** All is told this often. */
export const ALL_EVERY_MS = 10_000;
/** Who was not heard of for this long is not there any more: two times all was lost, or the process. */
export const FORGET_AFTER_MS = 2.5 * ALL_EVERY_MS;

/** What brings people into a presence. */
export type Arrivals = Pick<
  PresenceService,
  "attach" | "detach" | "replace" | "setUnnamed" | "replaceUnnamed"
>;

/** Presence over several control processes: whoever came to one of them is here for all. */
export interface SharedPresence {
  /** For what comes to this process. */
  readonly local: Arrivals;
  /** What another process told. */
  take(news: PresenceNews): void;
  close(): void;
}

export function createSharedPresence(
  presence: Arrivals,
  deps: { time: Time; tell: (news: PresenceNews) => void },
): SharedPresence {
  const { time, tell } = deps;
  const from = randomUUID();
  const here = new Map<string, { slug: string; connection: Connection }>();
  const unnamedHere = new Map<string, Unnamed>();
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

  function setUnnamed(slug: string, source: string, count: number): void {
    const key = `${slug} ${source}`;
    if (count === 0) unnamedHere.delete(key);
    else unnamedHere.set(key, { slug, source, count });
    presence.setUnnamed(slug, source, count);
    tell({ type: "unnamed", from, slug, source, count });
  }

  function forgetPeer(peer: string): void {
    presence.replace(prefixOf(peer), []);
    presence.replaceUnnamed(prefixOf(peer), []);
  }

  function heardOf(peer: string): void {
    peers.get(peer)?.();
    peers.set(
      peer,
      time.after(FORGET_AFTER_MS, () => {
        peers.delete(peer);
        forgetPeer(peer);
      }),
    );
  }

  const tellAll = () => {
    tell({ type: "all", from, connections: [...here.values()], unnamed: [...unnamedHere.values()] });
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
      setUnnamed,
      replaceUnnamed(prefix, counts) {
        const wanted = new Set(counts.map(({ slug, source }) => `${slug} ${source}`));
        for (const [key, { slug, source }] of unnamedHere)
          if (source.startsWith(prefix) && !wanted.has(key)) setUnnamed(slug, source, 0);
        for (const { slug, source, count } of counts) setUnnamed(slug, source, count);
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
        case "unnamed":
          presence.setUnnamed(news.slug, `${prefixOf(news.from)}${news.source}`, news.count);
          break;
        case "all":
          presence.replaceUnnamed(
            prefixOf(news.from),
            news.unnamed.map((one) => ({ ...one, source: `${prefixOf(news.from)}${one.source}` })),
          );
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
      tell({ type: "all", from, connections: [], unnamed: [] });
      for (const cancel of peers.values()) cancel();
      peers.clear();
    },
  };
}
