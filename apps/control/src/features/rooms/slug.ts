import type { Random } from "@sameroom/base";

/** Addresses the server keeps for itself (the demo broadcast's, a page beside the studios); only admins may take them. */
export const RESERVED_SLUGS: ReadonlySet<string> = new Set(["demo", "recordings"]);

const MAX_STEM = 32;
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

/** A room address out of a title: small ASCII letters, digits and single dashes; "room" when nothing remains. */
export function slugFromTitle(title: string): string {
  const slug = title
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_STEM)
    .replace(/^-+|-+$/g, "");
  return slug.length >= 3 ? slug : slug === "" ? "room" : `room-${slug}`;
}

/** The same address with five random characters, for when it is taken. */
export function slugWithSuffix(slug: string, random: Random): string {
  const suffix = [...random.bytes(5)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
  return `${slug.slice(0, MAX_STEM).replace(/-+$/, "")}-${suffix}`;
}
