export * from "./codec/types.ts";
export * from "./ice/types.ts";
export * from "./rtcp/types.ts";
export * from "./rtp/extension-uris.ts";
export * from "./sdp/sdp-error.ts";
export * from "./sdp/types.ts";
