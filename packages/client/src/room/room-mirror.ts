import type { HostNotice, HostStatus, Presence, RoomSnapshot, RoomStateChange } from "@sameroom/contract";

/** As many people as a snapshot names; hosts are always among them, `room.viewers` counts all. */
const MAX_PEOPLE = 50;

/** The last snapshot, kept up to date by the events after it. Snapshots are replaced, never changed. */
export class RoomMirror {
  #snapshot: RoomSnapshot | null = null;

  get snapshot(): RoomSnapshot | null {
    return this.#snapshot;
  }

  replace(snapshot: RoomSnapshot): void {
    this.#snapshot = snapshot;
  }

  changeState({ state, graceEndsUnixMs }: RoomStateChange): void {
    this.patchRoom({ state });
    this.patch({ graceEndsUnixMs });
  }

  patchRoom(changes: Partial<RoomSnapshot["room"]>): void {
    if (this.#snapshot !== null) this.patch({ room: { ...this.#snapshot.room, ...changes } });
  }

  join(who: Presence): void {
    const people = (this.#snapshot?.people ?? []).filter((other) => other.participant !== who.participant);
    if (who.role === "host") this.patch({ people: [who, ...people].slice(0, MAX_PEOPLE) });
    else if (people.length < MAX_PEOPLE) this.patch({ people: [...people, who] });
  }

  leave(who: Presence): void {
    const people = (this.#snapshot?.people ?? []).filter((other) => other.participant !== who.participant);
    this.patch({ people });
  }

  /** The host's new status, when the notice changes it. */
  apply(notice: HostNotice): HostStatus | undefined {
    if (notice.kind === "title") this.patchRoom({ title: notice.title });
    const changes = statusChange(notice);
    if (changes === undefined || this.#snapshot === null) return undefined;
    const host = { ...this.#snapshot.host, ...changes };
    this.patch({ host });
    return host;
  }

  /** Changes what is not of the room itself. */
  patch(changes: Partial<RoomSnapshot>): void {
    if (this.#snapshot !== null) this.#snapshot = { ...this.#snapshot, ...changes };
  }
}

function statusChange(notice: HostNotice): Partial<HostStatus> | undefined {
  switch (notice.kind) {
    case "microphone":
      return { microphoneMuted: notice.muted };
    case "camera":
      return { cameraOff: notice.off };
    case "screen":
      return { screenSharing: notice.sharing };
    case "camera-switched":
    case "title":
      return undefined;
  }
}
