import type { HeldView } from "@sameroom/contract";
import type { HeldMessage } from "../../db/schema.ts";

/** A message that waits, as staff see it. */
export function presentHeld({ id, actor, body, why, detail, createdAt, state }: HeldMessage): HeldView {
  const { participant, name } = actor;
  return {
    ...{ id, author: { participant, name }, text: body.text, why, detail },
    ...{ at: createdAt.toISOString(), state },
  };
}
