import { KeyframePace } from "@sameroom/engine";
import type { Wire, WireCodec } from "@sameroom/native";
import { type PublisherSection, parseRtp } from "@sameroom/protocol";
import { announcedStreams, claimStream, type StreamClaim } from "./claim-stream.ts";
import { IncomingStream } from "./incoming-stream.ts";
import { IncomingTrack } from "./incoming-track.ts";

export interface PublisherTracksOptions {
  peer: number;
  sections: readonly PublisherSection[];
  wire: Wire;
  nowMs: () => number;
  /** A track has no stream any more. */
  onRemoved(track: IncomingTrack): void;
}

/** Of a picture in one size, for senders that ignore requests for keyframes: four seconds of 5 Mbit/s. */
const PAST_PACKETS = 2048;
/** One stream takes another's place at most this often, ms. */
const REPLACE_INTERVAL_MS = 500;

/** A publisher's streams on the wire, and the tracks they make up. */
export class PublisherTracks {
  readonly #options: PublisherTracksOptions;
  readonly #streams = new Map<number, IncomingStream>();
  readonly #paces = new Map<PublisherSection, KeyframePace>();
  #list: readonly IncomingStream[] = [];
  #tracks: IncomingTrack[] = [];
  #replacedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PublisherTracksOptions) {
    this.#options = options;
    for (const claim of announcedStreams(options.sections)) this.#add(claim);
  }

  get streams(): readonly IncomingStream[] {
    return this.#list;
  }

  get tracks(): readonly IncomingTrack[] {
    return this.#tracks;
  }

  stream(source: number): IncomingStream | undefined {
    return this.#streams.get(source);
  }

  trackOf(stream: IncomingStream): IncomingTrack | undefined {
    return this.#tracks.find((track) => track.streams.includes(stream));
  }

  /** The newest track of each media section, in the order of sections. */
  current(): IncomingTrack[] {
    return this.#options.sections.flatMap(
      (section) => this.#tracks.findLast((track) => track.section === section) ?? [],
    );
  }

  /** An RTP packet that no stream expects: true when it begins a new one, which later packets then belong to. */
  claim(packet: Uint8Array): boolean {
    const claim = claimStream(packet, this.#options.sections);
    if (claim === undefined) return false;
    // Encoders change SSRC (and sometimes codec) when they start over: the newest stream of a layer replaces the last.
    const before = this.#list.find(
      (stream) => stream.section === claim.section && stream.layer.facts.id === claim.layer,
    );
    const nowMs = this.#options.nowMs();
    // Two streams that alternate would rearrange every viewer's slots with each packet.
    if (before !== undefined && nowMs - this.#replacedAtMs < REPLACE_INTERVAL_MS) return false;
    if (before !== undefined) this.#replacedAtMs = nowMs;
    const { layer } = this.#add(claim);
    // The keyframe that a stream begins with is over before the wire knows the stream.
    const header = parseRtp(packet);
    if (header !== undefined && claim.section.kind === "video")
      layer.readSize(packet.subarray(header.payloadOffset));
    if (before !== undefined) this.#remove(before);
    return true;
  }

  #add(claim: StreamClaim): IncomingStream {
    const { section, codec, ssrc, rtxSsrc, rid, layer } = claim;
    const { wire, peer, nowMs } = this.#options;
    const rtx = codec.rtxPayloadType;
    // Layers are switched on keyframes that browsers send when asked.
    const hasPast = section.kind === "video" && section.rids.length === 0;
    const source = wire.addSource({
      peer,
      ssrc,
      kind: section.kind,
      codec: codec.name as WireCodec,
      clockRate: codec.clockRate,
      payloadType: codec.payloadType,
      extensions: section.extensions,
      ...(rid === undefined ? {} : { rid }),
      ...(hasPast ? { pastPackets: PAST_PACKETS } : {}),
      ...(codec.redPayloadType === undefined ? {} : { red: { payloadType: codec.redPayloadType } }),
      ...(rtx === undefined
        ? {}
        : { rtx: { payloadType: rtx, ...(rtxSsrc === undefined ? {} : { ssrc: rtxSsrc }) } }),
    });
    const stream = new IncomingStream({
      ...{ source, section, codec, ssrc, layer, nowMs: nowMs(), pace: this.#paceOf(section) },
      ...(hasPast ? { past: "unless-asked" as const } : {}),
    });
    this.#streams.set(source, stream);
    this.#list = [...this.#streams.values()];
    let track = this.#tracks.findLast((candidate) => candidate.section === section);
    if (track === undefined || !track.takes(stream)) {
      // The wire never gives out an id twice.
      track = new IncomingTrack(source, stream);
      this.#tracks.push(track);
    }
    track.add(stream);
    return stream;
  }

  #paceOf(section: PublisherSection): KeyframePace {
    const pace = this.#paces.get(section) ?? new KeyframePace();
    this.#paces.set(section, pace);
    return pace;
  }

  #remove(stream: IncomingStream): void {
    this.#streams.delete(stream.source);
    this.#list = [...this.#streams.values()];
    const track = this.trackOf(stream);
    track?.remove(stream);
    if (track !== undefined && track.streams.length === 0) {
      this.#tracks = this.#tracks.filter((candidate) => candidate !== track);
      this.#options.onRemoved(track);
    }
    this.#options.wire.removeSource(stream.source);
  }
}
