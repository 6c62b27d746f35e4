import { type HubTrack, type LayerFacts, WantedLayers } from "@sameroom/engine";
import type { PublisherSection } from "@sameroom/protocol";
import type { IncomingStream } from "./incoming-stream.ts";

/**
 * What a publisher sends in one media section in one format: a microphone, or a picture in one or more layers. It outlives
 * its streams: an encoder that starts over with another SSRC goes on in the same track.
 */
export class IncomingTrack implements HubTrack {
  readonly id: number;
  readonly section: PublisherSection;
  readonly format: HubTrack["format"];
  /** Layers that viewers show or could do with. */
  readonly wanted = new WantedLayers();
  /** Set when a viewer's wish has changed; whoever looks takes it back. */
  wishesChanged = false;
  /** Whether the hub knows of it: media came. */
  announced = false;
  /** Lowest first. */
  #streams: IncomingStream[] = [];
  #facts: readonly LayerFacts[] = [];

  constructor(id: number, stream: IncomingStream) {
    this.id = id;
    this.section = stream.section;
    this.format = { name: stream.codec.name, fmtp: stream.codec.fmtp };
  }

  get kind(): "audio" | "video" {
    return this.section.kind;
  }

  get streams(): readonly IncomingStream[] {
    return this.#streams;
  }

  /** Lowest first; the list is another one when layers come, go or change places, the objects in it stay. */
  get layers(): readonly LayerFacts[] {
    return this.#facts;
  }

  stream(source: number): IncomingStream | undefined {
    return this.#streams.find((stream) => stream.source === source);
  }

  /** What one output, or whoever else takes the track, shows and could do with; empty: nothing. */
  wish(viewer: number | string, sources: readonly number[]): void {
    this.wanted.set(String(viewer), sources);
    this.wishesChanged = true;
  }

  /** Whether this stream, found in the same section, goes on in this track. */
  takes(stream: IncomingStream): boolean {
    return stream.codec.name === this.format.name && stream.codec.fmtp === this.format.fmtp;
  }

  add(stream: IncomingStream): void {
    this.#streams.push(stream);
    this.sort();
  }

  remove(stream: IncomingStream): void {
    this.#streams = this.#streams.filter((candidate) => candidate !== stream);
    this.sort();
  }

  /** Puts the layers in order: by size where it is known, else as the publisher names them. */
  sort(): void {
    const place = ({ layer }: IncomingStream) => this.#placeOf(layer.facts.id);
    this.#streams.sort((left, right) => areaOrder(left, right) || place(left) - place(right));
    const facts = this.#streams.map(({ layer }) => layer.facts);
    const same = facts.length === this.#facts.length && facts.every((each, at) => each === this.#facts[at]);
    if (!same) this.#facts = facts;
  }

  /**
   * Brings the facts up to date; true when layers have stopped while others go on. When all stop, the publisher pauses or is
   * away: viewers keep what they have, and need no keyframe when it goes on.
   */
  refresh(nowMs: number): boolean {
    for (const { layer } of this.#streams) layer.refresh(nowMs);
    if (!this.#streams.some(({ layer }) => layer.fresh(nowMs))) return false;
    let stopped = false;
    for (const { layer } of this.#streams) stopped = layer.noteStop(nowMs) || stopped;
    return stopped;
  }

  #placeOf(id: string): number {
    const { rids } = this.section;
    return rids.length > 0 ? rids.indexOf(id) : Number(id) || 0;
  }
}

function areaOrder(left: IncomingStream, right: IncomingStream): number {
  const [a, b] = [left.layer.facts, right.layer.facts];
  const [areaA, areaB] = [a.width * a.height, b.width * b.height];
  return areaA === 0 || areaB === 0 ? 0 : areaA - areaB;
}
