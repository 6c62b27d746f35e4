import {
  type RecordingChanges,
  type RecordingList,
  type RecordingState,
  type RecordingView,
  recordingListSchema,
  recordingViewSchema,
} from "@sameroom/contract";
import {
  type InfiniteData,
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { request } from "../api/request.ts";
import { roomQuery } from "../rooms/room-queries.ts";

const pathOf = (recording: string) => `/api/recordings/${encodeURIComponent(recording)}`;
const MINE = ["recordings", "mine"] as const;

/** How soon to look again, by what a recording is doing; false when it does nothing any more. */
export function lookAgainMs(states: readonly (RecordingState | undefined)[]): number | false {
  if (states.includes("finishing")) return 2_000;
  return states.includes("recording") || states.includes("suspended") ? 5_000 : false;
}

/** One recording; asked again while it changes. */
export const recordingQuery = (recording: string) =>
  queryOptions({
    queryKey: ["recording", recording],
    queryFn: ({ signal }) => request(pathOf(recording), { schema: recordingViewSchema, signal }),
    refetchInterval: (query) => lookAgainMs([query.state.data?.state]),
  });

/** The newest recordings of a room, as far as the caller may see them. */
export const roomRecordingsQuery = (room: string) =>
  queryOptions({
    queryKey: ["recordings", "room", room],
    queryFn: ({ signal }) =>
      request(`/api/recordings?room=${encodeURIComponent(room)}&limit=13`, {
        schema: recordingListSchema,
        signal,
      }),
    staleTime: 15_000,
  });

/** The caller's own recordings, newest first, page by page; asked again while one of them changes. */
export const myRecordingsQuery = infiniteQueryOptions({
  queryKey: MINE,
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) =>
    request(
      `/api/recordings?mine=1&limit=24${pageParam === null ? "" : `&cursor=${encodeURIComponent(pageParam)}`}`,
      { schema: recordingListSchema, signal },
    ),
  getNextPageParam: (last: RecordingList) => last.nextCursor,
  refetchInterval: (query) =>
    lookAgainMs(query.state.data?.pages.flatMap((page) => page.recordings.map(({ state }) => state)) ?? []),
});

/** Changes a title or who may watch. */
export function useChangeRecording(recording: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: RecordingChanges) =>
      request(pathOf(recording), { method: "PATCH", body: changes, schema: recordingViewSchema }),
    onSuccess: (changed) => {
      queries.setQueryData(recordingQuery(recording).queryKey, changed);
      queries.setQueryData(MINE, (old: Pages | undefined) => old && replaceIn(old, changed));
      void queries.invalidateQueries({ queryKey: ["recordings"] });
    },
  });
}

/** Deletes it for good. `leaving`: the page goes away meanwhile. */
export function deleteRecording(recording: string, leaving: boolean): Promise<void> {
  return request(pathOf(recording), { method: "DELETE", keepalive: leaving });
}

/** Begins or ends the recording of what is on air. */
export function useRecord(room: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (begin: boolean) =>
      request(`/api/rooms/${encodeURIComponent(room)}/recording`, { method: begin ? "POST" : "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: roomQuery(room).queryKey }),
  });
}

type Pages = InfiniteData<RecordingList, string | null>;

function replaceIn(pages: Pages, changed: RecordingView): Pages {
  const replaced = pages.pages.map((page) => ({
    ...page,
    recordings: page.recordings.map((each) => (each.id === changed.id ? changed : each)),
  }));
  return { ...pages, pages: replaced };
}
