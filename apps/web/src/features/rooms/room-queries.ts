import {
  type NewRoom,
  type RoomChanges,
  type RoomDetail,
  roomDetailSchema,
  roomIngestSchema,
  roomListSchema,
  roomViewSchema,
  streamKeySchema,
  streamKeyStateSchema,
} from "@sameroom/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/request.ts";

const pathOf = (room: string) => `/api/rooms/${encodeURIComponent(room)}`;

/** What is on air, most viewers first; asked again every 5 s. */
export const liveRoomsQuery = queryOptions({
  queryKey: ["rooms", "live"],
  queryFn: ({ signal }) => request("/api/rooms?state=live&limit=60", { schema: roomListSchema, signal }),
  refetchInterval: 5_000,
});

/** Everything there is, live first; asked again every 20 s. */
export const allRoomsQuery = queryOptions({
  queryKey: ["rooms", "all"],
  queryFn: ({ signal }) => request("/api/rooms?state=all&limit=48", { schema: roomListSchema, signal }),
  refetchInterval: 20_000,
});

/** What people the caller follows have on air; asked again every 10 s. */
export const followedRoomsQuery = queryOptions({
  queryKey: ["rooms", "followed"],
  queryFn: ({ signal }) =>
    request("/api/rooms?state=live&followed=1&limit=12", { schema: roomListSchema, signal }),
  refetchInterval: 10_000,
});

/** The caller's own rooms. */
export const myRoomsQuery = queryOptions({
  queryKey: ["rooms", "mine"],
  queryFn: ({ signal }) =>
    request("/api/rooms?state=all&mine=1&limit=100", { schema: roomListSchema, signal }),
});

export const roomQuery = (room: string) =>
  queryOptions({
    queryKey: ["room", room],
    queryFn: ({ signal }) => request(pathOf(room), { schema: roomDetailSchema, signal }),
  });

export const streamKeyQuery = (room: string) =>
  queryOptions({
    queryKey: ["stream-key", room],
    queryFn: ({ signal }) => request(`${pathOf(room)}/stream-key`, { schema: streamKeyStateSchema, signal }),
  });

/** Where encoders publish to a room of one's own. */
export const roomIngestQuery = (room: string) =>
  queryOptions({
    queryKey: ["ingest", room],
    queryFn: ({ signal }) => request(`${pathOf(room)}/ingest`, { schema: roomIngestSchema, signal }),
  });

export function useCreateRoom() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (room: NewRoom) =>
      request("/api/rooms", { method: "POST", body: room, schema: roomViewSchema }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["rooms"] }),
  });
}

export function useChangeRoom(room: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: RoomChanges) =>
      request(pathOf(room), { method: "PATCH", body: changes, schema: roomViewSchema }),
    onSuccess: (view) => {
      queries.setQueryData(
        roomQuery(room).queryKey,
        (old: RoomDetail | undefined) => old && { ...old, ...view },
      );
      void queries.invalidateQueries({ queryKey: ["rooms"] });
    },
  });
}

/** Deletes a room of one's own, with its recordings. */
export function useDeleteRoom(room: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => request(pathOf(room), { method: "DELETE" }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["rooms"] });
      void queries.invalidateQueries({ queryKey: ["recordings"] });
    },
  });
}

/** Puts a cover picture, or with null takes it away. */
export function useCover(room: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (picture: Blob | null) =>
      picture
        ? request(`${pathOf(room)}/cover`, { method: "PUT", body: picture })
        : request(`${pathOf(room)}/cover`, { method: "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: roomQuery(room).queryKey }),
  });
}

/** Makes a new stream key; the old one stops working. The answer is the only time the key is shown. */
export function useRotateStreamKey(room: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => request(`${pathOf(room)}/stream-key`, { method: "POST", schema: streamKeySchema }),
    onSuccess: () => queries.invalidateQueries({ queryKey: streamKeyQuery(room).queryKey }),
  });
}

/** Ends a broadcast over REST: for admins, who are not in the room. */
export function useEndRoom() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (room: string) => request(`${pathOf(room)}/end`, { method: "POST" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["rooms"] }),
  });
}

/** The newest picture of a live show, for the cards on the home page. */
export function putThumbnail(room: string, picture: Blob): Promise<void> {
  return request(`${pathOf(room)}/thumbnail`, { method: "PUT", body: picture });
}
