import { bigint, text, timestamp } from "drizzle-orm/pg-core";

/** A moment, to the millisecond. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });
/** Of coins or earnings: an integer that fits a number. */
export const points = (name: string) => bigint(name, { mode: "number" });
/** Bytes of something. */
export const byteCount = (name: string) => bigint(name, { mode: "number" });
/** Who may see it. */
export const visibility = (name: string) =>
  text(name, { enum: ["public", "unlisted", "private", "subscribers"] });
