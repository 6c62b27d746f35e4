import { toError } from "@sameroom/base";

/** Runs a room's work in the order it came; rooms do not wait for each other. */
export interface RoomQueue {
  /** Resolves with what the work gives, or undefined when it failed (the error hook was told). */
  run<Value>(slug: string, work: () => Promise<Value>): Promise<Value | undefined>;
  /** Resolves when nothing is waiting or running. */
  idle(): Promise<void>;
}

export function createRoomQueue(onError: (slug: string, error: Error) => void): RoomQueue {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(slug, work) {
      const result = (tails.get(slug) ?? Promise.resolve()).then(work).catch((error: unknown) => {
        onError(slug, toError(error));
        return undefined;
      });
      tails.set(slug, result);
      void result.then(() => {
        if (tails.get(slug) === result) tails.delete(slug);
      });
      return result;
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
