import { BrowserDevices } from "./devices/devices.ts";
import { browserEnvironment, type Environment } from "./environment.ts";
import { ClientError } from "./errors.ts";
import { mintFromControl, Tokens } from "./http/tokens.ts";
import { WhipPublication } from "./publish/publication.ts";
import { SocketRoom } from "./room/room-connection.ts";
import type { ClientOptions, SameroomClient } from "./types.ts";
import { WarmPool } from "./watch/warm-pool.ts";
import { WhepWatch } from "./watch/watch.ts";

/** The entrance to Sameroom from a browser. One per page is enough. */
export function createClient(options: ClientOptions = {}): SameroomClient {
  return createClientIn(browserEnvironment(), options);
}

/** The same in another environment: for tests. */
export function createClientIn(environment: Environment, options: ClientOptions): SameroomClient {
  const url = (options.url ?? globalThis.location?.origin ?? "").replace(/\/+$/, "");
  const tokens = new Tokens(environment, options.getToken ?? mintFromControl(environment, url));
  const open = new Set<{ close?: () => void; stop?: () => Promise<void> }>();
  const warm = new WarmPool(
    environment,
    (room) => new WhepWatch(environment, tokens, room, { paused: true }),
  );

  const requireWebRtc = () => {
    if (typeof RTCPeerConnection === "undefined") {
      throw new ClientError("media.unsupported", "This browser has no WebRTC. Use a current one.");
    }
  };
  const keep = <Part extends { close?: () => void; stop?: () => Promise<void> }>(part: Part): Part => {
    open.add(part);
    return part;
  };

  return {
    devices: new BrowserDevices(),
    publish(room, publishOptions) {
      requireWebRtc();
      const publication = keep(new WhipPublication(environment, tokens, room, publishOptions));
      publication.on("state", (state) => state === "ended" && open.delete(publication));
      return publication;
    },
    watch(room, watchOptions = {}) {
      requireWebRtc();
      const warmed = watchOptions.slots === undefined ? warm.take(room) : undefined;
      const watch = keep(
        warmed ?? new WhepWatch(environment, tokens, room, { ...watchOptions, paused: false }),
      );
      watch.on("state", (state) => state === "closed" && open.delete(watch));
      return watch;
    },
    room(room) {
      const connection = keep(new SocketRoom(environment, tokens, room, url));
      connection.on("connection", (state) => state === "closed" && open.delete(connection));
      return connection;
    },
    warmUp(room) {
      if (typeof RTCPeerConnection !== "undefined") warm.warmUp(room);
    },
    close() {
      warm.close();
      for (const part of [...open]) {
        part.close?.();
        void part.stop?.();
      }
      open.clear();
    },
  };
}
