import type { RtpFact, Wire } from "@sameroom/native";
import type { UnitFormat } from "@sameroom/protocol";
import type { IncomingStream } from "../incoming-stream.ts";
import { IncomingTrack } from "../incoming-track.ts";
import { localSection } from "./encoder-section.ts";
import { LocalStream } from "./local-stream.ts";

export interface LocalTracksOptions {
  wire: Wire;
  nowMs: () => number;
  /** A stream was opened, packets of which will come. */
  onOpened(): void;
  /** Media of this track came for the first time. */
  onAdded(track: IncomingTrack): void;
  /** Nothing more comes of it, or it never did. */
  onRemoved(track: IncomingTrack): void;
  onLayersChanged(track: IncomingTrack): void;
}

interface Entry {
  stream: LocalStream;
  track: IncomingTrack;
}

/**
 * What goes to WebRTC viewers of an encoder: one picture and one sound, each as a track of its own. A stream that takes another's
 * place (it is encoded anew from now on, or no longer) leaves the other be until its own media has come.
 */
export class LocalTracks {
  readonly #options: LocalTracksOptions;
  /** Oldest first. */
  #entries: Entry[] = [];

  constructor(options: LocalTracksOptions) {
    this.#options = options;
  }

  get streams(): readonly IncomingStream[] {
    return this.#entries.map(({ stream }) => stream.incoming);
  }

  /** Those that media came of. */
  get tracks(): readonly IncomingTrack[] {
    return this.#entries.flatMap(({ track }) => (track.announced ? [track] : []));
  }

  /** A stream for units of this format; undefined: viewers have no decoder for it. */
  open(format: UnitFormat, { keepsPast }: { keepsPast: boolean }): LocalStream | undefined {
    const local = localSection(format);
    if (local === undefined) return undefined;
    const { wire, nowMs } = this.#options;
    const stream = new LocalStream({ wire, local, keepsPast, nowMs: nowMs() });
    const track = new IncomingTrack(stream.incoming.source, stream.incoming);
    track.add(stream.incoming);
    // One that never brought anything waits for nothing any more.
    for (const entry of this.#others(track)) if (!entry.track.announced) this.#remove(entry);
    this.#entries.push({ stream, track });
    this.#options.onOpened();
    return stream;
  }

  /** Nothing more comes of this stream, and nothing takes its place yet. */
  drop(stream: LocalStream): void {
    const entry = this.#entries.find((each) => each.stream === stream);
    if (entry !== undefined) this.#remove(entry);
  }

  /** The wire says what came of a stream. */
  handleRtp(fact: RtpFact): void {
    const entry = this.#entries.find(({ stream }) => stream.incoming.source === fact.source);
    if (entry === undefined || !entry.stream.incoming.receive(fact, this.#options.nowMs())) return;
    const { track } = entry;
    track.sort();
    if (track.announced) {
      this.#options.onLayersChanged(track);
      return;
    }
    track.announced = true;
    this.#options.onAdded(track);
    for (const other of this.#others(track)) this.#remove(other);
  }

  /** Brings what is known of the layers up to date. A few times a second. */
  refresh(nowMs: number): void {
    for (const { track } of this.#entries) if (track.refresh(nowMs)) this.#options.onLayersChanged(track);
  }

  close(): void {
    for (const { stream } of this.#entries) stream.close();
    this.#entries = [];
  }

  #others(track: IncomingTrack): Entry[] {
    return this.#entries.filter((entry) => entry.track !== track && entry.track.kind === track.kind);
  }

  #remove(entry: Entry): void {
    this.#entries = this.#entries.filter((each) => each !== entry);
    this.#options.onRemoved(entry.track);
    entry.stream.close();
  }
}
