import { type Assignment, assignSlots } from "./assign-slots.ts";
import type { HubPort, HubPublisher, HubSource, HubViewer, SlotState } from "./types.ts";

interface Room {
  publishers: HubPublisher[];
  viewers: Map<string, HubViewer>;
}

/**
 * The meeting point of every ingest and every egress: who is on air in which room, who watches, and which source each
 * slot shows. Pure: it answers changes with `attach` and `detach` on its port, and only with those that change something.
 */
export class Hub {
  readonly #port: HubPort;
  readonly #rooms = new Map<string, Room>();
  /** Source each output shows now. */
  readonly #attached = new Map<number, number>();

  constructor(port: HubPort) {
    this.#port = port;
  }

  /** Rooms with anybody in them. */
  get rooms(): ReadonlySet<string> {
    return new Set(this.#rooms.keys());
  }

  publishersOf(room: string): readonly HubPublisher[] {
    return this.#rooms.get(room)?.publishers ?? [];
  }

  viewersOf(room: string): readonly HubViewer[] {
    return [...(this.#rooms.get(room)?.viewers.values() ?? [])];
  }

  addPublisher(room: string, publisher: Omit<HubPublisher, "sources">): void {
    this.#room(room).publishers.push({ ...publisher, sources: [] });
  }

  removePublisher(room: string, session: string): void {
    const entry = this.#rooms.get(room);
    if (entry === undefined) return;
    entry.publishers = entry.publishers.filter((publisher) => publisher.session !== session);
    this.#arrange(entry);
    this.#forgetIfEmpty(room, entry);
  }

  addSource(room: string, session: string, source: HubSource): void {
    const entry = this.#rooms.get(room);
    const publisher = entry?.publishers.find((candidate) => candidate.session === session);
    if (entry === undefined || publisher === undefined) return;
    publisher.sources.push(source);
    this.#arrange(entry);
  }

  removeSource(room: string, session: string, source: number): void {
    const entry = this.#rooms.get(room);
    const publisher = entry?.publishers.find((candidate) => candidate.session === session);
    if (entry === undefined || publisher === undefined) return;
    publisher.sources = publisher.sources.filter((candidate) => candidate.id !== source);
    this.#arrange(entry);
  }

  addViewer(room: string, viewer: HubViewer): void {
    const entry = this.#room(room);
    entry.viewers.set(viewer.session, viewer);
    this.#arrangeViewer(entry, viewer);
  }

  /** The viewer's outputs are forgotten, not detached: their owner closes them. */
  removeViewer(room: string, session: string): void {
    const entry = this.#rooms.get(room);
    const viewer = entry?.viewers.get(session);
    if (entry === undefined || viewer === undefined) return;
    for (const slot of viewer.slots) this.#attached.delete(slot.output);
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

  /** What each slot of a viewer shows, in the order of its media sections. */
  slotsOf(room: string, session: string): SlotState[] {
    const entry = this.#rooms.get(room);
    const viewer = entry?.viewers.get(session);
    if (entry === undefined || viewer === undefined) return [];
    const assignments = assignmentsOf(entry, viewer);
    return viewer.slots.map((slot) => {
      const assignment = assignments.get(slot)!;
      return {
        mid: slot.mid,
        kind: slot.kind,
        participant: assignment.participant,
        source: this.#attached.get(slot.output) ?? null,
        reason: reasonOf(viewer, assignment),
      };
    });
  }

  #room(name: string): Room {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = { publishers: [], viewers: new Map() };
      this.#rooms.set(name, room);
    }
    return room;
  }

  #forgetIfEmpty(name: string, room: Room): void {
    if (room.publishers.length === 0 && room.viewers.size === 0) this.#rooms.delete(name);
  }

  #arrange(room: Room): void {
    for (const viewer of room.viewers.values()) this.#arrangeViewer(room, viewer);
  }

  #arrangeViewer(room: Room, viewer: HubViewer): void {
    const assignments = assignmentsOf(room, viewer);
    for (const slot of viewer.slots) {
      const { source, format } = assignments.get(slot)!;
      const wanted = viewer.paused ? null : source;
      const current = this.#attached.get(slot.output);
      if (wanted === null || format === null) {
        if (current === undefined) continue;
        this.#attached.delete(slot.output);
        this.#port.detach(slot.output);
      } else if (current !== wanted.id) {
        this.#attached.set(slot.output, wanted.id);
        this.#port.attach(slot.output, wanted.id, format);
        if (wanted.kind === "video") this.#port.wantKeyframe(wanted.id);
      }
    }
  }
}

function assignmentsOf(room: Room, viewer: HubViewer) {
  return new Map([
    ...assignSlots(room.publishers, viewer.slots, "video"),
    ...assignSlots(room.publishers, viewer.slots, "audio"),
  ]);
}

function reasonOf(viewer: HubViewer, assignment: Assignment): SlotState["reason"] {
  if (assignment.participant === null) return "empty";
  if (assignment.source === null) return "format";
  return viewer.paused ? "paused" : "shown";
}
