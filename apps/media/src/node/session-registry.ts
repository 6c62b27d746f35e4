import type { ViewerSession } from "../egress/viewer-session.ts";
import type { PublisherSession } from "../ingest/publisher-session.ts";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import { MediaError } from "./media-error.ts";

/** A publisher or a viewer; `kind` tells. */
export type Session = PublishingSession | ViewerSession;
/** One whose peer speaks WebRTC, and may name it over HTTP. */
export type PeerSession = PublisherSession | ViewerSession;

/** Sessions one participant may hold at once in a room: tabs, devices, reconnections. */
const MAX_SESSIONS_PER_PARTICIPANT = 20;
/** Replaced sessions whose pages may still ask what has become of them. */
const MAX_REPLACED = 1000;

/** Every session of the node, found by what the wire and HTTP know of it, and how many there may be. */
export class SessionRegistry {
  readonly #maxSessions: number;
  readonly #byId = new Map<string, Session>();
  readonly #peers = new Map<string, PeerSession>();
  readonly #byPeer = new Map<number, PeerSession>();
  readonly #publishers = new Set<PublishingSession>();
  readonly #viewers = new Set<ViewerSession>();
  readonly #held = new Map<string, number>();
  readonly #replaced = new Set<string>();

  constructor(maxSessions: number) {
    this.#maxSessions = maxSessions;
  }

  get size(): number {
    return this.#byId.size;
  }

  get publishers(): ReadonlySet<PublishingSession> {
    return this.#publishers;
  }

  get viewers(): ReadonlySet<ViewerSession> {
    return this.#viewers;
  }

  /** A copy: sessions may be closed while it is walked. */
  all(): Session[] {
    return [...this.#byId.values()];
  }

  /** The session with a peer of this id. Throws `media.session_not_found`, or `publish.replaced` when a newer one took its place. */
  get(id: string): PeerSession {
    const session = this.#peers.get(id);
    if (session !== undefined) return session;
    throw new MediaError(this.#replaced.has(id) ? "publish.replaced" : "media.session_not_found");
  }

  ofPeer(peer: number): PeerSession | undefined {
    return this.#byPeer.get(peer);
  }

  publishersOf(room: string): PublishingSession[] {
    return [...this.#publishers].filter((session) => session.room === room);
  }

  /** Throws `MediaError` when there is no place for one more session of this participant. */
  requirePlace(room: string, participant: string): void {
    if (this.#byId.size >= this.#maxSessions) throw new MediaError("media.full", undefined, 5);
    if ((this.#held.get(`${room} ${participant}`) ?? 0) < MAX_SESSIONS_PER_PARTICIPANT) return;
    throw new MediaError("request.rate_limited", "this participant has too many connections in the room", 5);
  }

  /** Adds a session with a peer. */
  addPeer(session: PeerSession): void {
    this.#peers.set(session.id, session);
    this.#byPeer.set(session.connection.peer, session);
    this.add(session);
  }

  add(session: Session): void {
    this.#byId.set(session.id, session);
    if (session.kind === "publisher") this.#publishers.add(session);
    else this.#viewers.add(session);
    const key = holderOf(session);
    this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
  }

  remove(session: Session): void {
    if (!this.#byId.delete(session.id)) return;
    const peer = this.#peers.get(session.id)?.connection.peer;
    if (peer !== undefined) this.#byPeer.delete(peer);
    this.#peers.delete(session.id);
    if (session.kind === "publisher") this.#publishers.delete(session);
    else this.#viewers.delete(session);
    if (session.closedFor === "replaced") this.#rememberReplaced(session.id);
    const key = holderOf(session);
    const held = (this.#held.get(key) ?? 1) - 1;
    if (held > 0) this.#held.set(key, held);
    else this.#held.delete(key);
  }

  #rememberReplaced(id: string): void {
    if (this.#replaced.size >= MAX_REPLACED) this.#replaced.delete(this.#replaced.keys().next().value!);
    this.#replaced.add(id);
  }
}

function holderOf(session: Session): string {
  return `${session.room} ${session.auth.identity.participant}`;
}
