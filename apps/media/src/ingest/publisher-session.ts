import type { Log } from "@sameroom/base";
import type { GoneReason, LayersEvent, Publisher, PublisherHealth } from "@sameroom/contract";
import { PublisherLiveness, SenderClock, TransportFeedbackLog } from "@sameroom/engine";
import type { RtpFact, UnclaimedRtp, Wire } from "@sameroom/native";
import type { AudioFormat, PublisherSection } from "@sameroom/protocol";
import { compactNtp, opusFormat, parseRtcp, type SenderReport, unixMicrosFromNtp } from "@sameroom/protocol";
import type { Authenticated } from "../auth/authenticator.ts";
import { EventStreams } from "../node/event-streams.ts";
import type { MediaCounters } from "../node/media-counters.ts";
import type { MediaSessionState } from "../node/media-session.ts";
import { overdue } from "../node/overdue.ts";
import { createSsrc, type PeerConnection } from "../transport/peer-connection.ts";
import type { IncomingStream } from "./incoming-stream.ts";
import type { IncomingTrack } from "./incoming-track.ts";
import { presentPublisher, publisherHealth } from "./present-publisher.ts";
import { PublisherFeedback } from "./publisher-feedback.ts";
import { PublisherTracks } from "./publisher-tracks.ts";
import type { PublisherEvents, PublishingSession } from "./publishing-session.ts";

export interface PublisherSessionOptions extends MediaSessionState {
  connection: PeerConnection;
  auth: Authenticated;
  sections: readonly PublisherSection[];
  wire: Wire;
  events: PublisherEvents;
  counters: MediaCounters;
  nowMs: () => number;
  unixMs: () => number;
  log: Log;
}

/**
 * Silence after which a publisher counts as stalled: control must know within 3 s of the last packet, and a browser that
 * shares a still screen sends one frame a second.
 */
const STALL_MS = 1500;
/** As browsers send it. */
const EXPECTED_SOUND = opusFormat(2);
/** How often it is looked whether anybody still wants each layer, ms. */
const WANTED_INTERVAL_MS = 1000;

/** Somebody on air by WHIP: their tracks, the feedback they get, and how they are doing. */
export class PublisherSession implements PublishingSession {
  readonly kind = "publisher";
  readonly id: string;
  readonly room: string;
  readonly sinceUnixMs: number;
  readonly sinceMs: number;
  readonly connection: PeerConnection;
  readonly auth: Authenticated;
  /** RTP is what they send. */
  readonly originals = undefined;
  readonly protocol = "whip";
  readonly bridges = [];
  /** Who listens to what this session has to say, over HTTP. */
  readonly listeners = new EventStreams();
  readonly #options: PublisherSessionOptions;
  readonly #tracks: PublisherTracks;
  readonly #liveness = new PublisherLiveness({ stallMs: STALL_MS });
  readonly #clock = new SenderClock();
  readonly #feedback: PublisherFeedback;
  closedFor: GoneReason | undefined;
  /** Whether control was told of it. */
  announced = false;
  /** Since health was taken last, RFC 6464: 0 loud to 127 silent. */
  #loudest: number | undefined;
  #wantedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PublisherSessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.room = options.room;
    this.sinceUnixMs = options.sinceUnixMs;
    this.sinceMs = options.sinceMs;
    this.connection = options.connection;
    this.auth = options.auth;
    const senderSsrc = createSsrc();
    this.#feedback = new PublisherFeedback({
      senderSsrc,
      counters: options.counters,
      transport: new TransportFeedbackLog({ senderSsrc }),
      measuresRoundTrip: options.sections.some(({ receiverRoundTrip }) => receiverRoundTrip),
      unixMs: options.unixMs,
      send: (packet) => options.wire.sendRtcp(this.connection.peer, packet),
    });
    const { wire, nowMs, sections } = options;
    this.#tracks = new PublisherTracks({
      ...{ peer: this.connection.peer, sections, wire, nowMs },
      onRemoved: (track) => {
        if (track.announced) options.events.trackRemoved(this, track);
      },
    });
  }

  get isHost(): boolean {
    return this.auth.identity.role === "host";
  }

  get streams(): readonly IncomingStream[] {
    return this.#tracks.streams;
  }

  /** Those that media came of. */
  get tracks(): readonly IncomingTrack[] {
    return this.#tracks.tracks.filter((track) => track.announced);
  }

  get expectedSound(): AudioFormat | undefined {
    return this.#options.sections.some(({ kind }) => kind === "audio") ? EXPECTED_SOUND : undefined;
  }

  get hasMedia(): boolean {
    return this.tracks.length > 0;
  }

  get roundTripMs(): number | undefined {
    return this.#feedback.roundTripMs;
  }

  /** The media section that carries the transport. */
  get firstSection(): { kind: "audio" | "video"; mid: string } {
    return this.#options.sections[0]!;
  }

  /** The hot path of a publisher: one call a packet. */
  handleRtp(fact: RtpFact): void {
    const stream = this.#tracks.stream(fact.source);
    if (stream === undefined) return;
    const { nowMs: clock, events } = this.#options;
    const nowMs = clock();
    const rearrange = stream.receive(fact, nowMs);
    // Probes come as repairs, also from a camera that has stopped.
    if (!fact.repaired) this.#liveness.media(nowMs);
    this.connection.heard(nowMs);
    if (fact.transportSequence >= 0) this.#feedback.arrived(fact.transportSequence, fact.arrivalMicros);
    if (fact.audioLevel >= 0) {
      this.#loudest = Math.min(this.#loudest ?? fact.audioLevel, fact.audioLevel);
      events.audioLevel(this, fact.audioLevel);
    }
    if (rearrange) this.#layerChanged(stream);
  }

  handleUnclaimed({ packet }: UnclaimedRtp): void {
    if (this.#tracks.claim(packet)) this.#options.events.changed(this);
  }

  handleRtcp(compound: Uint8Array, arrivalMicros: number): void {
    const packets = parseRtcp(compound);
    if (packets === undefined) return;
    for (const packet of packets) {
      if (packet.type === "sr") this.#handleSenderReport(packet, arrivalMicros);
      else if (packet.type === "xr")
        this.#feedback.handleExtendedReport(packet, this.#unixMicrosOf(arrivalMicros));
      else if (packet.type === "bye") this.#options.log.debug("publisher said bye", { session: this.id });
    }
  }

  /** Sends feedback that is due and notices silence. Called every few milliseconds. */
  poll(nowMs: number): void {
    this.#feedback.poll(nowMs, this.streams);
    if (this.#liveness.poll(nowMs) !== undefined) this.#options.events.changed(this);
  }

  /** Brings what is known of the layers up to date and tells the publisher what is wanted. A few times a second. */
  refreshLayers(nowMs: number): void {
    let due = nowMs - this.#wantedAtMs >= WANTED_INTERVAL_MS;
    for (const track of this.#tracks.tracks) {
      if (track.kind !== "video") continue;
      if (track.refresh(nowMs)) this.#options.events.layersChanged(track);
      due ||= track.wishesChanged;
      track.wishesChanged = false;
    }
    if (!due) return;
    this.#wantedAtMs = nowMs;
    this.listeners.send("layers", this.#layersEvent(nowMs));
  }

  /** Rates since the last call, for control and the host. */
  takeHealth(nowMs: number, viewers: number): PublisherHealth {
    const loudest = this.#loudest;
    this.#loudest = undefined;
    return {
      ...publisherHealth(this.#tracks.current(), nowMs),
      session: this.id,
      room: this.room,
      lossRatio: this.#feedback.takeLossRatio(),
      roundTripMs: this.#feedback.roundTripMs ?? null,
      viewers,
      ...(loudest === undefined ? {} : { audioDbfs: -loudest }),
    };
  }

  overdue(nowMs: number): GoneReason | undefined {
    return overdue(this, nowMs);
  }

  /** The session is over: nobody listens to it any more, and the peer is forgotten. */
  release(): void {
    this.listeners.close();
    this.connection.close();
  }

  /** What control is told. */
  present(): Publisher {
    const { sections } = this.#options;
    return presentPublisher(this, { sections, tracks: this.#tracks.current(), state: this.#liveness.state });
  }

  #layerChanged(stream: IncomingStream): void {
    const track = this.#tracks.trackOf(stream);
    if (track === undefined) return;
    const { events } = this.#options;
    track.sort();
    if (track.announced) events.layersChanged(track);
    else {
      track.announced = true;
      events.trackAdded(this, track);
    }
  }

  #layersEvent(nowMs: number): LayersEvent {
    const sections = this.#tracks.current().flatMap((track) => {
      const sources = track.layers.map(({ source }) => source);
      if (track.kind !== "video" || sources.length < 2) return [];
      const wanted = new Set(track.wanted.wanted(nowMs, sources));
      const layers = track.layers.map(({ id, source }) => ({ rid: id, wanted: wanted.has(source) }));
      return [{ mid: track.section.mid, layers }];
    });
    return { sections };
  }

  /** When something arrived, microseconds since 1970. */
  #unixMicrosOf(arrivalMicros: number): number {
    const { wire, unixMs } = this.#options;
    return unixMs() * 1000 - (wire.nowMicros() - arrivalMicros);
  }

  #handleSenderReport(report: SenderReport, arrivalMicros: number): void {
    const stream = this.streams.find((candidate) => candidate.ssrc === report.ssrc);
    if (stream === undefined) return;
    const { wire, nowMs, events } = this.#options;
    const ageMicros = wire.nowMicros() - arrivalMicros;
    const sentMicros = unixMicrosFromNtp(report);
    stream.reception.senderReport(compactNtp(report), nowMs() - ageMicros / 1000);
    if (this.#feedback.roundTripMs !== undefined) this.#clock.roundTrip(this.#feedback.roundTripMs);
    this.#clock.senderReport(sentMicros, this.#unixMicrosOf(arrivalMicros));
    stream.senderReport = { sentUnixMicros: sentMicros, rtpTimestamp: report.rtpTimestamp };
    // All streams at once: audio and video, and all layers, never use different offsets, however the estimate moves.
    for (const each of this.streams) {
      const { source, senderReport } = each;
      const unixMicros = senderReport && this.#clock.toNode(senderReport.sentUnixMicros);
      // A report from before the sender's clock jumped may end up anywhere.
      if (unixMicros === undefined || unixMicros < 0) continue;
      const map = { unixMicros, rtpTimestamp: senderReport!.rtpTimestamp };
      each.clock = map;
      wire.setSourceClock(source, map);
      events.clock(this, source, map);
    }
  }
}
