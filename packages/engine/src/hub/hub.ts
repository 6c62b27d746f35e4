import { matchCodec } from "@sameroom/protocol";
import { assignCompany, assignSlots, type Stage } from "./assign-slots.ts";
import type { HubPort, HubPublisher, HubSlot, HubTrack, HubViewer, SlotFormat, SlotState } from "./types.ts";

interface Viewer extends HubViewer {
  seats: Map<string, string>;
  pins: Map<string, string>;
}

interface Room {
  publishers: HubPublisher[];
  viewers: Map<string, Viewer>;
  stage: Stage | undefined;
  silenced: ReadonlySet<string>;
  /** Room in which somebody on this stage is on air, by participant. */
  visitors: ReadonlyMap<string, string>;
  speakers: readonly string[];
}

/** What a stage is besides its places. */
export interface StageRules {
  /** Not heard by anybody. */
  silenced?: Iterable<string>;
  /** Rooms, by the participant whose place shows that room's host. */
  visitors?: Iterable<readonly [participant: string, room: string]>;
}

interface Assignment {
  participant: string | null;
  track: HubTrack | null;
  format: SlotFormat | null;
}

const NOBODY: ReadonlySet<string> = new Set();
const NO_VISITORS: ReadonlyMap<string, string> = new Map();
const EMPTY: Assignment = { participant: null, track: null, format: null };

/**
 * The meeting point of every ingest and every egress: who is on air in which room, who watches, and whose track each
 * slot carries. Pure: it answers changes with `show` and `clear` on its port, and only with those that change something.
 */
export class Hub {
  readonly #port: HubPort;
  readonly #rooms = new Map<string, Room>();
  /** Track each output carries now. */
  readonly #shown = new Map<number, number>();

  constructor(port: HubPort) {
    this.#port = port;
  }

  /** Rooms with anybody in them. */
  get rooms(): ReadonlySet<string> {
    return new Set([...this.#rooms].flatMap(([name, room]) => (isEmpty(room) ? [] : [name])));
  }

  publishersOf(room: string): readonly HubPublisher[] {
    return this.#rooms.get(room)?.publishers ?? [];
  }

  viewersOf(room: string): readonly HubViewer[] {
    return [...(this.#rooms.get(room)?.viewers.values() ?? [])];
  }

  addPublisher(room: string, publisher: Omit<HubPublisher, "tracks">): void {
    this.#room(room).publishers.push({ ...publisher, tracks: [] });
  }

  removePublisher(room: string, session: string): void {
    const entry = this.#rooms.get(room);
    if (entry === undefined) return;
    entry.publishers = entry.publishers.filter((publisher) => publisher.session !== session);
    this.#arrangeAll(room);
    this.#forgetIfEmpty(room, entry);
  }

  /** The newest track of a kind is the one that counts. */
  addTrack(room: string, session: string, track: HubTrack): void {
    const publisher = this.publishersOf(room).find((candidate) => candidate.session === session);
    if (publisher === undefined) return;
    publisher.tracks.push(track);
    this.#arrangeAll(room);
  }

  removeTrack(room: string, session: string, track: number): void {
    const publisher = this.publishersOf(room).find((candidate) => candidate.session === session);
    if (publisher === undefined) return;
    publisher.tracks = publisher.tracks.filter((candidate) => candidate.id !== track);
    this.#arrangeAll(room);
  }

  addViewer(room: string, viewer: HubViewer): void {
    const entry = this.#room(room);
    const seated: Viewer = { seats: new Map(), pins: new Map(), ...viewer };
    entry.viewers.set(viewer.session, seated);
    this.#arrangeViewer(entry, seated);
  }

  /** The viewer's outputs are forgotten, not cleared: their owner closes them. */
  removeViewer(room: string, session: string): void {
    const entry = this.#rooms.get(room);
    const viewer = entry?.viewers.get(session);
    if (entry === undefined || viewer === undefined) return;
    for (const slot of viewer.slots) this.#shown.delete(slot.output);
    entry.viewers.delete(session);
    this.#forgetIfEmpty(room, entry);
  }

  setPaused(room: string, session: string, paused: boolean): void {
    const entry = this.#rooms.get(room);
    const viewer = entry?.viewers.get(session);
    if (entry === undefined || viewer === undefined || viewer.paused === paused) return;
    viewer.paused = paused;
    this.#arrangeViewer(entry, viewer);
  }

  /** One viewer wants this participant in this slot; null: whoever is next. */
  pin(room: string, session: string, mid: string, participant: string | null): void {
    const entry = this.#rooms.get(room);
    const viewer = entry?.viewers.get(session);
    if (entry === undefined || viewer === undefined) return;
    if (participant === null) viewer.pins.delete(mid);
    else viewer.pins.set(mid, participant);
    this.#arrangeViewer(entry, viewer);
  }

  /**
   * Who has which place of the picture, for everybody, and who is not heard; undefined: host first, then as they come.
   * Remembered until it is taken back, also while nobody is in the room. `visitors`: of those on stage, who is the host of which
   * other room, seen and heard here from there.
   */
  setStage(
    room: string,
    stage: Stage | undefined,
    { silenced = [], visitors = NO_VISITORS }: StageRules = {},
  ): void {
    if (stage === undefined && !this.#rooms.has(room)) return;
    const entry = this.#room(room);
    entry.visitors = new Map(visitors);
    entry.stage = stage === undefined ? undefined : [...stage];
    entry.silenced = new Set(silenced);
    this.#arrange(entry);
    this.#forgetIfEmpty(room, entry);
  }

  /** Who speaks, loudest first: decides who is heard when there are more speakers than slots. */
  setSpeakers(room: string, ranking: readonly string[]): void {
    const entry = this.#rooms.get(room);
    if (entry === undefined) return;
    entry.speakers = [...ranking];
    this.#arrange(entry);
  }

  /** What each slot of a viewer shows, in the order of its media sections. */
  slotsOf(room: string, session: string): SlotState[] {
    const entry = this.#rooms.get(room);
    const viewer = entry?.viewers.get(session);
    if (entry === undefined || viewer === undefined) return [];
    const assignments = this.#assignmentsOf(entry, viewer);
    return viewer.slots.map(({ output, mid, kind }) => {
      const assignment = assignments.get(mid)!;
      return {
        ...{ output, mid, kind },
        participant: assignment.participant,
        track: this.#shown.get(output) ?? null,
        reason: reasonOf(viewer, assignment),
      };
    });
  }

  /** Rooms whose stage shows the host of this one. */
  showing(room: string): string[] {
    return [...this.#rooms].flatMap(([name, { visitors }]) =>
      [...visitors.values()].includes(room) ? [name] : [],
    );
  }

  #room(name: string): Room {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = {
        publishers: [],
        viewers: new Map(),
        stage: undefined,
        silenced: NOBODY,
        ...{ visitors: NO_VISITORS, speakers: [] },
      };
      this.#rooms.set(name, room);
    }
    return room;
  }

  #forgetIfEmpty(name: string, room: Room): void {
    if (isEmpty(room) && room.stage === undefined) this.#rooms.delete(name);
  }

  /** A room, and those that show its host. */
  #arrangeAll(name: string): void {
    for (const each of [name, ...this.showing(name)]) this.#arrange(this.#room(each));
  }

  #arrange(room: Room): void {
    for (const viewer of room.viewers.values()) this.#arrangeViewer(room, viewer);
  }

  #assignmentsOf(room: Room, viewer: Viewer): Map<string, Assignment> {
    const visitors = [...room.visitors].flatMap(([participant, from]) => {
      const host = this.publishersOf(from).findLast((publisher) => publisher.host);
      return host === undefined ? [] : [{ ...host, participant, host: false }];
    });
    return assignmentsOf(room, viewer, [...room.publishers, ...visitors]);
  }

  #arrangeViewer(room: Room, viewer: Viewer): void {
    const assignments = this.#assignmentsOf(room, viewer);
    for (const slot of viewer.slots) {
      const { track, format } = assignments.get(slot.mid)!;
      const current = this.#shown.get(slot.output);
      if (viewer.paused || track === null || format === null) {
        if (current === undefined) continue;
        this.#shown.delete(slot.output);
        this.#port.clear(slot.output);
      } else if (current !== track.id) {
        this.#shown.set(slot.output, track.id);
        this.#port.show(slot.output, track.id, format);
      }
    }
  }
}

function isEmpty(room: Room): boolean {
  return room.publishers.length === 0 && room.viewers.size === 0;
}

function assignmentsOf(
  room: Room,
  viewer: Viewer,
  publishers: readonly HubPublisher[],
): Map<string, Assignment> {
  const { stage, silenced, speakers } = room;
  const { slots, seats, pins, participant, company } = viewer;
  const rules = { seats, pins, stage, silenced, speakers, except: participant };
  const assignKind = company === true ? assignCompany : assignSlots;
  const seated = new Map([
    ...assignKind(publishers, slots, "video", rules),
    ...assignKind(publishers, slots, "audio", rules),
  ]);
  return new Map(slots.map((slot) => [slot.mid, assign(slot, seated.get(slot.mid))]));
}

function assign(slot: HubSlot, publisher: HubPublisher | undefined): Assignment {
  const track = publisher?.tracks.findLast((candidate) => candidate.kind === slot.kind);
  if (publisher === undefined || track === undefined) return EMPTY;
  const format = matchCodec(slot.formats, track.format) ?? null;
  return { participant: publisher.participant, track: format === null ? null : track, format };
}

function reasonOf(viewer: HubViewer, assignment: Assignment): SlotState["reason"] {
  if (assignment.participant === null) return "empty";
  if (assignment.track === null) return "codec";
  return viewer.paused ? "paused" : "shown";
}
