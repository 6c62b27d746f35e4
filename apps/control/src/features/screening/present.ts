import type { FrameView } from "@sameroom/contract";
import type { FlaggedFrame } from "../../db/schema.ts";

/** A picture that looked wrong, as staff see it. */
export function presentFrame(slug: string, frame: FlaggedFrame): FrameView {
  const { id, at, found, action, state, decidedBy } = frame;
  return {
    ...{ id, at: at.toISOString(), found, action, state, decidedBy },
    pictureUrl: `/api/rooms/${slug}/frames/${id}/picture`,
  };
}
