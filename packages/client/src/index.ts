export { createClient } from "./client.ts";
export { ClientError } from "./errors.ts";
export type * from "./types.ts";
