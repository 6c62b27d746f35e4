import type { ClientToServer, Problem, RoomSnapshot, ServerToClient } from "@sameroom/contract";
import { io, type Socket } from "socket.io-client";

type Events = { [Name in keyof ServerToClient]: Parameters<ServerToClient[Name]>[0] };

/** Somebody in a room over Socket.IO, who remembers what was said. */
export interface Viewer {
  readonly socket: Socket<ServerToClient, ClientToServer>;
  readonly snapshot: RoomSnapshot;
  /** The next event of this name that was not taken yet and for which `accept` holds. */
  next<Name extends keyof Events>(
    name: Name,
    accept?: (value: Events[Name]) => boolean,
  ): Promise<Events[Name]>;
  /** Events of this name that were not taken yet. */
  seen<Name extends keyof Events>(name: Name): Events[Name][];
}

const NAMES = [
  ...(["room.state", "room.viewers", "room.updated", "presence.joined"] as const),
  ...([
    "presence.left",
    "host.notice",
    "host.health",
    "room.snapshot",
    "room.recording",
    "host.restream",
  ] as const),
  ...(["host.source", "host.findings", "you.standings", "room.events", "room.reactions"] as const),
  ...(["stage.hands", "stage.invited", "room.battle", "battle.desk"] as const),
];

/** Connects with a token, maybe after having read the log so far; rejects with the problem when control refuses. */
export function enter(port: number, token: unknown, after?: number): Promise<Viewer> {
  const socket: Socket<ServerToClient, ClientToServer> = io(`http://127.0.0.1:${port}`, {
    ...{ auth: { token, after }, transports: ["websocket"], reconnection: false, forceNew: true },
  });
  const events: { name: string; value: unknown }[] = [];
  let arrived = () => {};
  for (const name of NAMES)
    socket.on(name, (value: unknown) => {
      events.push({ name, value });
      arrived();
    });
  const viewer = {
    socket,
    async next(name: string, accept: (value: never) => boolean = () => true) {
      for (;;) {
        const index = events.findIndex((event) => event.name === name && accept(event.value as never));
        if (index >= 0) return events.splice(index, 1)[0]!.value;
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    },
    seen: (name: string) => events.filter((event) => event.name === name).map(({ value }) => value),
  };
  return new Promise((resolve, reject) => {
    socket.on("connect_error", (error) => {
      socket.close();
      reject((error as Error & { data?: Problem }).data ?? error);
    });
    void viewer
      .next("room.snapshot")
      .then((snapshot) => resolve({ ...viewer, snapshot } as unknown as Viewer));
  });
}

/** Sends an event and waits for its acknowledgement. */
export function ask(
  viewer: Viewer,
  name: string,
  ...args: unknown[]
): Promise<{ ok: boolean; problem?: Problem; value?: unknown }> {
  return new Promise((resolve) => {
    (viewer.socket as unknown as { emit: (...all: unknown[]) => void }).emit(name, ...args, resolve);
  });
}
