import type {
  SDP_FRAGMENT_TYPE as FRAGMENT,
  MEDIA_PATHS,
  PROBLEM_TYPE,
  REALTIME_PATH as REALTIME,
  RECORDER_PATH as RECORDER,
  SDP_TYPE as SDP,
} from "@sameroom/contract";

/*
 * The contract's addresses, as literals checked against its types: importing them as values would put the contract's
 * schemas, and the validator under them, into every page. A test compares the two.
 */

export const SDP_TYPE: typeof SDP = "application/sdp";
export const SDP_FRAGMENT_TYPE: typeof FRAGMENT = "application/trickle-ice-sdpfrag";
export const PROBLEM_CONTENT_TYPE: typeof PROBLEM_TYPE = "application/problem+json";
export const REALTIME_PATH: typeof REALTIME = "/socket.io";

export const EVENT_STREAM_TYPE = "text/event-stream";

/** What follows a session's own address. */
export const SESSION_PARTS = { slots: "/slots", events: "/events" } as const;

/** Paths on the media port. */
export const PATHS = {
  clock: "/clock",
  whip: (room: string) => `/whip/${room}`,
  whep: (room: string) => `/whep/${room}`,
  recorder: "/recorder" satisfies typeof RECORDER,
} as const satisfies Pick<typeof MEDIA_PATHS, "clock" | "whip" | "whep"> & { recorder: string };
