import { setTimeout } from "node:timers/promises";
import { AV_LOG_ERROR } from "node-av/constants";
import { Log as FfmpegLog } from "node-av/lib";
import type { PublishNews, PublishOrder } from "../messages.ts";
import { publishFile } from "./publish-file.ts";

/** The process of `sameroom publish`: FFmpeg's memory is not ours to guard. It is told once what to do, and stops when it is left. */
let told: Promise<void> = Promise.resolve();
let isLive = false;
const tell = (news: PublishNews) => {
  isLive ||= news.type === "live";
  told = new Promise((resolve) => {
    if (process.connected) process.send?.(news, undefined, {}, () => resolve());
    else resolve();
  });
};
const leave = () => process.kill(process.pid, "SIGKILL");

const LOG_DELAY_MS = 50;
let said = "";
FfmpegLog.setCallback(
  (_level, message) => {
    const text = message.trim().replace(/^\[[^\]]*\]\s*/, "");
    // Of a connection that fails the first is the cause; what follows only repeats that something did.
    if (isLive || said === "") said = text;
  },
  { maxLevel: AV_LOG_ERROR },
);
FfmpegLog.setLevel(AV_LOG_ERROR);

const stopping = new AbortController();
process.on("disconnect", () => stopping.abort());
// The parent ends its child itself.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
process.once("message", (order: PublishOrder) => {
  publishFile(order, stopping.signal, tell)
    .catch(async (thrown: unknown) => {
      // What FFmpeg said of it comes from another thread, a moment later.
      await setTimeout(LOG_DELAY_MS);
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      const secret = order.bearer ?? order.url.slice(order.url.lastIndexOf("/") + 1);
      const refusal = /^Server error: (.*)$/s.exec(said)?.[1];
      const explained = said === "" || message.includes(said) ? message : `${message}: ${said}`;
      const words = refusal === undefined ? explained : `the server refused it: ${refusal}`;
      tell({ type: "failed", message: words.replaceAll(order.url, "the server").replaceAll(secret, "…") });
    })
    .then(() => told)
    .finally(leave);
});
