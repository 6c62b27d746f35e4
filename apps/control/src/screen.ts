import type { EventDraft } from "./room-log.ts";

/**
 * Asked before a message goes into a room's log; resolves when it may. Throws `chat.muted`; `chat.refused`, with what is wrong as
 * `detail`; `chat.held` when it is kept for staff, who may have it appended later as it is here.
 */
export type ScreenMessage = (slug: string, draft: EventDraft) => Promise<void>;
