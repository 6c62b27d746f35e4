/**
 * What a browser sends whose network lets no WebRTC through: the output of its `MediaRecorder`, over Socket.IO on the media port.
 * A connection sends `open` first; what follows is chunks, numbered from 0 for the life of the session, each acknowledged
 * with the number wanted next. A connection that is lost is followed by another that opens with `resume`: the session is
 * kept for {@link RECORDER_RESUME_MS}, and goes on with the chunk it wants.
 */
import { z } from "zod";
import type { Problem } from "./errors.ts";
import { roomSlugSchema } from "./ids.ts";

/** Path of the Socket.IO server on the media port. */
export const RECORDER_PATH = "/recorder";
/** How long a session waits for its sender to come back. */
export const RECORDER_RESUME_MS = 30_000;
/** Largest chunk. */
export const RECORDER_CHUNK_BYTES = 4 * 1024 * 1024;

export const recorderOpenSchema = z.object({
  /** A room token with `publish`. */
  token: z.string().min(1).max(4096),
  room: roomSlugSchema,
  /** What the recorder writes, as `MediaRecorder.mimeType` says: WebM, Matroska or MP4. */
  mimeType: z.string().min(1).max(256),
  /** `resume` of the answer before; null: a new session. */
  resume: z.string().max(64).nullable(),
});
export type RecorderOpen = z.infer<typeof recorderOpenSchema>;

export const recorderChunkSchema = z.object({
  sequence: z.number().int().min(0),
  /** A recorder that was started anew: its output has nothing to do with the chunk before. */
  begins: z.boolean(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** How long the acknowledgement of a chunk took, as the sender saw it. */
  roundTripMs: z.number().min(0).max(60_000).optional(),
});
export type RecorderChunk = z.infer<typeof recorderChunkSchema>;

export interface RecorderOpened {
  /** Opens the session again over another connection; a secret. */
  resume: string;
  /** The chunk that is wanted next. */
  next: number;
  /** Most bytes that may be on their way without an acknowledgement. */
  windowBytes: number;
}
export type RecorderAnswer = { opened: RecorderOpened } | { problem: Problem };

export interface RecorderToServer {
  open: (request: RecorderOpen, answer: (answer: RecorderAnswer) => void) => void;
  /** Acknowledged with the number that is wanted next; later when the server is behind. */
  chunk: (chunk: RecorderChunk, acknowledge: (next: number) => void) => void;
  /** The host stops: the session is over. */
  leave: (acknowledge: () => void) => void;
}
export interface RecorderToClient {
  /** The server has ended the session. */
  closed: (problem: Problem) => void;
}
