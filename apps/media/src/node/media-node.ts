import { type Clock, Emitter, type Log } from "@sameroom/base";
import type {
  GoneReason,
  MediaSession,
  Publisher,
  PublisherHealth,
  SlotsRequest,
  SlotsResponse,
  StageOrder,
} from "@sameroom/contract";
import { Hub } from "@sameroom/engine";
import type { DtlsState, Wire, WireHandlers, WireOptions } from "@sameroom/native";
import type { SdpFragment } from "@sameroom/protocol";
import type { Authenticated } from "../auth/authenticator.ts";
import type { ViewerSession } from "../egress/viewer-session.ts";
import type { BridgeMakers } from "../ingest/encoder/encoder-bridges.ts";
import type { EncoderFeed, EncoderRequest } from "../ingest/encoder/types.ts";
import type { PublisherSession } from "../ingest/publisher-session.ts";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import { Programs, type ProgramsOptions } from "../program/programs.ts";
import type { AnnouncedAddress } from "../transport/announced-address.ts";
import { IceRouter } from "../transport/ice-router.ts";
import { formatOnAir, requireStage } from "./admission.ts";
import { MediaCounters } from "./media-counters.ts";
import { MediaError } from "./media-error.ts";
import { PublisherDesk } from "./publisher-desk.ts";
import { Rivals } from "./rivals.ts";
import { RoomStages } from "./room-stages.ts";
import { type Opened, readOffer, SessionFactory } from "./session-factory.ts";
import { type PeerSession, type Session, SessionRegistry } from "./session-registry.ts";
import { Switchboard } from "./switchboard.ts";

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
  /** Where peers are told to send media, most preferred first. */
  announce: readonly AnnouncedAddress[];
  /** Take WebRTC over TCP, too. */
  iceTcp: boolean;
  maxSessions: number;
  /** Make what WebRTC viewers can play of what encoders send. */
  makers: BridgeMakers;
  /** How hosts' shows are packaged; undefined: not at all. */
  programs?: Omit<ProgramsOptions, "wire" | "clock" | "log"> | undefined;
  clock: Clock;
  log: Log;
}

const FEEDBACK_POLL_MS = 10;
const CONTROL_MS = 100;
const WATCHDOG_MS = 250;

/** One media worker: the wire, the hub, and every session between them. Owns all three. */
export class MediaNode extends Emitter<MediaNodeEvents> {
  readonly wire: Wire;
  readonly counters = new MediaCounters();
  /** What hosts send, packaged; undefined when this worker does not. */
  readonly programs: Programs | undefined;
  readonly #options: MediaNodeOptions;
  readonly #router: IceRouter;
  readonly #hub: Hub;
  readonly #switchboard = new Switchboard();
  readonly #sessions: SessionRegistry;
  readonly #rivals = new Rivals();
  readonly #factory: SessionFactory;
  readonly #publishers: PublisherDesk;
  readonly #stages: RoomStages;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #nowMs: () => number;
  #closed = false;

  constructor(options: MediaNodeOptions) {
    super((error, event) => options.log.error("a listener failed", { event, error: error.message }));
    this.#options = options;
    this.#nowMs = options.clock.nowMs;
    const { bind, udpPort: port, announce, iceTcp, makers, clock, log } = options;
    this.wire = options.openWire({ bind, port, tcp: iceTcp }, this.#handlers());
    this.#router = new IceRouter((datagram, to) => this.wire.send(datagram, to), this.#nowMs);
    this.#sessions = new SessionRegistry(options.maxSessions);
    const { wire, counters } = this;
    this.#factory = new SessionFactory({
      ...{ wire, counters, router: this.#router, announce, iceTcp, makers, clock, log },
    });
    this.#hub = new Hub(this.#switchboard);
    this.#stages = new RoomStages(this.#hub);
    this.programs = options.programs && new Programs({ ...options.programs, wire, clock, log });
    this.#publishers = new PublisherDesk({
      ...{ hub: this.#hub, switchboard: this.#switchboard, sessions: this.#sessions, nowMs: this.#nowMs },
      programs: this.programs,
      onChanged: (session) => this.emit("publisher", session.present()),
    });
    this.#timers.push(
      setInterval(() => this.#pollFeedback(), FEEDBACK_POLL_MS),
      setInterval(() => this.#control(), CONTROL_MS),
      setInterval(() => this.#watch(), WATCHDOG_MS),
    );
  }

  get counts(): { publishers: number; viewers: number } {
    const publishers = this.#sessions.publishers.size;
    return { publishers, viewers: this.#sessions.size - publishers };
  }

  /** Publishers on air, for a snapshot. */
  publishers(): Publisher[] {
    return this.#announcedPublishers().map((session) => session.present());
  }

  /** Viewers that count. */
  viewers(): MediaSession[] {
    return [...this.#sessions.viewers]
      .filter((session) => session.announced)
      .map((session) => session.present());
  }

  /** All who are on air or about to be. */
  get publisherSessions(): ReadonlySet<PublishingSession> {
    return this.#sessions.publishers;
  }

  /** Whether another encoder with the same stream key tries to take a session's place now. */
  hasRival(id: string): boolean {
    const session = [...this.#sessions.publishers].find((each) => each.id === id);
    return session !== undefined && this.#rivals.has(session, this.#nowMs());
  }

  /** All who are connected or about to be, warmed-up ones too. */
  get viewerSessions(): ReadonlySet<ViewerSession> {
    return this.#sessions.viewers;
  }

  /** The session of this id; throws `media.session_not_found`, or `publish.replaced`. */
  session(id: string): PeerSession {
    return this.#sessions.get(id);
  }

  /** Takes a WHIP offer. Throws `MediaError`, `publish.room_busy` when the stage is taken. */
  publish(room: string, auth: Authenticated, offerSdp: string): Opened<PublisherSession> {
    const offer = readOffer(offerSdp);
    const present = this.#requireStage(room, auth);
    const opened = this.#factory.openPublisher({ room, auth, offer }, this.#publishers.events);
    this.#giveUpConnecting(present, auth);
    this.#sessions.addPeer(opened.session);
    this.#publishers.opened(opened.session);
    return opened;
  }

  /**
   * Takes an encoder's stream, which replaces what the same participant has on air. Throws `MediaError`, `publish.room_busy` when
   * the stage is taken.
   */
  publishUnits(auth: Authenticated, request: Pick<EncoderRequest, "protocol" | "onClosed">): EncoderFeed {
    const { room } = auth.identity;
    const present = this.#requireStage(room, auth);
    const session = this.#factory.openEncoder(auth, {
      request,
      events: this.#publishers.events,
      viewers: () => this.#watchersOf(room),
      onLeft: (leaving, reason) => this.closeSession(leaving, reason),
    });
    this.#giveUpConnecting(present, auth);
    this.#sessions.add(session);
    this.#publishers.opened(session);
    this.#goOnAir(session);
    return session;
  }

  /**
   * Takes the host of a room on another worker, for stages here that show them: control is not told, and nothing of it is packaged.
   * Throws `MediaError`.
   */
  publishVisitor(auth: Authenticated, onClosed: (reason: GoneReason) => void): EncoderFeed {
    const { room, participant } = auth.identity;
    this.#requirePlace(room, participant);
    this.#giveUpConnecting(this.#sessions.publishersOf(room), auth);
    const session = this.#factory.openEncoder(auth, {
      request: { protocol: "srt", onClosed },
      events: this.#publishers.events,
      viewers: () => this.#watchersOf(room),
      onLeft: (leaving, reason) => this.closeSession(leaving, reason),
    });
    this.#sessions.add(session);
    this.#publishers.opened(session);
    this.#hub.addPublisher(room, { session: session.id, participant, host: true });
    return session;
  }

  /**
   * Takes a WHEP offer. Nobody needs to be on air: slots fill when somebody comes. Throws `MediaError`,
   * `media.codec_unsupported` for who cannot decode the host who is on air. `company`: for the guests alone, by seat.
   */
  watch(
    room: string,
    auth: Authenticated,
    { offerSdp, paused, company = false }: { offerSdp: string; paused: boolean; company?: boolean },
  ): Opened<ViewerSession> {
    const offer = readOffer(offerSdp);
    this.#requirePlace(room, auth.identity.participant);
    const onAir = company ? undefined : formatOnAir(this.#sessions.publishersOf(room));
    const opened = this.#factory.openViewer({ room, auth, offer, paused, company }, onAir);
    this.#sessions.addPeer(opened.session);
    this.#switchboard.addViewer(opened.session);
    return opened;
  }

  /** Carries a room's stage in this order from here on; guests who are barred are closed. */
  setStage(room: string, order: StageOrder): void {
    this.#stages.set(room, order);
    for (const session of this.#sessions.publishersOf(room))
      if (!session.isHost && this.#stages.barred(room).has(session.auth.identity.participant))
        this.closeSession(session, "ended");
  }

  /** The room's stage as it was ordered last; undefined: the host is alone. */
  stageOf(room: string): StageOrder | undefined {
    return this.#stages.of(room);
  }

  /** What a participant has on air in this room, the newest; undefined: nothing. */
  publisherOf(room: string, participant: string): PublishingSession | undefined {
    return this.#sessions
      .publishersOf(room)
      .findLast(({ announced, auth }) => announced && auth.identity.participant === participant);
  }

  /** Somebody publishes or watches in the room here, or its show is on. */
  isUsed(room: string): boolean {
    return (
      this.programs?.of(room) !== undefined ||
      this.#sessions.publishersOf(room).some(({ announced }) => announced) ||
      this.#hub.viewersOf(room).some(({ paused }) => !paused)
    );
  }

  /** The host of another worker's room as they are carried here, once they send. */
  visitorOf(room: string, participant: string): PublishingSession | undefined {
    return this.#sessions
      .publishersOf(room)
      .findLast(({ hasMedia, auth }) => hasMedia && auth.identity.participant === participant);
  }

  /** ICE restart: the fragment to answer with. */
  restartIce(session: PeerSession, fragment: SdpFragment): string {
    return this.#factory.restartIce(session, fragment);
  }

  /** Pauses or resumes what a viewer gets. */
  setPaused(session: ViewerSession, paused: boolean): void {
    if (session.paused === paused) return;
    session.setPaused(paused, this.#nowMs());
    if (session.connection.state !== "connected") return;
    this.#hub.setPaused(session.room, session.id, paused);
    session.settle();
    if (paused) {
      this.#retractViewer(session, "left");
    } else {
      this.#announceViewer(session);
      this.#askForKeyframe(session.room);
    }
  }

  /** Takes what a viewer wants in their slots; what is left out stays as it was. Throws `request.invalid`. */
  changeSlots(session: ViewerSession, { paused, slots = [] }: SlotsRequest): void {
    session.wish(slots, this.#nowMs());
    for (const { mid, pin } of slots)
      if (pin !== undefined) this.#hub.pin(session.room, session.id, mid, pin);
    if (paused !== undefined) this.setPaused(session, paused);
    session.settle();
  }

  slots(session: ViewerSession): SlotsResponse {
    return session.presentSlots(this.#hub.slotsOf(session.room, session.id));
  }

  /** Ends a session and all it holds. Idempotent. */
  closeSession(session: Session, reason: GoneReason): void {
    if (session.closedFor !== undefined) return;
    session.closedFor = reason;
    this.#sessions.remove(session);
    if (session.kind === "publisher") {
      this.#publishers.closed(session);
      if (session.announced) this.emit("publisherGone", { room: session.room, session: session.id, reason });
    } else {
      this.#hub.removeViewer(session.room, session.id);
      this.#switchboard.removeViewer(session);
      this.#retractViewer(session, reason);
    }
    session.release();
    this.#options.log.info("session closed", {
      session: session.id,
      room: session.room,
      kind: session.kind,
      reason,
    });
  }

  /** The broadcast is over: its program ends, its publisher and every viewer of the room are closed. */
  endRoom(room: string): void {
    this.programs?.end(room);
    this.#stages.forget(room);
    for (const session of this.#sessions.all()) {
      if (session.room === room) this.closeSession(session, "ended");
    }
  }

  /** Closes all that a participant has here, in this room or in whichever. */
  closeParticipant(participant: string, room?: string): void {
    for (const session of this.#sessions.all()) {
      if (room !== undefined && session.room !== room) continue;
      if (session.auth.identity.participant === participant) this.closeSession(session, "ended");
    }
  }

  /** Rates of every publisher since the last call. */
  takeHealth(): PublisherHealth[] {
    return this.#announcedPublishers().map((session) => {
      return session.takeHealth(this.#nowMs(), this.#viewersOf(session.room));
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const session of this.#sessions.all()) this.closeSession(session, "shutdown");
    this.programs?.close();
    await this.wire.close();
  }

  #handlers(): WireHandlers {
    const { log } = this.#options;
    return {
      onStun: (datagram, from) => this.#router.handleStun(datagram, from),
      onDtls: (state) => this.#handleDtls(state),
      onRtcp: (peer, packet, arrivalMicros) => {
        const session = this.#sessions.ofPeer(peer);
        session?.connection.heard(this.#nowMs());
        session?.handleRtcp(packet, arrivalMicros);
      },
      onRtp: (fact) => this.#publishers.ofSource(fact.source)?.handleRtp(fact),
      onUnclaimedRtp: (unclaimed) => {
        const session = this.#sessions.ofPeer(unclaimed.peer);
        if (session?.kind === "publisher") session.handleUnclaimed(unclaimed);
      },
      onTap: (source, packet, arrivalMicros) => {
        const room = this.#publishers.ofSource(source)?.room;
        if (room !== undefined) this.programs?.take(room, source, packet, arrivalMicros);
      },
      onSwitched: (output, source, first) => this.#switchboard.switched(output, source, first),
      onError: (error) => log.error("the wire reported an error", { error: error.message }),
    };
  }

  #handleDtls(state: DtlsState): void {
    const session = this.#sessions.ofPeer(state.peer);
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
      const reason = session.connection.state === "new" ? "never-connected" : "connection-lost";
      session.connection.dtlsFailed();
      this.closeSession(session, reason);
    } else {
      // A close_notify without a DELETE: a closed tab, or a browser that gave up.
      this.closeSession(session, session.kind === "viewer" ? "left" : "connection-lost");
    }
  }

  /** The publisher is connected: takes over from the same participant's older session. */
  #goOnAir(session: PublishingSession): void {
    this.#publishers.connected(session);
    const { participant } = session.auth.identity;
    for (const other of this.#sessions.publishersOf(session.room)) {
      if (other === session || !other.announced) continue;
      if (other.auth.identity.participant !== participant) continue;
      this.closeSession(other, "replaced");
    }
  }

  #letIn(session: ViewerSession): void {
    const { paused, slots, company } = session;
    const { participant } = session.auth.identity;
    this.#hub.addViewer(session.room, { session: session.id, participant, paused, company, slots });
    session.settle();
    if (paused) return;
    this.#announceViewer(session);
    this.#askForKeyframe(session.room);
  }

  /** Somebody waits for a picture: what is due goes out now and not with the next interval. */
  #askForKeyframe(room: string): void {
    const nowMs = this.#nowMs();
    for (const publisher of this.#sessions.publishersOf(room)) publisher.poll(nowMs);
  }

  /** Control hears of viewers who are connected and get something; of warmed-up ones it never does. */
  #announceViewer(session: ViewerSession): void {
    session.announced = true;
    this.emit("viewer", session.present());
  }

  #retractViewer(session: ViewerSession, reason: GoneReason): void {
    if (!session.announced) return;
    session.announced = false;
    this.emit("viewerGone", { room: session.room, session: session.id, reason });
  }

  #announcedPublishers(): PublishingSession[] {
    return [...this.#sessions.publishers].filter((session) => session.announced);
  }

  /** WebRTC viewers who are sent something of the show. */
  #viewersOf(room: string): number {
    return this.#hub.viewersOf(room).filter(({ paused, company }) => !paused && company !== true).length;
  }

  /** They, and all in rooms that show this one's host. */
  #watchersOf(room: string): number {
    const elsewhere = this.#hub.showing(room).flatMap((name) => this.#hub.viewersOf(name));
    return this.#viewersOf(room) + elsewhere.filter(({ paused }) => !paused).length;
  }

  /** There is a place on stage for one more; who is there already. */
  #requireStage(room: string, auth: Authenticated): PublishingSession[] {
    const present = this.#sessions.publishersOf(room);
    requireStage(present, auth, this.#stages.barred(room));
    this.#rivals.require(present, auth, this.#nowMs());
    this.#requirePlace(room, auth.identity.participant);
    return present;
  }

  /** The one on air goes on until the new one is connected; one that still connects is given up. */
  #giveUpConnecting(present: readonly PublishingSession[], { identity }: Authenticated): void {
    for (const session of present) {
      if (!session.announced && session.auth.identity.participant === identity.participant)
        this.closeSession(session, "replaced");
    }
  }

  #requirePlace(room: string, participant: string): void {
    if (this.#closed) throw new MediaError("media.shutting_down", undefined, 1);
    this.#sessions.requirePlace(room, participant);
  }

  #pollFeedback(): void {
    const nowMs = this.#nowMs();
    for (const session of this.#sessions.publishers) session.poll(nowMs);
    this.programs?.poll();
  }

  /** What is decided a few times a second, for everybody in one go. */
  #control(): void {
    const nowMs = this.#nowMs();
    this.#publishers.tick(nowMs);
    this.programs?.tick(nowMs);
    for (const session of this.#sessions.viewers)
      if (session.connection.state === "connected") session.tick(nowMs);
  }

  #watch(): void {
    const nowMs = this.#nowMs();
    for (const session of this.#sessions.all()) {
      const reason = session.overdue(nowMs);
      if (reason !== undefined) this.closeSession(session, reason);
    }
  }
}
