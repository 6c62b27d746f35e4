import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { FinishedFiles } from "./finish-files.ts";
import type { FinishAnswer, FinishWork } from "./finish-thread.ts";

/** As built by `npm run build`; compiled and source files lie equally deep. */
const program = fileURLToPath(new URL("../../../dist/recording/finish/finish-thread.js", import.meta.url));
/** Heap, MB: a day's show has some ten million samples. */
const HEAP_MB = 2048;

/**
 * Runs `finishFiles` beside the main thread, which packets need. Rejects with the system's `code` when the disk refuses, and
 * when `signal` ends it.
 */
export function finishInThread(directory: string, signal: AbortSignal): Promise<FinishedFiles | undefined> {
  return runInThread({ directory, what: "everything" }, signal);
}

/** Runs `rewritePlaylists` in the same way. */
export async function rewriteInThread(directory: string, signal: AbortSignal): Promise<void> {
  await runInThread({ directory, what: "playlists" }, signal);
}

function runInThread(work: FinishWork, signal: AbortSignal): Promise<FinishedFiles | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error("ended"));
    const worker = new Worker(program, {
      workerData: work,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    const abort = () => void worker.terminate();
    signal.addEventListener("abort", abort, { once: true });
    worker.once("message", (answer: FinishAnswer) => {
      if ("result" in answer) resolve(answer.result);
      else reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }));
    });
    worker.once("error", reject);
    worker.once("exit", () => {
      signal.removeEventListener("abort", abort);
      reject(new Error("ended"));
    });
  });
}
