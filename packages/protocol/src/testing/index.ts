export * from "./srtp-vectors.ts";
