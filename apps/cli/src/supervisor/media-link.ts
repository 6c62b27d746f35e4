import http from "node:http";
import https from "node:https";
import { json } from "node:stream/consumers";
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

/** An own address of this machine: whatever name its certificate bears, no secret goes there and the answer only opens the welcome. */
function isLinked(origin: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { get } = origin.startsWith("https:") ? https : http;
    const request = get(`${origin}/health`, { timeout: ANSWER_WITHIN_MS, rejectUnauthorized: false });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
    request.once("response", (response) => {
      json(response).then(
        (health) => resolve(isObject(health) && health.linked === true),
        () => resolve(false),
      );
    });
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
