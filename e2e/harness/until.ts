/** What takes longer than this on a busy machine is broken. */
const LIMIT_MS = 60_000;

/**
 * Waits for `condition`, which may throw while there is nothing to look at yet. After a minute throws with its text, what
 * `describe` says of how things stand, and what it threw last as the cause.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  describe?: () => unknown,
): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    let cause: unknown;
    try {
      if (await condition()) return;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      const now = describe === undefined ? "" : `\nnow: ${JSON.stringify(await describe())}`;
      throw new Error(`a minute has passed and it is still not so: ${condition}${now}`, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
