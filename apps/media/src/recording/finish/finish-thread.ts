import { parentPort, workerData } from "node:worker_threads";
import { finishFiles } from "./finish-files.ts";

/** What the thread says once. */
export type FinishAnswer =
  | { result: Awaited<ReturnType<typeof finishFiles>> }
  | { error: { message: string; code: string | undefined } };

/** Runs {@link finishFiles} for the directory in `workerData` and posts the answer. */
async function main(): Promise<void> {
  let answer: FinishAnswer;
  try {
    answer = { result: await finishFiles(workerData as string) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    answer = { error: { message, code } };
  }
  parentPort?.postMessage(answer);
}

await main();
