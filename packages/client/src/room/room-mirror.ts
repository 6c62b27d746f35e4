import type {
  Battle,
  HostNotice,
  HostStatus,
  Presence,
  RoomEvent,
  RoomSnapshot,
  RoomStateChange,
} from "@sameroom/contract";

/** As many people as a snapshot names; hosts are always among them, `room.viewers` counts all. */
const MAX_PEOPLE = 50;

/** The last snapshot, kept up to date by the events after it. Snapshots are replaced, never changed. */
export class RoomMirror {
  #snapshot: RoomSnapshot | null = null;
  /** The last one that was told of; it may be over. */
  #battle: Battle | null = null;

  get snapshot(): RoomSnapshot | null {
    return this.#snapshot;
  }

  replace(snapshot: RoomSnapshot): void {
    this.#snapshot = snapshot;
    this.#battle = snapshot.battle;
    // The log was read after the stage.
    for (const event of snapshot.log.events)
      if (event.body.type === "stage") this.#takeStage(event.body.stage);
      else this.#takeOverShow(event.body);
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

  /**
   * What an event changes of what a snapshot has. `messageOf` knows messages; a pinned one it does not know is null here and has
   * to be asked for.
   */
  applyEvent({ body }: RoomEvent, messageOf: (sequence: number) => RoomEvent | undefined): void {
    const chat = this.#snapshot?.chat;
    if (chat === undefined) return;
    switch (body.type) {
      case "chat-mode":
        this.patch({ chat: { ...chat, mode: body.mode } });
        break;
      case "message-pinned": {
        const pinned = body.message === null ? null : (messageOf(body.message) ?? null);
        this.patch({ chat: { ...chat, pinned } });
        break;
      }
      case "message-deleted":
        if (chat.pinned?.sequence === body.message) this.patch({ chat: { ...chat, pinned: null } });
        break;
      case "stage":
        this.#takeStage(body.stage);
        break;
      default:
        this.#takeOverShow(body);
    }
  }

  /** Of several control processes' words the newest counts, in whichever order they come. */
  #takeStage(stage: RoomSnapshot["stage"]): void {
    if (stage.revision > (this.#snapshot?.stage.revision ?? 0)) this.patch({ stage });
  }

  /** A battle's newest word counts, as the stage's; false: this one is older. */
  takeBattle(battle: Battle): boolean {
    const known = this.#battle;
    const isOld =
      known !== null &&
      (known.id === battle.id ? battle.revision <= known.revision : battle.startsUnixMs < known.startsUnixMs);
    if (isOld) return false;
    this.#battle = battle;
    this.patch({ battle: battle.phase === "over" ? null : battle });
    return true;
  }

  /** What lies over the show, or ends it. Of one show it is of no other. */
  #takeOverShow(body: RoomEvent["body"]): void {
    if (body.type === "veil") this.patch({ veil: body.veil });
    else if (body.type === "raid") {
      const { phase, to, goesAtUnixMs } = body;
      this.patch({ raid: phase === "starting" ? { to, goesAtUnixMs } : null });
    } else if (body.type === "state" && body.state === "ended") this.patch({ veil: null, raid: null });
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
    case "break":
      return { onBreak: notice.on };
    case "camera-switched":
    case "title":
    case "cover":
      return undefined;
  }
}
