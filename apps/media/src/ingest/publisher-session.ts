import type { Log } from "@sameroom/base";
import type { GoneReason, Publisher, PublisherHealth } from "@sameroom/contract";
import { PublisherLiveness, SenderClock, TransportFeedbackLog } from "@sameroom/engine";
import type { RtpFact, UnclaimedRtp, Wire, WireCodec } from "@sameroom/native";
import type { PublisherSection } from "@sameroom/protocol";
import { compactNtp, parseRtcp, type SenderReport, unixMicrosFromNtp } from "@sameroom/protocol";
import type { Authenticated } from "../auth/authenticator.ts";
import type { MediaSessionState } from "../node/media-session.ts";
import { createSsrc, type PeerConnection } from "../transport/peer-connection.ts";
import { announcedStreams, claimStream, type StreamClaim } from "./claim-stream.ts";
import { IncomingStream } from "./incoming-stream.ts";
import { PublisherFeedback } from "./publisher-feedback.ts";

/** What a publisher session tells its node; declared here, implemented there. */
export interface PublisherEvents {
  sourceAdded(session: PublisherSession, stream: IncomingStream): void;
  sourceRemoved(session: PublisherSession, stream: IncomingStream): void;
  /** State, codecs or layers changed. */
  changed(session: PublisherSession): void;
}

export interface PublisherSessionOptions extends MediaSessionState {
  connection: PeerConnection;
  auth: Authenticated;
  sections: readonly PublisherSection[];
  wire: Wire;
  events: PublisherEvents;
  nowMs: () => number;
  unixMs: () => number;
  log: Log;
}

/**
 * Silence after which a publisher counts as stalled: control must know within 3 s of the last packet, and a browser that
 * shares a still screen sends one frame a second.
 */
const STALL_MS = 1500;
/** A layer takes over the slots when it carries this much more than the one shown. */
const LAYER_ADVANTAGE = 1.3;
/** One stream takes another's place at most this often, ms. */
const REPLACE_INTERVAL_MS = 500;

/** Somebody on air by WHIP: their streams, the feedback they get, and how they are doing. */
export class PublisherSession {
  readonly kind = "publisher";
  readonly id: string;
  readonly room: string;
  readonly sinceUnixMs: number;
  readonly sinceMs: number;
  readonly connection: PeerConnection;
  readonly auth: Authenticated;
  readonly #options: PublisherSessionOptions;
  readonly #streams = new Map<number, IncomingStream>();
  readonly #liveness = new PublisherLiveness({ stallMs: STALL_MS });
  readonly #clock = new SenderClock();
  readonly #feedback: PublisherFeedback;
  /** Layer in the slots, by section. */
  readonly #shown = new Map<string, IncomingStream>();
  closedFor: GoneReason | undefined;
  /** Whether control was told of it. */
  announced = false;
  lossRatio = 0;
  #replacedAtMs = Number.NEGATIVE_INFINITY;

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
      transport: new TransportFeedbackLog({ senderSsrc }),
      send: (packet) => options.wire.sendRtcp(this.connection.peer, packet),
    });
    for (const claim of announcedStreams(options.sections)) this.#add(claim);
  }

  get streams(): readonly IncomingStream[] {
    return [...this.#streams.values()];
  }

  /** The media section that carries the transport. */
  get firstSection(): { kind: "audio" | "video"; mid: string } {
    return this.#options.sections[0]!;
  }

  stream(source: number): IncomingStream | undefined {
    return this.#streams.get(source);
  }

  /** The hot path of a publisher: one call a packet. */
  handleRtp(fact: RtpFact): void {
    const stream = this.#streams.get(fact.source);
    if (stream === undefined) return;
    const nowMs = this.#options.nowMs();
    stream.receive(fact, nowMs);
    // Probes come as repairs, also from a camera that has stopped.
    if (!fact.repaired) this.#liveness.media(nowMs);
    this.connection.heard(nowMs);
    if (fact.transportSequence >= 0) this.#feedback.arrived(fact.transportSequence, fact.arrivalMicros);
    if (!this.#shown.has(stream.section.mid)) this.#show(stream);
  }

  handleUnclaimed({ packet }: UnclaimedRtp): void {
    const claim = claimStream(packet, this.#options.sections);
    if (claim === undefined) return;
    // Encoders change SSRC (and sometimes codec) when they start over: the newest stream of a layer replaces the last.
    const before = this.streams.find(
      (stream) => stream.section === claim.section && stream.rid === claim.rid,
    );
    const nowMs = this.#options.nowMs();
    // Two streams that alternate would rearrange every viewer's slots with each packet.
    if (before !== undefined && nowMs - this.#replacedAtMs < REPLACE_INTERVAL_MS) return;
    this.#replacedAtMs = nowMs;
    this.#add(claim);
    if (before !== undefined) this.#remove(before);
    this.#options.events.changed(this);
  }

  handleRtcp(compound: Uint8Array, arrivalMicros: number): void {
    const packets = parseRtcp(compound);
    if (packets === undefined) return;
    for (const packet of packets) {
      if (packet.type === "sr") this.#handleSenderReport(packet, arrivalMicros);
      else if (packet.type === "bye") this.#options.log.debug("publisher said bye", { session: this.id });
    }
  }

  /** Sends feedback that is due and notices silence. Called every few milliseconds. */
  poll(nowMs: number): void {
    this.#feedback.poll(nowMs, this.streams);
    if (this.#liveness.poll(nowMs) !== undefined) this.#options.events.changed(this);
  }

  /** Rates since the last call, for control and the host. */
  takeHealth(nowMs: number, viewers: number): PublisherHealth {
    let bitrate = 0;
    let framesPerSecond = 0;
    for (const stream of this.#streams.values()) {
      const rates = stream.meter.take(nowMs);
      stream.bitrate = rates.bitrate;
      stream.framesPerSecond = rates.framesPerSecond;
      bitrate += rates.bitrate;
      if (stream.section.kind === "video") framesPerSecond = Math.max(framesPerSecond, rates.framesPerSecond);
    }
    this.#chooseLayers();
    return {
      session: this.id,
      room: this.room,
      bitrate,
      framesPerSecond,
      lossRatio: this.#feedback.takeLossRatio(),
      roundTripMs: this.#feedback.roundTripMs ?? null,
      viewers,
    };
  }

  /** What control is told. */
  present(): Publisher {
    const { identity } = this.auth;
    const video = this.#options.sections.find((section) => section.kind === "video");
    const audio = this.#options.sections.find((section) => section.kind === "audio");
    const videoStreams = this.streams.filter((stream) => stream.section.kind === "video");
    return {
      id: this.id,
      room: this.room,
      participant: identity.participant,
      name: identity.name,
      role: identity.role,
      protocol: "whip",
      sinceUnixMs: this.sinceUnixMs,
      state: this.#liveness.state,
      video:
        video === undefined
          ? null
          : { codec: (videoStreams[0]?.codec ?? video.codecs[0]!).name, layers: videoStreams.length },
      audio: audio === undefined ? null : { codec: audio.codecs[0]!.name },
    };
  }

  #handleSenderReport(report: SenderReport, arrivalMicros: number): void {
    const stream = this.streams.find((candidate) => candidate.ssrc === report.ssrc);
    if (stream === undefined) return;
    const { wire, unixMs, nowMs } = this.#options;
    const ageMicros = wire.nowMicros() - arrivalMicros;
    const sentMicros = unixMicrosFromNtp(report);
    stream.reception.senderReport(compactNtp(report), nowMs() - ageMicros / 1000);
    if (this.#feedback.roundTripMs !== undefined) this.#clock.roundTrip(this.#feedback.roundTripMs);
    this.#clock.senderReport(sentMicros, unixMs() * 1000 - ageMicros);
    stream.senderReport = { sentUnixMicros: sentMicros, rtpTimestamp: report.rtpTimestamp };
    // All streams at once: audio and video never use different offsets, however the estimate moves.
    for (const { source, senderReport } of this.#streams.values()) {
      const unixMicros = senderReport && this.#clock.toNode(senderReport.sentUnixMicros);
      // A report from before the sender's clock jumped may end up anywhere.
      if (unixMicros === undefined || unixMicros < 0) continue;
      wire.setSourceClock(source, { unixMicros, rtpTimestamp: senderReport!.rtpTimestamp });
    }
  }

  #add(claim: StreamClaim): void {
    const { section, codec, ssrc, rtxSsrc, rid } = claim;
    const source = this.#options.wire.addSource({
      peer: this.connection.peer,
      ssrc,
      kind: section.kind,
      codec: codec.name as WireCodec,
      clockRate: codec.clockRate,
      payloadType: codec.payloadType,
      extensions: section.extensions,
      ...(codec.redPayloadType === undefined ? {} : { red: { payloadType: codec.redPayloadType } }),
      ...(codec.rtxPayloadType === undefined
        ? {}
        : {
            rtx: { payloadType: codec.rtxPayloadType, ...(rtxSsrc === undefined ? {} : { ssrc: rtxSsrc }) },
          }),
    });
    this.#streams.set(
      source,
      new IncomingStream({ source, section, codec, ssrc, rid, nowMs: this.#options.nowMs() }),
    );
  }

  #remove(stream: IncomingStream): void {
    this.#streams.delete(stream.source);
    if (this.#shown.get(stream.section.mid) === stream) {
      this.#shown.delete(stream.section.mid);
      this.#options.events.sourceRemoved(this, stream);
    }
    this.#options.wire.removeSource(stream.source);
  }

  #show(stream: IncomingStream): void {
    const before = this.#shown.get(stream.section.mid);
    this.#shown.set(stream.section.mid, stream);
    this.#options.events.sourceAdded(this, stream);
    if (before !== undefined) this.#options.events.sourceRemoved(this, before);
  }

  /** Of a simulcast section every viewer gets the layer that carries most. */
  #chooseLayers(): void {
    for (const [mid, shown] of this.#shown) {
      const best = this.streams
        .filter((stream) => stream.section.mid === mid && stream.rid !== undefined)
        .sort((left, right) => right.bitrate - left.bitrate)[0];
      if (best !== undefined && best !== shown && best.bitrate > shown.bitrate * LAYER_ADVANTAGE)
        this.#show(best);
    }
  }
}
