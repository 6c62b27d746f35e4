import { type AudioFormat, FragmentedMp4Reader, type TimedUnit, WebmReader } from "@sameroom/protocol";

/** Bytes of a container to units, as they come. Never throws. */
export interface ContainerReader {
  push(bytes: Uint8Array): TimedUnit[];
  /** Format of the sound, whether or not any has come. */
  readonly sound: AudioFormat | undefined;
  /** What made the bytes unreadable. */
  readonly fault: string | undefined;
  /** Names of tracks that cannot be taken. */
  readonly unsupported: readonly string[];
}

/** Makes readers of what a recorder says it writes, e.g. `video/webm;codecs=vp8,opus`; undefined: none reads that. */
export function readerOf(mimeType: string): (() => ContainerReader) | undefined {
  const [, container] = /^(?:video|audio)\/([\w-]+)/i.exec(mimeType) ?? [];
  switch (container?.toLowerCase()) {
    case "webm":
    case "x-matroska":
      return () => new WebmReader();
    case "mp4":
      return () => new FragmentedMp4Reader();
    default:
      return undefined;
  }
}
