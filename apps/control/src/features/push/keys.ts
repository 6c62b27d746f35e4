import webPush from "web-push";
import { openSecret, sealSecret } from "../../seal.ts";
import type { PushKeys, PushStore } from "./store.ts";

const OWNER = "push keys";

/**
 * The installation's keys, made when there are none. Keys sealed with another sealing key are of no use any more, and with them the
 * subscriptions that were made for them.
 */
export async function ensurePushKeys(store: PushStore, sealingKey: Buffer): Promise<PushKeys> {
  const kept = await store.keys();
  const privateKey = kept === null ? null : openSecret(kept.privateKey, sealingKey, OWNER);
  if (kept !== null && privateKey !== null) return { publicKey: kept.publicKey, privateKey };
  if (kept !== null) await store.dropKeys(kept.publicKey);
  const fresh = webPush.generateVAPIDKeys();
  await store.insertKeys({ ...fresh, privateKey: sealSecret(fresh.privateKey, sealingKey, OWNER) });
  // Another control process may have been quicker.
  return await ensurePushKeys(store, sealingKey);
}
