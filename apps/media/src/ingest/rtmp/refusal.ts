import type { RtmpRefusal } from "@sameroom/protocol";
import { MediaError } from "../../node/media-error.ts";

/** What an encoder is told that may not publish. */
export interface Refusal {
  code: RtmpRefusal;
  description: string;
}

/** In the words of RTMP; of a failure of ours nothing is told that is not in the catalogue. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof MediaError)) {
    return { code: "NetStream.Publish.Denied", description: "The server cannot take the stream now." };
  }
  const isUnauthorized = error.code === "stream_key.invalid" || error.code.startsWith("token.");
  return isUnauthorized
    ? { code: "NetStream.Publish.BadName", description: `Unauthorized: ${error.message}` }
    : { code: "NetStream.Publish.Denied", description: error.message };
}
