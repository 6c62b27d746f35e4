import { idleRestream, type RestreamStatus } from "@sameroom/contract";

/** What media last said of rooms' restreams. In memory: media says it again every few seconds. */
export interface RestreamStatuses {
  /** A worker's word of a room's targets. */
  apply(worker: string, slug: string, targets: readonly RestreamStatus[]): void;
  /** Of one target; off where nobody said anything of it. */
  of(slug: string, target: string): RestreamStatus;
  /** A worker is gone or was started again: what it said is not true any more. Returns the rooms it spoke of. */
  forgetWorker(worker: string): string[];
  forgetRoom(slug: string): void;
}

export function createRestreamStatuses(clock: { unixMs(): number }): RestreamStatuses {
  const rooms = new Map<string, { worker: string; targets: readonly RestreamStatus[] }>();
  return {
    apply(worker, slug, targets) {
      if (targets.length > 0) rooms.set(slug, { worker, targets });
      else if (rooms.get(slug)?.worker === worker) rooms.delete(slug);
    },
    of(slug, id) {
      const known = rooms.get(slug)?.targets.find(({ target }) => target === id);
      return known ?? idleRestream(id, clock.unixMs());
    },
    forgetWorker(worker) {
      const gone = [...rooms].filter(([, room]) => room.worker === worker).map(([slug]) => slug);
      for (const slug of gone) rooms.delete(slug);
      return gone;
    },
    forgetRoom: (slug) => void rooms.delete(slug),
  };
}
