import { z } from "zod";

/** `GET /api/site` -> what the web app must know before anything else. */
export const siteSchema = z.object({
  name: z.string(),
  version: z.string(),
  signUpOpen: z.boolean(),
  /** Base URL of the media port as browsers reach it. */
  mediaUrl: z.string(),
  /** true when this server can start the demo broadcast and the caller may. */
  demoAvailable: z.boolean(),
  demoRunning: z.boolean(),
  demoRoom: z.string().nullable(),
});
export type Site = z.infer<typeof siteSchema>;

/** `POST /api/demo` -> 202 starts the demo broadcast, `DELETE /api/demo` -> 204 stops it. */
export const demoSchema = z.object({ room: z.string() });
