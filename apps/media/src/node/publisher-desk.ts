import type { Hub } from "@sameroom/engine";
import type { SourceId } from "@sameroom/native";
import type { PublisherEvents, PublishingSession } from "../ingest/publishing-session.ts";
import type { Programs } from "../program/programs.ts";
import { RoomSpeakers } from "./room-speakers.ts";
import type { SessionRegistry } from "./session-registry.ts";
import type { Switchboard } from "./switchboard.ts";

export interface PublisherDeskOptions {
  hub: Hub;
  switchboard: Switchboard;
  sessions: SessionRegistry;
  nowMs: () => number;
  /** Where hosts' streams are packaged, if anywhere. */
  programs: Programs | undefined;
  /** What control should know of a publisher on air has changed. */
  onChanged(session: PublishingSession): void;
}

/** Carries what publishers bring (tracks, layers, voices) to hub and viewers, and finds the publisher of a packet. */
export class PublisherDesk {
  readonly #options: PublisherDeskOptions;
  readonly #ofSource = new Map<SourceId, PublishingSession>();
  readonly #speakers: RoomSpeakers;
  readonly events: PublisherEvents;

  constructor(options: PublisherDeskOptions) {
    this.#options = options;
    const { hub, switchboard, nowMs, programs } = options;
    this.#speakers = new RoomSpeakers((room, ranking) => hub.setSpeakers(room, ranking));
    this.events = {
      trackAdded: (session, track) => {
        switchboard.addTrack(track);
        const { id, kind, format } = track;
        hub.addTrack(session.room, session.id, { id, kind, format });
        this.#changed(session);
      },
      trackRemoved: (session, track) => {
        for (const { source } of track.streams) this.#ofSource.delete(source);
        hub.removeTrack(session.room, session.id, track.id);
        switchboard.removeTrack(track);
      },
      layersChanged: (track) => switchboard.layersChanged(track),
      changed: (session) => this.#changed(session),
      clock: ({ room }, source, map) => programs?.clock(room, source, map),
      audioLevel: ({ room, auth }, level) =>
        this.#speakers.level(room, auth.identity.participant, nowMs(), level),
    };
  }

  ofSource(source: SourceId): PublishingSession | undefined {
    return this.#ofSource.get(source);
  }

  /** A session is there: packets of its streams find it. */
  opened(session: PublishingSession): void {
    for (const { source } of session.streams) this.#ofSource.set(source, session);
  }

  /** It is connected: the room may see it from its first media on. */
  connected(session: PublishingSession): void {
    const { participant } = session.auth.identity;
    this.#options.hub.addPublisher(session.room, { session: session.id, participant, host: session.isHost });
    session.announced = true;
    this.#options.onChanged(session);
  }

  /** It is over, and not in the registry any more. */
  closed(session: PublishingSession): void {
    const { hub, switchboard, sessions, programs } = this.#options;
    programs?.lose(session);
    hub.removePublisher(session.room, session.id);
    for (const { source } of session.streams) this.#ofSource.delete(source);
    for (const track of session.tracks) switchboard.removeTrack(track);
    const { participant } = session.auth.identity;
    const others = sessions.publishersOf(session.room);
    if (others.some(({ auth }) => auth.identity.participant === participant)) return;
    this.#speakers.remove(session.room, participant);
  }

  /** A few times a second. */
  tick(nowMs: number): void {
    for (const session of this.#options.sessions.publishers) session.refreshLayers(nowMs);
    this.#speakers.poll(nowMs);
  }

  #changed(session: PublishingSession): void {
    this.opened(session);
    if (!session.announced) return;
    this.#options.programs?.follow(session);
    this.#options.onChanged(session);
  }
}
