import { type ChatMode, may, type Standing } from "@sameroom/contract";

/** What keeps somebody from writing: the sentence, and whether logging in would help. */
export interface WritingBar {
  words: string;
  logIn: boolean;
}

/**
 * Why somebody cannot write now, as far as a page can know; null: they can. Whether they follow only the server knows.
 * `hasAccount`: logged in, and not a guest.
 */
export function writingBar(
  mode: ChatMode,
  standings: readonly Standing[],
  hasAccount: boolean,
): WritingBar | null {
  if (!may(standings, "chat.send")) return { words: "You cannot write here.", logIn: false };
  if (may(standings, "chat.unbound")) return null;
  switch (mode.who) {
    case "everybody":
      return null;
    case "accounts":
      return hasAccount ? null : { words: "Log in to write.", logIn: true };
    case "followers":
      return hasAccount ? null : { words: "Only followers write here. Log in to follow.", logIn: true };
    case "subscribers":
      return standings.includes("subscriber")
        ? null
        : { words: "Only subscribers write here at the moment.", logIn: !hasAccount };
    case "nobody":
      return { words: "Only the host and moderators write at the moment.", logIn: false };
  }
}
