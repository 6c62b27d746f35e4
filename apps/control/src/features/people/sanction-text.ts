import type { Sanction } from "../../db/schema.ts";

/** Until when and why, for the person themself; undefined when there is nothing to say. */
export function sanctionText({ until, reason }: Pick<Sanction, "until" | "reason">): string | undefined {
  const parts = [
    ...(until === null ? [] : [`Until ${until.toISOString().slice(0, 16).replace("T", " ")} UTC.`]),
    ...(reason === "" ? [] : [reason]),
  ];
  return parts.length === 0 ? undefined : parts.join(" ");
}
