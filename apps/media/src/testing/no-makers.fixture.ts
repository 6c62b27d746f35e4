import type { BridgeMakers } from "../ingest/encoder/encoder-bridges.ts";

/** Of a worker without transcoders: what nobody asks for in such a test. */
export const noMakers: BridgeMakers = {
  openOpus: () => {
    throw new Error("this worker makes no Opus");
  },
  openRealtime: () => undefined,
  expect: () => () => {},
};
