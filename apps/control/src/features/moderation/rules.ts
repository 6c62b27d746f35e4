import type { ChatRules, HoldReason } from "@sameroom/contract";
import type { FindKnownWord } from "./filter/known-words.ts";
import { isListed, linksIn } from "./filter/links.ts";
import { compileOwnWords } from "./filter/own-words.ts";

/** What a room's rules say of a text. `why` is for staff, `detail` for who wrote it. */
export type Judgement =
  | { verdict: "pass" }
  | { verdict: "refuse"; detail: string }
  | { verdict: "hold"; why: HoldReason; detail: string };

/** Judges texts by rooms' rules. Words of rules are compiled once, for the rules used last. */
export type Judge = (text: string, rules: ChatRules) => Judgement;

/** Rooms whose words stay compiled. */
const MAX_COMPILED = 500;

export function createJudge(findKnownWord: FindKnownWord): Judge {
  const compiled = new Map<string, ReturnType<typeof compileOwnWords>>();

  function ownWords(words: readonly string[]): ReturnType<typeof compileOwnWords> {
    const key = words.join("\n");
    const find = compiled.get(key) ?? compileOwnWords(words);
    compiled.delete(key);
    compiled.set(key, find);
    const oldest = compiled.size > MAX_COMPILED ? compiled.keys().next().value : undefined;
    if (oldest !== undefined) compiled.delete(oldest);
    return find;
  }

  return (text, rules) => {
    const link = refusedLink(text, rules);
    if (link !== null) return { verdict: "refuse", detail: link };
    const own = rules.ownWords === "off" ? null : ownWords(rules.words)(text);
    if (own !== null && rules.ownWords === "refuse")
      return { verdict: "refuse", detail: "A word in it is not wanted in this room." };
    const bad = rules.profanity === "off" ? null : findKnownWord(text);
    if (bad !== null && rules.profanity === "refuse")
      return { verdict: "refuse", detail: "Please say it without bad words." };
    if (own !== null) return { verdict: "hold", why: "words", detail: own };
    if (bad !== null) return { verdict: "hold", why: "profanity", detail: bad };
    return { verdict: "pass" };
  };
}

function refusedLink(text: string, { links, linkHosts }: ChatRules): string | null {
  if (links === "everybody") return null;
  const hosts = linksIn(text);
  if (hosts.length === 0) return null;
  if (links !== "listed") return "Links are not allowed here.";
  const other = hosts.find((host) => !isListed(host, linkHosts));
  return other === undefined ? null : `Links to ${other} are not allowed here.`;
}
