/** What `promise` resolves with; rejects when that takes longer than `limitS` seconds. `what` names it in the error. */
export async function within<T>(limitS: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not done in ${limitS} s`)), limitS * 1000);
  });
  // Whoever gives up closes what it waits for: that failure comes too late for anybody.
  promise.catch(() => {});
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
