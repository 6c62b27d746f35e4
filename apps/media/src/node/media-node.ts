import { randomBytes } from "node:crypto";
import { type Clock, Emitter, type Log } from "@sameroom/base";
import type { GoneReason, MediaSession, Publisher, PublisherHealth, SlotsResponse } from "@sameroom/contract";
import { Hub } from "@sameroom/engine";
import type { DtlsState, Wire, WireHandlers, WireOptions } from "@sameroom/native";
import {
  answerPublisher,
  answerViewer,
  type LocalTransport,
  type Offer,
  parseOffer,
  type SdpError,
  type SdpFragment,
  serializeSdpFragment,
} from "@sameroom/protocol";
import type { Authenticated } from "../auth/authenticator.ts";
import { presentSlots, ViewerSession } from "../egress/viewer-session.ts";
import type { IncomingStream } from "../ingest/incoming-stream.ts";
import { PublisherSession } from "../ingest/publisher-session.ts";
import { IceRouter } from "../transport/ice-router.ts";
import { createLocalIce, createSsrc, type LocalIce, PeerConnection } from "../transport/peer-connection.ts";
import { MediaError } from "./media-error.ts";
import { Switchboard } from "./switchboard.ts";

export type Session = PublisherSession | ViewerSession;

/** What happens on this node, for whoever reports it. */
export type MediaNodeEvents = {
  publisher: [Publisher];
  publisherGone: [{ room: string; session: string; reason: GoneReason }];
  viewer: [MediaSession];
  viewerGone: [{ room: string; session: string; reason: GoneReason }];
};

export interface MediaNodeOptions {
  /** Opens the wire; an argument so that tests can open it elsewhere. */
  openWire: (options: WireOptions, handlers: WireHandlers) => Wire;
  bind: readonly string[];
  udpPort: number;
  announce: readonly string[];
  maxSessions: number;
  clock: Clock;
  log: Log;
}

/** An answer to a WHIP or WHEP offer. */
export interface Answered {
  session: Session;
  sdp: string;
}

const FEEDBACK_POLL_MS = 10;
const WATCHDOG_MS = 250;
/** Sessions one participant may hold at once in a room: tabs, devices, reconnections. */
const MAX_SESSIONS_PER_PARTICIPANT = 20;
const NEVER_CONNECTED_MS = 15_000;
const WARM_UNUSED_MS = 30_000;

/** One media worker: the wire, the hub, and every session between them. Owns all three. */
export class MediaNode extends Emitter<MediaNodeEvents> {
  readonly wire: Wire;
  readonly #options: MediaNodeOptions;
  readonly #router: IceRouter;
  readonly #hub: Hub;
  readonly #switchboard: Switchboard;
  readonly #sessions = new Map<string, Session>();
  readonly #byPeer = new Map<number, Session>();
  readonly #publisherOfSource = new Map<number, PublisherSession>();
  readonly #publishers = new Set<PublisherSession>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #nowMs: () => number;
  #closed = false;

  constructor(options: MediaNodeOptions) {
    super((error, event) => options.log.error("a listener failed", { event, error: error.message }));
    this.#options = options;
    this.#nowMs = options.clock.nowMs;
    this.wire = options.openWire({ bind: options.bind, port: options.udpPort }, this.#handlers());
    this.#router = new IceRouter((datagram, to) => this.wire.send(datagram, to), this.#nowMs);
    this.#switchboard = new Switchboard(this.wire);
    this.#hub = new Hub(this.#switchboard);
    this.#timers.push(
      setInterval(() => this.#pollFeedback(), FEEDBACK_POLL_MS),
      setInterval(() => this.#watch(), WATCHDOG_MS),
    );
  }

  get counts(): { publishers: number; viewers: number } {
    return { publishers: this.#publishers.size, viewers: this.#sessions.size - this.#publishers.size };
  }

  /** Publishers on air (connected at least once), for a snapshot. */
  publishers(): Publisher[] {
    return [...this.#publishers].filter(isReported).map((session) => session.present());
  }

  /** Viewers that count. */
  viewers(): MediaSession[] {
    return [...this.#sessions.values()]
      .filter((session): session is ViewerSession => session.kind === "viewer" && isReported(session))
      .map((session) => session.present());
  }

  session(id: string): Session {
    const session = this.#sessions.get(id);
    if (session === undefined) throw new MediaError("media.session_not_found");
    return session;
  }

  /** Takes a WHIP offer; the same participant's older session in the room is replaced, anybody else's refuses it. */
  publish(room: string, auth: Authenticated, offerSdp: string): Answered {
    const offer = readOffer(offerSdp);
    const before = [...this.#publishers].filter((session) => session.room === room);
    const other = before.find((session) => session.auth.identity.participant !== auth.identity.participant);
    if (other !== undefined)
      throw new MediaError("publish.room_busy", `${other.auth.identity.name} is live here`);
    this.#requirePlace(room, auth);
    const local = createLocalIce();
    const answer = answerPublisher(offer, this.#localTransport(local));
    if (!answer.ok) throw sdpFault(answer.error);
    // The one on air goes on until the new one is connected.
    for (const session of before)
      if (session.connection.state === "new") this.closeSession(session, "replaced");
    const { sdp, negotiated } = answer.value;
    const session = new PublisherSession({
      ...this.#newSession(room),
      connection: this.#connect(offer, local),
      auth,
      sections: negotiated.sections,
      wire: this.wire,
      events: {
        sourceAdded: (publisher, stream) => this.#sourceAdded(publisher, stream),
        sourceRemoved: (publisher, stream) => this.#sourceRemoved(publisher, stream),
        changed: (publisher) => this.#publisherChanged(publisher),
      },
      nowMs: this.#nowMs,
      unixMs: this.#options.clock.unixMs,
      log: this.#options.log,
    });
    this.#publishers.add(session);
    this.#remember(session);
    return { session, sdp };
  }

  /** Takes a WHEP offer. Nobody needs to be on air: slots fill when somebody comes. */
  watch(room: string, auth: Authenticated, request: { offerSdp: string; paused: boolean }): Answered {
    const offer = readOffer(request.offerSdp);
    this.#requirePlace(room, auth);
    const local = createLocalIce();
    const cname = randomBytes(9).toString("base64url");
    const answer = answerViewer(offer, this.#localTransport(local), ({ mid, kind }) => ({
      ssrc: createSsrc(),
      rtxSsrc: createSsrc(),
      cname,
      streamId: `sameroom-${room}`,
      trackId: `${kind}-${mid}`,
    }));
    if (!answer.ok) throw sdpFault(answer.error);
    const { sdp, negotiated } = answer.value;
    const session = new ViewerSession({
      ...this.#newSession(room),
      connection: this.#connect(offer, local, cname),
      auth,
      slots: negotiated.slots,
      paused: request.paused,
      wire: this.wire,
      events: { keyframeWanted: (output) => this.#switchboard.decoderLost(output) },
      nowMs: this.#nowMs,
    });
    this.#remember(session);
    return { session, sdp };
  }

  /** ICE restart (RFC 9725 section 4.3.2): the fragment to answer with. */
  restartIce(session: Session, fragment: SdpFragment): string {
    if (fragment.ice === undefined)
      throw new MediaError("media.bad_fragment", "it has no ice-ufrag and ice-pwd");
    const local = session.connection.restart(fragment.ice);
    return serializeSdpFragment(this.#localTransport(local), session.firstSection);
  }

  /** Pauses or resumes what a viewer gets. */
  setPaused(session: ViewerSession, paused: boolean): void {
    if (session.paused === paused) return;
    session.setPaused(paused, this.#nowMs());
    if (session.connection.state !== "connected") return;
    this.#hub.setPaused(session.room, session.id, paused);
    if (paused) this.emit("viewerGone", { room: session.room, session: session.id, reason: "left" });
    else this.emit("viewer", session.present());
  }

  slots(session: ViewerSession): SlotsResponse {
    const states = this.#hub.slotsOf(session.room, session.id);
    // Before the viewer is connected the hub does not know it.
    const empty = session.slots.map(({ mid, kind }) => ({ mid, kind, source: null }));
    return { paused: session.paused, slots: states.length === 0 ? empty : presentSlots(states) };
  }

  /** Ends a session and all it holds. Idempotent. */
  closeSession(session: Session, reason: GoneReason): void {
    if (session.closedFor !== undefined) return;
    const reported = isReported(session);
    session.closedFor = reason;
    this.#sessions.delete(session.id);
    this.#byPeer.delete(session.connection.peer);
    const gone = { room: session.room, session: session.id, reason };
    if (session.kind === "publisher") {
      this.#publishers.delete(session);
      this.#hub.removePublisher(session.room, session.id);
      for (const { source } of session.streams) {
        this.#publisherOfSource.delete(source);
        this.#switchboard.removeStream(source);
      }
      if (reported) this.emit("publisherGone", gone);
    } else {
      this.#hub.removeViewer(session.room, session.id);
      for (const slot of session.slots) this.#switchboard.forget(slot.output);
      if (reported) this.emit("viewerGone", gone);
    }
    session.connection.close();
    this.#options.log.info("session closed", {
      session: session.id,
      room: session.room,
      kind: session.kind,
      reason,
    });
  }

  /** The broadcast is over: its publisher and every viewer of the room are closed. */
  endRoom(room: string): void {
    for (const session of [...this.#sessions.values()]) {
      if (session.room === room) this.closeSession(session, "ended");
    }
  }

  /** Rates of every publisher since the last call. */
  takeHealth(): PublisherHealth[] {
    return [...this.#publishers].filter(isReported).map((session) => {
      const viewers = this.#hub.viewersOf(session.room).filter((viewer) => !viewer.paused).length;
      return session.takeHealth(this.#nowMs(), viewers);
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const session of [...this.#sessions.values()]) this.closeSession(session, "shutdown");
    await this.wire.close();
  }

  #handlers(): WireHandlers {
    const { log } = this.#options;
    return {
      onStun: (datagram, from) => this.#router.handleStun(datagram, from),
      onDtls: (state) => this.#handleDtls(state),
      onRtcp: (peer, packet, arrivalMicros) => {
        const session = this.#byPeer.get(peer);
        session?.connection.heard(this.#nowMs());
        session?.handleRtcp(packet, arrivalMicros);
      },
      onRtp: (fact) => this.#publisherOf(fact.source)?.handleRtp(fact),
      onUnclaimedRtp: (unclaimed) => {
        const session = this.#byPeer.get(unclaimed.peer);
        if (session?.kind === "publisher") session.handleUnclaimed(unclaimed);
      },
      onTap: () => {},
      onSwitched: (output, source) => this.#switchboard.switched(output, source),
      onError: (error) => log.error("the wire reported an error", { error: error.message }),
    };
  }

  #publisherOf(source: number): PublisherSession | undefined {
    const known = this.#publisherOfSource.get(source);
    if (known !== undefined) return known;
    // First packet of a source: find its session once.
    for (const session of this.#publishers) {
      if (session.stream(source) === undefined) continue;
      this.#publisherOfSource.set(source, session);
      return session;
    }
    return undefined;
  }

  #handleDtls(state: DtlsState): void {
    const session = this.#byPeer.get(state.peer);
    if (session === undefined) return;
    const { log } = this.#options;
    const context = { session: session.id, room: session.room, kind: session.kind };
    if (state.state === "connected") {
      session.connection.dtlsConnected();
      log.info("session connected", {
        ...context,
        profile: state.profile,
        handshakeMicros: state.handshakeMicros,
      });
      if (session.kind === "publisher") this.#goOnAir(session);
      else this.#letIn(session);
    } else if (state.state === "failed") {
      log.warn("DTLS failed", { ...context, reason: state.reason });
      session.connection.dtlsFailed();
      this.closeSession(session, isReported(session) ? "connection-lost" : "never-connected");
    } else {
      // A close_notify without a DELETE: a closed tab, or a browser that gave up.
      this.closeSession(session, session.kind === "viewer" ? "left" : "connection-lost");
    }
  }

  /** The publisher is connected: takes the room over from the same participant's older session. */
  #goOnAir(session: PublisherSession): void {
    const { participant, role } = session.auth.identity;
    this.#hub.addPublisher(session.room, { session: session.id, participant, host: role === "host" });
    this.emit("publisher", session.present());
    for (const other of [...this.#publishers]) {
      if (other !== session && other.room === session.room && isReported(other)) {
        this.closeSession(other, "replaced");
      }
    }
  }

  #letIn(session: ViewerSession): void {
    this.#hub.addViewer(session.room, {
      session: session.id,
      paused: session.paused,
      slots: session.slots,
    });
    if (!session.paused) this.emit("viewer", session.present());
  }

  #sourceAdded(session: PublisherSession, stream: IncomingStream): void {
    this.#publisherOfSource.set(stream.source, session);
    this.#switchboard.addStream(stream);
    const { kind } = stream.section;
    const format = { name: stream.codec.name, fmtp: stream.codec.fmtp };
    this.#hub.addSource(session.room, session.id, { id: stream.source, kind, format });
    this.#publisherChanged(session);
  }

  #sourceRemoved(session: PublisherSession, stream: IncomingStream): void {
    this.#hub.removeSource(session.room, session.id, stream.source);
    this.#switchboard.removeStream(stream.source);
    this.#publisherOfSource.delete(stream.source);
  }

  #publisherChanged(session: PublisherSession): void {
    if (isReported(session)) this.emit("publisher", session.present());
  }

  #requirePlace(room: string, auth: Authenticated): void {
    if (this.#closed) throw new MediaError("media.shutting_down", undefined, 1);
    if (this.#sessions.size >= this.#options.maxSessions) throw new MediaError("media.full", undefined, 5);
    let held = 0;
    for (const session of this.#sessions.values()) {
      if (session.room === room && session.auth.identity.participant === auth.identity.participant) held += 1;
    }
    if (held >= MAX_SESSIONS_PER_PARTICIPANT) {
      throw new MediaError(
        "request.rate_limited",
        "this participant has too many connections in the room",
        5,
      );
    }
  }

  #localTransport(local: LocalIce): LocalTransport {
    return {
      iceUfrag: local.ufrag,
      icePassword: local.password,
      fingerprint: this.wire.fingerprint,
      candidates: this.#options.announce.map((address) => ({ address, port: this.wire.port })),
    };
  }

  #connect(offer: Offer, local: LocalIce, cname = "sameroom"): PeerConnection {
    return new PeerConnection({
      wire: this.wire,
      router: this.#router,
      nowMs: this.#nowMs,
      remoteIce: offer.ice,
      remoteFingerprint: offer.fingerprint,
      cname,
      local,
    });
  }

  #newSession(room: string) {
    return {
      id: randomBytes(18).toString("base64url"),
      room,
      sinceUnixMs: Math.round(this.#options.clock.unixMs()),
    };
  }

  #remember(session: Session): void {
    this.#sessions.set(session.id, session);
    this.#byPeer.set(session.connection.peer, session);
  }

  #pollFeedback(): void {
    const nowMs = this.#nowMs();
    for (const session of this.#publishers) session.poll(nowMs);
  }

  #watch(): void {
    const unixMs = this.#options.clock.unixMs();
    for (const session of [...this.#sessions.values()]) {
      const ageMs = unixMs - session.sinceUnixMs;
      const { state } = session.connection;
      if (state === "new" && ageMs > NEVER_CONNECTED_MS) this.closeSession(session, "never-connected");
      else if (session.connection.isLost()) this.closeSession(session, "connection-lost");
      else if (session.kind === "viewer" && session.pausedForMs(this.#nowMs()) > WARM_UNUSED_MS)
        this.closeSession(session, "expired");
    }
  }
}

/** Control hears of sessions that have connected; of warmed-up viewers it never does. */
function isReported(session: Session): boolean {
  if (session.connection.state === "new") return false;
  return session.kind === "publisher" || !session.paused;
}

function readOffer(sdp: string): Offer {
  const offer = parseOffer(sdp);
  if (!offer.ok) throw sdpFault(offer.error);
  return offer.value;
}

function sdpFault(error: SdpError): MediaError {
  const code = error.code === "sdp.no_common_codec" ? "media.no_common_codec" : "media.bad_offer";
  return new MediaError(code, error.message);
}
