import type { RoomView } from "@sameroom/contract";
import type { Recording } from "../../db/schema.ts";

/** A recording as its room shows it: to the owner, hosts and admins, and to everybody else (null: not for them). */
export function roomRecording({ id, state, fault, visibility }: Recording): {
  inside: NonNullable<RoomView["recording"]>;
  outside: RoomView["recording"];
} {
  return {
    inside: { id, state, fault },
    outside: visibility === "private" ? null : { id, state, fault: null },
  };
}
