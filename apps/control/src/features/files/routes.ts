import { filePlaybackSchema, newFilePlaybackSchema, roomFilesSchema } from "@sameroom/contract";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAdmins, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { FileLibrary } from "./library.ts";
import type { Playbacks } from "./playbacks.ts";

export interface FileRoutesDeps {
  library: FileLibrary;
  playbacks: Playbacks;
  /** A directory is configured. */
  hasDirectory: boolean;
  /** The room of a path, for its owner only. Throws `room.not_found`, `auth.forbidden`. */
  ownRoomOf: (slugOrId: string, principal: Principal) => Promise<Room>;
}

/** Files of the operator's, played live: for admins, in rooms of their own. */
export function fileRoutes(http: Http, deps: FileRoutesDeps): void {
  const { library, playbacks, ownRoomOf } = deps;
  const tags = ["files"];
  const onRequest = onlyAdmins;
  const params = z.object({ room: z.string().min(1).max(64) });
  const available = playbacks.available && deps.hasDirectory;

  http.get(
    "/api/rooms/:room/files",
    {
      onRequest,
      schema: {
        ...{
          tags,
          summary: "Files that can be played live, and what is played (owner who is an admin)",
          params,
        },
        response: { 200: roomFilesSchema, ...failures },
      },
    },
    async (request) => {
      const { slug } = await ownRoomOf(request.params.room, request.principal);
      return { available, files: available ? await library.list() : [], playback: playbacks.of(slug) };
    },
  );

  http.put(
    "/api/rooms/:room/playback",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Play files live, one after the other (owner who is an admin)", params },
        body: newFilePlaybackSchema,
        response: { 202: filePlaybackSchema, ...failures },
      },
    },
    async (request, reply) => {
      const { slug } = await ownRoomOf(request.params.room, request.principal);
      return reply.code(202).send(await playbacks.play(slug, request.body));
    },
  );

  http.delete(
    "/api/rooms/:room/playback",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Stop playing files; the show ends (owner who is an admin)", params },
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { slug } = await ownRoomOf(request.params.room, request.principal);
      playbacks.stop(slug);
      return reply.code(204).send();
    },
  );
}
