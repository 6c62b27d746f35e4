const FIRST_MS = 5_000;
const MOST_MS = 6 * 3_600_000;
/** After so long without a success a webhook is given up. */
export const GIVE_UP_MS = 3 * 86_400_000;

/** How long to wait after so many failures in a row: 5 s, doubled each time up to 6 h, less up to a quarter by chance (0..1). */
export function retryDelayMs(failures: number, chance: number): number {
  return Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 30)) * (1 - chance / 4);
}
