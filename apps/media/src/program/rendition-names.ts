import type { UnitFormat } from "@sameroom/protocol";
import { SINGLE_LAYER } from "../ingest/claim-stream.ts";

/** The host's sound as it comes. */
export const OPUS_RENDITION = "opus";
/** AAC: as an encoder sends it, or made of Opus. */
export const AAC_RENDITION = "aac";

/** Of the AAC that is made: AAC-LC, 48 kHz, stereo. */
export const AAC_BPS = 128_000;
const AAC_CODECS = "mp4a.40.2";
const AAC_RATE = 48_000;
const AAC_CHANNELS = 2;

/** Whether decoders that are set up for this take the AAC that is made. */
export function isAacMade(format: UnitFormat): boolean {
  return (
    format.kind === "audio" &&
    format.codecs === AAC_CODECS &&
    format.sampleRate === AAC_RATE &&
    format.channels === AAC_CHANNELS
  );
}

/** What a layer of the host's picture is called in addresses: `v-` and its RID, in small letters. */
export function layerRendition(rid: string): string {
  const name = rid
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "-")
    .slice(0, 30);
  return `v-${name === "" ? SINGLE_LAYER : name}`;
}
