import type { Readable } from "node:stream";
import type { PackagerSink } from "@sameroom/engine";

/** One run of the packager of one room: what a program is called on disk and in addresses. */
export interface ProgramInfo {
  room: string;
  /** Part of every address of this run, `[a-z0-9]{1,16}`; another one when the room goes live again. */
  epoch: string;
  /** When the host's first media came, milliseconds since 1970 on the node's clock. */
  startedUnixMs: number;
  /** No segment is longer, ms: what playlists promise from the first one on. */
  maxSegmentMs: number;
  /** How much of it players may go back to, ms: at least so much is kept until the program has ended. */
  dvrMs: number;
}

/** A segment as it lies on disk, or as a stream. */
export type StoredSegment = { path: string; byteLength: number } | Readable;

/** What keeps the bytes of one program. The sink never throws and never waits: a full disk is its own affair. */
export interface ArchivedProgram extends PackagerSink {
  /** Bytes of a complete segment, all parts; undefined when it is not kept (any more). */
  read(rendition: string, segment: number): Promise<StoredSegment | undefined>;
  /** Whether it is known that a complete segment could not be kept. */
  isLost(rendition: string, segment: number): boolean;
}

/** Keeps live segments longer than memory does: the DVR window, and what recordings are made of. */
export interface LiveArchive {
  open(program: ProgramInfo): ArchivedProgram;
}
