import { keptFindingsSchema } from "@sameroom/contract";
import { queryOptions } from "@tanstack/react-query";
import { request } from "../api/request.ts";

/** What the doctor found in a show of one's own room. */
export const findingsQuery = (room: string, broadcast: string) =>
  queryOptions({
    queryKey: ["findings", room, broadcast],
    queryFn: ({ signal }) =>
      request(`/api/rooms/${encodeURIComponent(room)}/broadcasts/${broadcast}/findings`, {
        schema: keptFindingsSchema,
        signal,
      }),
  });
