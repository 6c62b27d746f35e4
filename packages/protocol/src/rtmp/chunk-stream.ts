import type { PartialMessage } from "./partial-message.ts";

/** What the header of a chunk stream's last message said; later headers leave out what stays. */
export interface ChunkStream {
  timestamp: number;
  /** Added for each message whose header has no timestamp of its own. */
  delta: number;
  /** The 32 bits behind the last header, where its three bytes did not suffice. */
  extended: number | undefined;
  length: number;
  type: number;
  streamId: number;
  message: PartialMessage | undefined;
}
