import type { Clock } from "@sameroom/base";
import { type ControlToMedia, ROLE_GRANTS } from "@sameroom/contract";
import type { StreamKey } from "../../db/schema.ts";
import { hashSecret, newSecret } from "../../secrets.ts";
import type { StreamKeyStore } from "./store.ts";

/** Who a stream key publishes as, as media is told. */
export type StreamKeyIdentity = NonNullable<Extract<ControlToMedia, { type: "stream-key" }>["identity"]>;

const PREFIX = "sk_";
/** Characters of a key that stay visible. */
const SHOWN = 9;

/** Makes and checks stream keys. */
export interface StreamKeys {
  /** A new key for the room; the old one stops working at once. The only time it is seen. */
  rotate(roomId: string): Promise<{ key: string; createdAt: Date }>;
  /**
   * Who publishes with this key into this room, or with null into the one it belongs to: the room's owner, as host. null
   * when the key is wrong.
   */
  check(slug: string | null, key: string): Promise<StreamKeyIdentity | null>;
}

export function createStreamKeys(deps: { store: StreamKeyStore; clock: Clock }): StreamKeys {
  const { store, clock } = deps;
  return {
    async rotate(roomId) {
      const key = newSecret(PREFIX);
      const createdAt = new Date(clock.unixMs());
      const row: StreamKey = { roomId, prefix: key.slice(0, SHOWN), secretHash: hashSecret(key), createdAt };
      await store.put(row);
      return { key, createdAt };
    },
    async check(slug, key) {
      const found = await store.byHash(hashSecret(key));
      if (found === null || found.owner.disabled) return null;
      if (slug !== null && found.slug !== slug) return null;
      return {
        room: found.slug,
        participant: `user:${found.owner.id}`,
        name: found.owner.displayName,
        role: "host",
        grants: ROLE_GRANTS.host,
      };
    },
  };
}
