import { setTimeout as sleep } from "node:timers/promises";

const INTERVAL_MS = 100;
const ANSWER_WITHIN_MS = 1000;

/** Resolves with true when the media worker at this origin is linked to control, with false when `signal` comes first. */
export async function mediaLinked(origin: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await isLinked(origin)) return true;
    await sleep(INTERVAL_MS, undefined, { ref: false });
  }
  return false;
}

async function isLinked(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const health: unknown = await response.json();
    return typeof health === "object" && health !== null && "linked" in health && health.linked === true;
  } catch {
    return false;
  }
}
