import { isOpenToAll, type RoomView, roomViewSchema } from "@sameroom/contract";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures, noContent } from "../../http/answers.ts";
import type { RateLimits } from "../../http/limits.ts";
import { onlyAccounts } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import { findRoom } from "./find-room.ts";
import { finderOf, findRoomFor, type RoomFinder } from "./find-room-for.ts";
import type { PictureFiles } from "./picture-files.ts";
import { sniffPicture } from "./picture-type.ts";
import { maySee, requireOwner } from "./policy.ts";
import type { RoomPresenter } from "./presenter.ts";
import { roomParams } from "./routes.ts";
import type { OwnedRoom, RoomStore } from "./store.ts";

export interface PictureDeps {
  rooms: RoomStore;
  isModerator: RoomFinder["isModerator"];
  covers: PictureFiles;
  thumbnails: PictureFiles;
  presenter: RoomPresenter;
  /** The room looks different now: everybody it concerns is told. */
  changed: (before: Room, after: OwnedRoom) => Promise<void>;
  /** A show looks like this now, says its host's page; a JPEG. */
  seen: (slug: string, jpeg: Uint8Array) => void;
  /** Those of these broadcasts whose pictures are not to be shown. */
  veiledAmong: (broadcastIds: readonly string[]) => Promise<ReadonlySet<string>>;
  limits: RateLimits;
}

const KINDS = {
  cover: { column: "coverFile", maxBytes: 4 * 1024 * 1024 },
  thumbnail: { column: "thumbnailFile", maxBytes: 512 * 1024 },
} as const;
type Kind = keyof typeof KINDS;

/** Cover and live thumbnail of a room: raw image bodies in, cacheable images out. */
export function pictureRoutes(parent: Http, deps: PictureDeps): void {
  // In a scope of its own: only these routes read image bodies.
  void parent.register(async (scope) => {
    const http = scope as unknown as Http;
    http.removeAllContentTypeParsers();
    http.addContentTypeParser(
      ["image/jpeg", "image/png", "image/webp", "application/octet-stream"],
      { parseAs: "buffer" },
      (_request, body, done) => done(null, body),
    );
    for (const kind of ["cover", "thumbnail"] as const) {
      addPut(http, kind, deps);
      addGet(http, kind, deps);
    }
    addDelete(http, deps);
  });
}

function addPut(http: Http, kind: Kind, deps: PictureDeps): void {
  const { column, maxBytes } = KINDS[kind];
  const files = kind === "cover" ? deps.covers : deps.thumbnails;
  http.put(
    `/api/rooms/:room/${kind}`,
    {
      onRequest: onlyAccounts,
      bodyLimit: maxBytes,
      config: { rateLimit: deps.limits.uploads },
      schema: {
        tags: ["rooms"],
        summary: `Upload the ${kind} (JPEG, PNG or WebP; at most ${maxBytes / 1024} KiB)`,
        consumes: ["image/jpeg", "image/png", "image/webp"],
        params: roomParams,
        response: { 200: roomViewSchema, ...failures },
      },
    },
    async (request) => {
      const owned = await findRoomFor(finderOf(deps), request.params.room, request.principal);
      requireOwner(request.principal, owned.room);
      const { state } = owned.room;
      if (kind === "thumbnail" && state !== "live" && state !== "interrupted")
        throw new ProblemError("room.not_live");
      const bytes = request.body;
      const type = Buffer.isBuffer(bytes) ? sniffPicture(bytes) : null;
      if (type === null) throw new ProblemError("cover.unsupported");
      const name = await files.save(bytes as Buffer, type);
      if (kind === "thumbnail" && type === "jpeg") deps.seen(owned.room.slug, bytes as Buffer);
      return replace(owned, column, name, { files, deps });
    },
  );
}

function addGet(http: Http, kind: Kind, deps: PictureDeps): void {
  const files = kind === "cover" ? deps.covers : deps.thumbnails;
  http.get(
    `/api/rooms/:room/${kind}`,
    {
      schema: {
        tags: ["rooms"],
        summary: `The ${kind}`,
        params: roomParams,
        querystring: z.object({ v: z.string().max(40).optional() }),
        response: failures,
      },
    },
    async (request, reply) => {
      const { room } = await findRoom(deps.rooms, request.params.room);
      const name = room[KINDS[kind].column];
      const current = request.query.v === name;
      // The name is 64 random bits: who has it was given the address, perhaps an integrator's viewer without an account.
      if (!current && !maySee(request.principal, room)) throw new ProblemError("room.not_found");
      const broadcasts = kind === "cover" || room.broadcastId === null ? [] : [room.broadcastId];
      const isVeiled = (await deps.veiledAmong(broadcasts)).size > 0;
      const isForSubscribers = kind === "thumbnail" && room.visibility === "subscribers" && !current;
      const picture = name === null || isVeiled || isForSubscribers ? null : await files.read(name);
      if (picture === null) throw new ProblemError("request.not_found");
      return reply
        .header("content-type", picture.contentType)
        .header("content-length", picture.bytes)
        .header(
          "cache-control",
          current
            ? `${isOpenToAll(room.visibility) ? "public" : "private"}, max-age=${kind === "cover" ? 31_536_000 : 600}, immutable`
            : "no-cache",
        )
        .header("x-content-type-options", "nosniff")
        .send(picture.stream as never);
    },
  );
}

function addDelete(http: Http, deps: PictureDeps): void {
  http.delete(
    "/api/rooms/:room/cover",
    {
      onRequest: onlyAccounts,
      schema: {
        tags: ["rooms"],
        summary: "Remove the cover",
        params: roomParams,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const owned = await findRoomFor(finderOf(deps), request.params.room, request.principal);
      requireOwner(request.principal, owned.room);
      await replace(owned, "coverFile", null, { files: deps.covers, deps });
      return reply.code(204).send();
    },
  );
}

async function replace(
  { room }: OwnedRoom,
  column: "coverFile" | "thumbnailFile",
  name: string | null,
  { files, deps }: { files: PictureFiles; deps: PictureDeps },
): Promise<RoomView> {
  await deps.rooms.update(room.id, { [column]: name });
  const before = room[column];
  if (before !== null) await files.remove(before);
  const after = await findRoom(deps.rooms, room.id);
  if (column === "coverFile") await deps.changed(room, after);
  return deps.presenter.present(after, true);
}
