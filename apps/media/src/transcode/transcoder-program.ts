import { fileURLToPath } from "node:url";

/** What children run, as built by `npm run build`; compiled and source files lie equally deep. */
export const transcoderProgram = fileURLToPath(
  new URL("../../dist/transcode/child/main.js", import.meta.url),
);
