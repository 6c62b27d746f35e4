import type { Emoji } from "./emoji-table.ts";

let loading: Promise<readonly Emoji[]> | undefined;

/** Every emoji, fetched once and when first wanted; asks again after a failure. */
export function loadEmoji(): Promise<readonly Emoji[]> {
  loading ??= import("./emoji-data.ts")
    .then(({ EMOJI }) => EMOJI)
    .catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  return loading;
}
