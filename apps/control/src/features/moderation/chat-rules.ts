import { type Actor, type ChatRules, DEFAULT_CHAT_RULES } from "@sameroom/contract";
import type { Audit } from "../../audit.ts";
import type { ModerationStore } from "./store.ts";

/** A room's rules of what may be said. */
export interface RoomChatRules {
  of(roomId: string): Promise<ChatRules>;
  /** In force for the next message. */
  change(room: { id: string }, actor: Actor, rules: ChatRules): Promise<ChatRules>;
}

export function createRoomChatRules({
  store,
  audit,
  changed: tellChanged,
}: {
  store: ModerationStore;
  audit: Audit;
  /** Some room's rules are others now. */
  changed: () => void;
}): RoomChatRules {
  const of = async (roomId: string) => (await store.rulesOf(roomId)) ?? DEFAULT_CHAT_RULES;
  return {
    of,
    async change(room, actor, wanted) {
      const before = await of(room.id);
      const rules = {
        ...wanted,
        words: [...new Set(wanted.words)],
        linkHosts: [...new Set(wanted.linkHosts)],
      };
      if (JSON.stringify(before) === JSON.stringify(rules)) return before;
      await store.saveRules(room.id, rules);
      tellChanged();
      const changed = (Object.keys(rules) as (keyof ChatRules)[]).filter(
        (key) => JSON.stringify(rules[key]) !== JSON.stringify(before[key]),
      );
      await audit(room.id, {
        actor: { participant: actor.participant, name: actor.name },
        ...{ action: "rules.edit", detail: { changed: changed.join(", ") }, undo: { kind: "rules", before } },
      });
      return rules;
    },
  };
}
