export * from "./model-stream.ts";
export * from "./payloads.ts";
export * from "./rtmp-client.ts";
export * from "./srtp-vectors.ts";
