/** What takes longer than this on a busy machine is broken. */
const LIMIT_MS = 60_000;

/** Waits for `condition`; after a minute throws with its text and what `describe` says of how things stand. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  describe?: () => unknown,
): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      const now = describe === undefined ? "" : `\nnow: ${JSON.stringify(await describe())}`;
      throw new Error(`a minute has passed and it is still not so: ${condition}${now}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
