import type { Clock, Log } from "@sameroom/base";
import type { Finding } from "@sameroom/contract";
import { createRoomQueue } from "../lifecycle/room-queue.ts";
import { keepFindings } from "./rules.ts";
import type { FindingStore } from "./store.ts";

export interface RoomFindingsDeps {
  store: Pick<FindingStore, "of" | "put" | "close">;
  clock: Clock;
  log: Log;
  /** The broadcast on air in a room; null: none. */
  broadcastOf: (slug: string) => string | null;
  /** The host has muted themselves: that nothing is heard is no fault of the stream. */
  isMuted: (slug: string) => boolean;
  /** Tells the room's hosts. */
  tell: (slug: string, findings: Finding[]) => void;
}

/** What is wrong with streams on air: told to hosts at once, kept with the broadcast. */
export interface RoomFindings {
  /** All that is wrong with a room's stream now. */
  of(slug: string): Finding[];
  /** Media says what is wrong; all of it, none when nothing is. */
  take(slug: string, findings: readonly Finding[]): void;
  /** The host has muted themselves, or not any more. */
  mutingChanged(slug: string): void;
  /** The broadcast is on air from now on: what was found before is kept with it. */
  begin(slug: string): void;
  /** The host is gone, and so is what was wrong. */
  clear(slug: string): void;
  /** The broadcast is over. */
  end(slug: string, broadcastId: string): void;
  /** Resolves when all is kept. */
  settled(): Promise<void>;
}

export function createRoomFindings(deps: RoomFindingsDeps): RoomFindings {
  const { store, clock, log } = deps;
  const current = new Map<string, Finding[]>();
  const queue = createRoomQueue((slug, error) =>
    log.error("findings could not be kept", { room: slug, err: error }),
  );

  function take(slug: string, findings: readonly Finding[]): void {
    if (findings.length === 0 && !current.has(slug)) return;
    if (findings.length === 0) current.delete(slug);
    else current.set(slug, [...findings]);
    pass(slug);
  }

  function pass(slug: string): void {
    const findings = faultsOf(slug);
    deps.tell(slug, findings);
    keep(slug, findings);
  }

  function faultsOf(slug: string): Finding[] {
    const findings = current.get(slug) ?? [];
    return deps.isMuted(slug) ? findings.filter(({ code }) => code !== "sound-silent") : findings;
  }

  function keep(slug: string, findings: readonly Finding[]): void {
    const broadcastId = deps.broadcastOf(slug);
    if (broadcastId === null) return;
    const at = new Date(clock.unixMs());
    void queue.run(slug, async () =>
      store.put(keepFindings(await store.of(broadcastId), findings, { broadcastId, at })),
    );
  }

  return {
    of: faultsOf,
    take,
    mutingChanged(slug) {
      if (current.get(slug)?.some(({ code }) => code === "sound-silent")) pass(slug);
    },
    begin(slug) {
      if (current.has(slug)) keep(slug, faultsOf(slug));
    },
    clear: (slug) => take(slug, []),
    end(slug, broadcastId) {
      if (current.delete(slug)) deps.tell(slug, []);
      const at = new Date(clock.unixMs());
      void queue.run(slug, () => store.close(broadcastId, at));
    },
    settled: () => queue.idle(),
  };
}
