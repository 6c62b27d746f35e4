import { SINGLE_LAYER } from "../ingest/claim-stream.ts";

/** The host's sound as it comes. */
export const OPUS_RENDITION = "opus";
/** AAC: as an encoder sends it, or made of Opus. */
export const AAC_RENDITION = "aac";

/** What a layer of the host's picture is called in addresses: `v-` and its RID, in small letters. */
export function layerRendition(rid: string): string {
  const name = rid
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "-")
    .slice(0, 30);
  return `v-${name === "" ? SINGLE_LAYER : name}`;
}
