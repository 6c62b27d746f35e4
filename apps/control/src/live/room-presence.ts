import type { Presence } from "@sameroom/contract";
import type { Time } from "../clock.ts";
import { createPresence, type PresencePorts, type PresenceService } from "../features/presence/presence.ts";
import type { Gateway } from "../realtime/gateway.ts";
import type { PresenceNews } from "../realtime/presence-news.ts";
import { type Arrivals, createSharedPresence } from "./shared-presence.ts";

export interface RoomPresenceDeps {
  time: Time;
  /** There are other control processes, whose people are here, too. */
  hasPeers: boolean;
  /** Not asked for before the first news. */
  gateway: () => Pick<Gateway, "deliver" | "toRoomHere" | "tellPresence">;
  left: (slug: string, who: Presence) => void;
  viewers: PresencePorts["viewers"];
}

/** Who is in which room, and how the room hears of it. */
export interface RoomPresence {
  readonly everybody: PresenceService;
  /** For what comes to this process. */
  readonly arrivals: Arrivals;
  /** What another control process told. */
  take(news: PresenceNews): void;
  /** Tells the others that whoever was here is gone; before the gateway closes. */
  leave(): void;
  close(): void;
}

export function createRoomPresence({ time, gateway, ...deps }: RoomPresenceDeps): RoomPresence {
  const everybody = createPresence({
    time,
    joined: (slug, who) => gateway().toRoomHere(slug, "presence.joined", who),
    left(slug, who) {
      gateway().toRoomHere(slug, "presence.left", who);
      deps.left(slug, who);
    },
    viewers(slug, count, peak) {
      gateway().deliver(slug, { type: "viewers", count });
      deps.viewers(slug, count, peak);
    },
  });
  const tell = (news: PresenceNews) => gateway().tellPresence(news);
  const shared = deps.hasPeers ? createSharedPresence(everybody, { time, tell }) : null;
  return {
    everybody,
    arrivals: shared?.local ?? everybody,
    take: (news) => shared?.take(news),
    leave: () => shared?.close(),
    close: everybody.close,
  };
}
