import type { ModeratorView, SanctionView } from "@sameroom/contract";
import type { Account, Sanction } from "../../db/schema.ts";

/** A mute or a ban as staff see it. */
export function presentSanction(sanction: Sanction): SanctionView {
  const { id, kind, participant, name, reason, byParticipant, byName, evades, evadesName, signal } = sanction;
  return {
    ...{ id, kind, participant, name, reason },
    by: byParticipant === null ? null : { participant: byParticipant, name: byName ?? "" },
    createdAt: sanction.createdAt.toISOString(),
    until: sanction.until?.toISOString() ?? null,
    evasion: evades === null || signal === null ? null : { sanction: evades, name: evadesName ?? "", signal },
  };
}

export function presentModerator({ account, since }: { account: Account; since: Date }): ModeratorView {
  const { id, username, displayName } = account;
  return { account: id, username, name: displayName, since: since.toISOString() };
}
