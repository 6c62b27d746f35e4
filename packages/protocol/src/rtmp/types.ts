import type { AmfObject } from "./amf-value.ts";

/** What happens on a connection, in order. */
export type RtmpEvent =
  /** Somebody wants to publish; nothing is read on until `accept` or `refuse`. */
  | { type: "publish"; request: RtmpPublishRequest }
  /** Sound or a picture, as the body of an FLV tag. */
  | { type: "media"; kind: "audio" | "video"; timestampMs: number; body: Uint8Array }
  /** What the encoder tells of its stream. */
  | { type: "metadata"; values: AmfObject }
  /** The encoder has ended its stream; the connection is still there. */
  | { type: "unpublish" }
  /** We end the connection, once all output is sent. `reason` is for the log. */
  | { type: "closed"; cause: RtmpCloseCause; reason: string };

/** Why a connection ends: bytes that are not ours to take, nobody welcome, too slow, or because we say so. */
export type RtmpCloseCause = "protocol" | "refused" | "timeout" | "server";

export interface RtmpPublishRequest {
  /** A stream key or a room token. A secret. */
  credential: string;
  /** The room the address names; undefined: the one of the key. */
  room: string | undefined;
  /** What the encoder calls itself, e.g. `FMLE/3.0 (compatible; FMSc/1.0)`; empty: it does not say. */
  software: string;
}

/** Codes of `onStatus` that refuse a stream. */
export type RtmpRefusal = "NetStream.Publish.BadName" | "NetStream.Publish.Denied";
