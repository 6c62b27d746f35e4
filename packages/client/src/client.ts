import { BrowserDevices } from "./devices/devices.ts";
import { browserEnvironment, type Environment } from "./environment.ts";
import { ClientError } from "./errors.ts";
import { fetchRoomEvents } from "./http/room-events.ts";
import { mintFromControl, Tokens } from "./http/tokens.ts";
import { recorderType } from "./publish/recorder/recorder-type.ts";
import { RoomPublication } from "./publish/room-publication.ts";
import { HlsReplay } from "./replay/hls-replay.ts";
import { SocketRoom } from "./room/room-connection.ts";
import { RoomCompany } from "./stage/company.ts";
import type { ClientOptions, SameroomClient, WatchOptions } from "./types.ts";
import { RoomWatch } from "./watch/room-watch.ts";
import { WarmPool } from "./watch/warm-pool.ts";
import { WhepWatch } from "./watch/watch.ts";

/** Of each kind. */
const MAX_SLOTS = 9;

/** The entrance to Sameroom from a browser. One per page is enough. */
export function createClient(options: ClientOptions = {}): SameroomClient {
  return createClientIn(browserEnvironment(), options);
}

/** The same in another environment: for tests. */
export function createClientIn(environment: Environment, options: ClientOptions): SameroomClient {
  const url = (options.url ?? globalThis.location?.origin ?? "").replace(/\/+$/, "");
  const tokens = new Tokens(environment, options.getToken ?? mintFromControl(environment, url));
  const publications = new Map<RoomPublication, string>();
  const connections = new Map<SocketRoom, string>();
  const open = new Set<RoomWatch | SocketRoom | HlsReplay | RoomCompany>();
  const warm = new WarmPool(
    environment,
    (room) =>
      new WhepWatch(environment, tokens, room, {
        paused: true,
        owner: { admit: ({ prefer }) => prefer !== "hls" },
      }),
  );
  let closed = false;

  const requireUse = () => {
    if (closed) throw new ClientError("client.closed", "This client was closed. Create another one.");
  };
  const requireWebRtc = () => {
    requireUse();
    if (environment.hasWebRtc) return;
    throw new ClientError("media.unsupported", "This browser has no WebRTC. Use a current one.");
  };

  const requirePublish = (hasVideo: boolean) => {
    if (recorderType((type) => environment.canRecord(type), { hasVideo }) === undefined) requireWebRtc();
    else requireUse();
  };

  return {
    devices: new BrowserDevices(environment),
    publish(room, publishOptions) {
      requirePublish(publishOptions.video !== null);
      const own = publishOptions.as === undefined ? tokens : tokens.as(publishOptions.as);
      const publication = new RoomPublication(environment, own, room, publishOptions);
      publications.set(publication, room);
      publication.on("state", (state) => {
        if (state === "ended" || state === "failed") publications.delete(publication);
      });
      return publication;
    },
    watch(room, watchOptions = {}) {
      if (watchOptions.path === "webrtc") requireWebRtc();
      else requireUse();
      requireSlots(watchOptions.slots);
      const mayBeWarm = watchOptions.slots === undefined && watchOptions.path !== "hls";
      const warmed = mayBeWarm ? warm.take(room) : undefined;
      const watch = new RoomWatch(environment, tokens, room, {
        ...watchOptions,
        warmed,
        isInRoom: () => [...connections.values()].includes(room),
      });
      open.add(watch);
      watch.on("state", (state) => {
        if (state === "closed" || state === "failed") open.delete(watch);
      });
      return watch;
    },
    room(room) {
      requireUse();
      const connection = new SocketRoom(environment, tokens, room, url);
      open.add(connection);
      connections.set(connection, room);
      connection.on("connection", (state) => {
        if (state !== "closed" && state !== "failed") return;
        open.delete(connection);
        connections.delete(connection);
      });
      // Without this, a publication whose broadcast was ended by somebody else would come back and start the next.
      connection.on("state", ({ state }) => {
        if (state !== "ended") return;
        for (const [publication, published] of publications) if (published === room) void publication.stop();
      });
      return connection;
    },
    company(room) {
      requireWebRtc();
      const company = new RoomCompany(environment, tokens, room);
      open.add(company);
      company.on("state", (state) => {
        if (state === "closed" || state === "failed") open.delete(company);
      });
      return company;
    },
    replay(recordingId) {
      requireUse();
      const replay = new HlsReplay(environment, url, recordingId);
      open.add(replay);
      replay.on("state", (state) => {
        if (state === "closed" || state === "failed") open.delete(replay);
      });
      return replay;
    },

    async events(room, query = {}) {
      requireUse();
      return await fetchRoomEvents(environment, url, { room, query });
    },

    warmUp(room) {
      if (environment.hasWebRtc) warm.warmUp(room);
    },
    close() {
      closed = true;
      warm.close();
      for (const part of [...open]) part.close();
      for (const publication of [...publications.keys()]) void publication.stop();
    },
  };
}

function requireSlots(slots: WatchOptions["slots"]): void {
  const isCount = (count: number) => Number.isInteger(count) && count >= 1 && count <= MAX_SLOTS;
  if (slots === undefined || (isCount(slots.video) && isCount(slots.audio))) return;
  const asked = `${slots.video} video and ${slots.audio} audio`;
  throw new ClientError(
    "client.invalid_options",
    `A viewer has 1 to ${MAX_SLOTS} video and 1 to ${MAX_SLOTS} audio slots, not ${asked}.`,
  );
}
