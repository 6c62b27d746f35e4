import { filePlaybackSchema, type NewFilePlayback, roomFilesSchema } from "@sameroom/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/request.ts";

const pathOf = (room: string) => `/api/rooms/${encodeURIComponent(room)}`;
/** How often it is asked while something is played. */
const PLAYING_EVERY_MS = 2000;

/** Files that can be played live in a room, and what is played. */
export const roomFilesQuery = (room: string) =>
  queryOptions({
    queryKey: ["files", room],
    queryFn: ({ signal }) => request(`${pathOf(room)}/files`, { schema: roomFilesSchema, signal }),
    refetchInterval: ({ state }) => {
      const playing = state.data?.playback.state;
      return playing === "starting" || playing === "live" ? PLAYING_EVERY_MS : false;
    },
  });

/** Plays files, in place of what is played. */
export function usePlay(room: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: NewFilePlayback) =>
      request(`${pathOf(room)}/playback`, { method: "PUT", body: order, schema: filePlaybackSchema }),
    onSuccess: () => queries.invalidateQueries({ queryKey: roomFilesQuery(room).queryKey }),
  });
}

/** Stops what is played. */
export function useStopPlaying(room: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => request(`${pathOf(room)}/playback`, { method: "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: roomFilesQuery(room).queryKey }),
  });
}
