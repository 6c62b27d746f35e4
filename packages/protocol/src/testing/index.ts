export * from "./model-stream.ts";
export * from "./payloads.ts";
export * from "./srtp-vectors.ts";
