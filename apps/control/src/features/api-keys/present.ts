import type { ApiKeyView } from "@sameroom/contract";
import type { ApiKey } from "../../db/schema.ts";

/** A key as its owner sees it: everything but the secret. */
export function presentApiKey(key: ApiKey): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  };
}
