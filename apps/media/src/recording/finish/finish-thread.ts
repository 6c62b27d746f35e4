import { parentPort, workerData } from "node:worker_threads";
import { finishFiles, rewritePlaylists } from "./finish-files.ts";

/** What the thread is to do: `workerData`. */
export interface FinishWork {
  directory: string;
  what: "everything" | "playlists";
}

/** What the thread says once. */
export type FinishAnswer =
  | { result: Awaited<ReturnType<typeof finishFiles>> }
  | { error: { message: string; code: string | undefined } };

/** Does what `workerData` says and posts the answer. */
async function main(): Promise<void> {
  const { directory, what } = workerData as FinishWork;
  let answer: FinishAnswer;
  try {
    answer = { result: await (what === "everything" ? finishFiles : rewritePlaylists)(directory) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    answer = { error: { message, code } };
  }
  parentPort?.postMessage(answer);
}

await main();
