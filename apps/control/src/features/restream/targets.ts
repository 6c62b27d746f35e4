import type { Clock, Log } from "@sameroom/base";
import {
  type NewRestreamTarget,
  RESTREAM_MAX_TARGETS,
  type RestreamOrder,
  type RestreamTargetChanges,
} from "@sameroom/contract";
import type { RestreamTargetRow, Room } from "../../db/schema.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import { openSecret, sealSecret } from "../../seal.ts";
import { originOf, splitAddress } from "./address.ts";
import type { RestreamStore } from "./store.ts";

/** What a target is opened with; sealed in the database. */
export interface Credentials {
  key: string | null;
  passphrase: string | null;
}

export interface RestreamTargetsDeps {
  store: RestreamStore;
  /** 32 bytes. */
  sealingKey: Buffer;
  clock: Clock;
  log: Log;
  /** A room's targets are others now. */
  changed: (slug: string) => void;
}

/** The targets of rooms: made, changed, removed by their owners, and opened for media. */
export interface RestreamTargets {
  /** Throws `request.invalid`, `restream.limit`. */
  add(room: Room, wanted: NewRestreamTarget): Promise<RestreamTargetRow>;
  /** Throws `request.invalid`, `restream.not_found`. */
  change(room: Room, id: string, changes: RestreamTargetChanges): Promise<RestreamTargetRow>;
  /** Throws `restream.not_found`. */
  remove(room: Room, id: string): Promise<void>;
  /** What media is ordered; a target whose credentials cannot be opened is left out. */
  ordersOf(slug: string): Promise<RestreamOrder[]>;
  credentialsOf(row: RestreamTargetRow): Credentials;
}

const NONE: Credentials = { key: null, passphrase: null };

export function createRestreamTargets(deps: RestreamTargetsDeps): RestreamTargets {
  const { store, sealingKey, clock, log } = deps;

  function open(row: RestreamTargetRow): Credentials | null {
    if (row.credentials === null) return NONE;
    const opened = openSecret(row.credentials, sealingKey, row.id);
    return opened === null ? null : (JSON.parse(opened) as Credentials);
  }

  function seal(id: string, credentials: Credentials): string | null {
    const { key, passphrase } = credentials;
    if (key === null && passphrase === null) return null;
    return sealSecret(JSON.stringify({ key, passphrase }), sealingKey, id);
  }

  async function require(room: Room, id: string): Promise<RestreamTargetRow> {
    const row = await store.find(room.id, id);
    if (row === null) throw new ProblemError("restream.not_found");
    return row;
  }

  return {
    async add(room, { name, url: text, key = null, passphrase = null, enabled = true }) {
      const split = requireAddress(text, key);
      const credentials = { key: split.key, passphrase: passphrase ?? split.passphrase };
      requireCredentials(split.url, credentials);
      if ((await store.count(room.id)) >= RESTREAM_MAX_TARGETS) throw new ProblemError("restream.limit");
      const id = newId(clock.unixMs());
      const row: RestreamTargetRow = {
        ...{ id, roomId: room.id, name, url: split.url, enabled },
        credentials: seal(id, credentials),
        createdAt: new Date(clock.unixMs()),
      };
      await store.add(row);
      log.info("a restream target was added", { room: room.slug, target: id, origin: originOf(split.url) });
      deps.changed(room.slug);
      return row;
    },

    async change(room, id, { name, url: text, key, passphrase, enabled }) {
      const row = await require(room, id);
      // Credentials belong to an address: else whoever gets hold of a log-in could have a key sent to a server of their own.
      const isMoved = text !== undefined && text !== row.url;
      const split = isMoved ? requireAddress(text, key ?? null) : undefined;
      const kept = isMoved ? NONE : (open(row) ?? NONE);
      const url = split?.url ?? row.url;
      const credentials: Credentials = {
        key: key ?? split?.key ?? kept.key,
        passphrase: passphrase === undefined ? (split?.passphrase ?? kept.passphrase) : passphrase,
      };
      requireCredentials(url, credentials);
      const changes = {
        ...{ url, credentials: seal(id, credentials) },
        ...(name === undefined ? {} : { name }),
        ...(enabled === undefined ? {} : { enabled }),
      };
      await store.update(id, changes);
      deps.changed(room.slug);
      return { ...row, ...changes };
    },

    async remove(room, id) {
      await require(room, id);
      await store.remove(id);
      log.info("a restream target was removed", { room: room.slug, target: id });
      deps.changed(room.slug);
    },

    async ordersOf(slug) {
      const rows = await store.enabledOf(slug);
      return rows.flatMap((row) => {
        const credentials = open(row);
        if (credentials !== null) return [{ id: row.id, url: row.url, ...credentials }];
        log.warn("credentials of a restream target cannot be opened: its key file is another one", {
          ...{ room: slug, target: row.id },
        });
        return [];
      });
    },

    credentialsOf: (row) => open(row) ?? NONE,
  };
}

function requireAddress(text: string, key: string | null) {
  const split = splitAddress(text, key);
  if (split === null)
    throw fault("url", "Use rtmp://HOST/APPLICATION, rtmps://HOST/APPLICATION or srt://HOST:PORT.");
  return split;
}

function requireCredentials(url: string, { key, passphrase }: Credentials): void {
  const isSrt = url.startsWith("srt:");
  if (!isSrt && key === null) throw fault("key", "RTMP needs a stream key.");
  if (!isSrt && passphrase !== null) throw fault("passphrase", "Only SRT has a passphrase.");
  if (isSrt && key !== null && key.length > 512) throw fault("key", "SRT takes 512 characters.");
  if (passphrase !== null && (passphrase.length < 10 || passphrase.length > 79))
    throw fault("passphrase", "SRT takes 10 to 79 characters.");
}

function fault(path: string, message: string): ProblemError {
  return new ProblemError("request.invalid", { faults: [{ path: `body/${path}`, message }] });
}
