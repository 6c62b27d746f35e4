import { Worker } from "node:worker_threads";
import type { Log } from "@sameroom/base";
import type { Time } from "../../clock.ts";
import { type FrameScreen, type FrameVerdict, foundOf } from "./frame-screen.ts";
import type { ModelAnswer, ModelQuestion } from "./model-worker.ts";

export interface ModelScreenOptions {
  time: Time;
  log: Log;
  /** For tests, which run sources: what makes Node read them. */
  execArgv?: string[];
}

/** Pictures that wait at most; more are not judged. */
const MAX_WAITING = 16;
/** A picture takes tens of milliseconds, the first one a second or two more. */
const STUCK_MS = 30_000;
/** The thread and its 150 MB are given back when there is nothing to do. */
const IDLE_MS = 300_000;
/** A thread that died is not started again at once. */
const PAUSE_MS = 30_000;

/** What the model calls not for everybody. */
const WRONG = new Set(["Porn", "Hentai"]);
/** What it says of harmless pictures. */
const HARMLESS = new Set(["Neutral", "Drawing"]);

/** Judges pictures with a model in a thread of its own, which is there only while pictures come. */
export function createModelScreen(options: ModelScreenOptions): FrameScreen {
  const { time, log } = options;
  const waiting = new Map<number, (scores: ModelAnswer["scores"]) => void>();
  let worker: Worker | null = null;
  let ids = 0;
  let notBeforeMs = 0;
  let cancelTimer = () => {};
  let closed = false;

  function start(): Worker {
    const program = import.meta.url.endsWith(".ts") ? "./model-worker.ts" : "./model-worker.js";
    const thread = new Worker(new URL(program, import.meta.url), {
      // The packages' own words are not for our log.
      ...{ stdout: true, stderr: true },
      ...(options.execArgv === undefined ? {} : { execArgv: options.execArgv }),
    });
    thread.on("message", ({ id, scores }: ModelAnswer) => {
      const settle = waiting.get(id);
      waiting.delete(id);
      settle?.(scores);
      watch(thread);
    });
    const gone = (error: Error) => {
      if (worker === thread) stop(error);
    };
    thread.on("error", gone);
    thread.on("exit", (code) => gone(new Error(`the thread ended with ${code}`)));
    return thread;
  }

  /** Ends the thread when it is stuck, or has had nothing to do for long. */
  function watch(thread: Worker): void {
    cancelTimer();
    const isBusy = waiting.size > 0;
    cancelTimer = time.after(isBusy ? STUCK_MS : IDLE_MS, () => {
      if (worker === thread) stop(isBusy ? new Error("no answer") : null);
    });
  }

  function stop(fault: Error | null): void {
    const thread = worker;
    worker = null;
    cancelTimer();
    if (fault !== null && !closed) {
      notBeforeMs = time.nowMs() + PAUSE_MS;
      log.warn("pictures of shows cannot be judged for a while", { err: fault });
    }
    for (const settle of waiting.values()) settle(null);
    waiting.clear();
    void thread?.terminate();
  }

  function verdictOf(scores: readonly [string, number][]): FrameVerdict {
    const wrong = scores.reduce((sum, [name, score]) => (WRONG.has(name) ? sum + score : sum), 0);
    return { wrong: Math.min(1, wrong), found: foundOf(scores.filter(([name]) => !HARMLESS.has(name))) };
  }

  return {
    async judge(jpeg) {
      if (closed || waiting.size >= MAX_WAITING || time.nowMs() < notBeforeMs) return null;
      worker ??= start();
      const thread = worker;
      const id = ++ids;
      const answer = new Promise<ModelAnswer["scores"]>((resolve) => waiting.set(id, resolve));
      if (waiting.size === 1) watch(thread);
      thread.postMessage({ id, jpeg } satisfies ModelQuestion);
      const scores = await answer;
      return scores === null ? null : verdictOf(scores);
    },
    async close() {
      closed = true;
      const thread = worker;
      stop(null);
      await thread?.terminate();
    },
  };
}
