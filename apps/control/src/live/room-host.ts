import type { Log } from "@sameroom/base";
import type { Time } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { createRoomFindings, type RoomFindings } from "../features/doctor/room-findings.ts";
import { createFindingStore, type FindingStore } from "../features/doctor/store.ts";
import { hostCommands } from "../features/host/socket.ts";
import { createHostStatuses, type HostStatuses } from "../features/host/status.ts";
import type { Workers } from "../link/workers.ts";
import type { CommandHandlers, Gateway } from "../realtime/gateway.ts";
import { currentSource } from "./current-source.ts";
import type { RoomChat } from "./room-chat.ts";

/** What hosts say of themselves, and what is found in their streams. */
export interface RoomHost {
  readonly commands: CommandHandlers;
  readonly statuses: HostStatuses;
  readonly findings: RoomFindings;
  readonly findingStore: FindingStore;
  /** Whether there is a picture of theirs, and whether all of it is to be seen: a screen, or what an encoder has put together. */
  pictureOf(slug: string): { cameraOff: boolean; whole: boolean };
  /** Whether they show and say nothing, as far as is known: of an encoder nothing is. */
  devicesOf(slug: string): { microphoneMuted: boolean; cameraOff: boolean };
}

export function createRoomHost(deps: {
  db: Database["orm"];
  time: Time;
  log: Log;
  workers: Pick<Workers, "all">;
  chat: Pick<RoomChat, "note">;
  broadcastOf: (slug: string) => string | null;
  changeTitle: (slug: string, wanted: string) => Promise<void>;
  /** {@link RoomHost.pictureOf} says something else. */
  pictureChanged: (slug: string) => void;
  /** {@link RoomHost.devicesOf} says something else. */
  devicesChanged: (slug: string) => void;
  /** Ends the room's show. */
  end: (slug: string) => Promise<void>;
  /** Not asked for before the first news. */
  gateway: () => Pick<Gateway, "toRoom" | "toHosts">;
}): RoomHost {
  const { time: clock, log, gateway, broadcastOf } = deps;
  const statuses = createHostStatuses();
  const findingStore = createFindingStore(deps.db);
  const isEncoder = (slug: string) =>
    ["rtmp", "srt"].includes(currentSource(deps.workers, slug)?.protocol ?? "");
  const findings = createRoomFindings({
    ...{ store: findingStore, clock, log, broadcastOf },
    // What a page says of its microphone is not true of an encoder.
    isMuted: (slug) => statuses.of(slug).microphoneMuted && !isEncoder(slug),
    tell: (slug, found) => gateway().toHosts(slug, "host.findings", found),
  });
  function pictureOf(slug: string): ReturnType<RoomHost["pictureOf"]> {
    const { cameraOff, screenSharing, onBreak } = statuses.of(slug);
    const fromEncoder = isEncoder(slug);
    const isDark = onBreak || (cameraOff && !screenSharing);
    return { cameraOff: isDark && !fromEncoder, whole: screenSharing || fromEncoder };
  }
  return {
    commands: hostCommands({
      ...{ statuses, changeTitle: deps.changeTitle, end: deps.end },
      tell(slug, notice, actor) {
        gateway().toRoom(slug, "host.notice", notice);
        deps.chat.note(slug, { actor, body: { type: "host-notice", notice } });
        if (notice.kind === "microphone") findings.mutingChanged(slug);
        if (["camera", "screen", "break"].includes(notice.kind)) deps.pictureChanged(slug);
        if (["microphone", "camera", "screen", "break"].includes(notice.kind)) deps.devicesChanged(slug);
      },
    }),
    ...{ statuses, findings, findingStore },
    pictureOf,
    devicesOf: (slug) => ({
      microphoneMuted: statuses.of(slug).microphoneMuted && !isEncoder(slug),
      cameraOff: pictureOf(slug).cameraOff,
    }),
  };
}
