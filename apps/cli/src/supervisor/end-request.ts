/** npm passes Ctrl-C on to a program that the terminal has told already; such a pair counts as one, ms. */
const pairWindowMs = 500;

/**
 * Resolves when the operator has asked to end (Ctrl-C, SIGTERM, closed terminal) and `end` is done. Asking a second
 * time calls `force` at once.
 */
export function onEndRequest(end: (reason: string) => Promise<void>, force: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let askedAt: number | undefined;
    const handle = (signal: NodeJS.Signals) => {
      const now = performance.now();
      if (askedAt !== undefined) {
        if (now - askedAt > pairWindowMs) force();
        return;
      }
      askedAt = now;
      end(signal === "SIGINT" ? "Ctrl-C" : signal).then(resolve, reject);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, handle);
  });
}
