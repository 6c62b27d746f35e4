import { ProblemError } from "./problem-error.ts";

/** Seconds of the worst storm; more waits only while the database is away. */
const MAX_WAITING = 10_000;

/**
 * Gathers jobs while one batch is being committed and commits all that wait in the next one: under load a transaction is shared by
 * many, without it nobody waits. `commit` answers each job, in order; when it throws, the batch's jobs all fail with that. A job is
 * refused (`server.unavailable`) while {@link MAX_WAITING} wait.
 */
export function createGroupCommit<Job, Result>(
  commit: (jobs: readonly Job[]) => Promise<readonly Result[]>,
  /** Most jobs in a batch. */
  most: number,
): (job: Job) => Promise<Result> {
  interface Waiting {
    job: Job;
    resolve: (result: Result) => void;
    reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const results = await commit(batch.map(({ job }) => job));
        for (const [index, { resolve }] of batch.entries()) resolve(results[index]!);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  }

  return (job) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= MAX_WAITING) {
        reject(new ProblemError("server.unavailable", { retryAfter: 2 }));
        return;
      }
      waiting.push({ job, resolve, reject });
      if (!running) void run();
    });
}
