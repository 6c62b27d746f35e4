import { type IngestAddresses, MEDIA_PATHS, roomIngestSchema } from "@sameroom/contract";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import { publicAddress, resolveIngest, resolveMediaUrl } from "../../http/public-url.ts";
import type { Http } from "../../http/types.ts";

export interface IngestDeps {
  /** The worker that serves a room. */
  serviceOf: (slug: string) => { mediaUrl: string; ingest: IngestAddresses };
  /** The room of a path, for its owner only. Throws `room.not_found`, `auth.forbidden`. */
  ownRoomOf: (slugOrId: string, principal: Principal) => Promise<Room>;
}

/** Application of RTMP addresses; the stream key comes after it. */
const RTMP_APPLICATION = "/live";

/** Where an encoder publishes to a room. */
export function ingestRoutes(http: Http, deps: IngestDeps): void {
  http.get(
    "/api/rooms/:room/ingest",
    {
      onRequest: onlyAccounts,
      schema: {
        tags: ["stream keys"],
        summary: "Addresses an encoder publishes to, without the stream key",
        params: z.object({ room: z.string().min(1).max(64) }),
        response: { 200: roomIngestSchema, ...failures },
      },
    },
    async (request) => {
      const { slug } = await deps.ownRoomOf(request.params.room, request.principal);
      const { mediaUrl, ingest } = deps.serviceOf(slug);
      const caller = publicAddress(request);
      const resolve = (scheme: "rtmp" | "rtmps" | "srt", path = "") => {
        const address = ingest[scheme];
        return address === null ? null : resolveIngest(scheme, address, caller) + path;
      };
      return {
        whip: resolveMediaUrl(mediaUrl, caller) + MEDIA_PATHS.whip(slug),
        rtmp: resolve("rtmp", RTMP_APPLICATION),
        rtmps: resolve("rtmps", RTMP_APPLICATION),
        srt: resolve("srt"),
        srtPassphrase: ingest.srtPassphrase,
      };
    },
  );
}
