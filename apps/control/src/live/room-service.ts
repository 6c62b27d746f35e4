import { NO_INGEST } from "@sameroom/contract";
import type { Lifecycle } from "../features/lifecycle/lifecycle.ts";
import type { RoomService } from "../features/tokens/playback.ts";
import { isFull, type Workers } from "../link/workers.ts";

/** Which media worker serves a room, and where it is reached. */
export interface RoomServices {
  /** What serves a room. */
  serviceOf: (slug: string) => RoomService;
  /** Base URL of a worker, which may be away; may begin with a colon. */
  mediaUrlOf: (worker: string) => string;
  mediaUrls: () => string[];
}

/** `fallbackUrl`: of media while no worker is known. */
export function createRoomServices(deps: {
  workers: Pick<Workers, "all" | "forRoom" | "get">;
  lifecycle: Pick<Lifecycle, "onAir">;
  fallbackUrl: string;
}): RoomServices {
  const { workers, fallbackUrl } = deps;
  return {
    serviceOf(slug) {
      const worker = workers.forRoom(slug, deps.lifecycle.onAir(slug)?.life.worker ?? null);
      if (worker === null) return { mediaUrl: fallbackUrl, hls: false, full: false, ingest: NO_INGEST };
      const { publicUrl: mediaUrl, hls, ingest } = worker;
      return { mediaUrl, hls, ingest, full: isFull(worker) };
    },
    mediaUrlOf: (worker) => workers.get(worker)?.publicUrl ?? fallbackUrl,
    mediaUrls: () => [...new Set([fallbackUrl, ...workers.all().map(({ publicUrl }) => publicUrl)])],
  };
}
