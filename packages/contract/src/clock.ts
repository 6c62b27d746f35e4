import { z } from "zod";

/** Answer of `GET /clock` on the media port: the node's clock, on which capture times are expressed. */
export const clockSchema = z.object({
  /** Milliseconds since 1970 (UTC), fractional. */
  unixMs: z.number(),
});
