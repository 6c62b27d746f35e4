const KEY = "sameroom.emoji";
const KEPT = 18;

/** Emoji this browser chose last, the newest first. */
export function recentEmoji(storage: Pick<Storage, "getItem"> = localStorage): string[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, KEPT) : [];
  } catch {
    // Storage may be forbidden, or hold what is not ours.
    return [];
  }
}

/** Puts one before the others. */
export function rememberEmoji(
  emoji: string,
  storage: Pick<Storage, "getItem" | "setItem"> = localStorage,
): void {
  const kept = [emoji, ...recentEmoji(storage).filter((one) => one !== emoji)].slice(0, KEPT);
  try {
    storage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Without it everything is new each time.
  }
}
