import { AV_LOG_QUIET } from "node-av/constants";
import { Log as FfmpegLog } from "node-av/lib";
import type { FromChild, ToChild } from "../messages.ts";
import { JobHost } from "./job-host.ts";

/** A process for FFmpeg, whose memory is not ours to guard. It is told what to do over IPC by the media worker. */
const reportIntervalMs = 1000;

const send = (message: FromChild) => {
  if (process.connected) process.send?.(message, undefined, {}, () => {});
};

// What goes wrong comes back as an error; hostile media would fill the log with FFmpeg's own lines.
FfmpegLog.setLevel(AV_LOG_QUIET);
const cpuMicros = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const host = new JobHost(send, { cpuMicros, nowMs: () => performance.now() });
process.on("message", (message) => host.handle(message as ToChild));
// Freeing in order is for jobs; a process that ends leaves that to the system, which knows no wrong order.
const leave = () => process.kill(process.pid, "SIGKILL");
process.on("disconnect", leave);
// The parent may have gone while this was being loaded.
if (!process.connected) leave();
// The parent ends its children itself, after it has put away what they made.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
setInterval(() => {
  send({ type: "memory", rssBytes: process.memoryUsage.rss() });
  host.reportCosts();
}, reportIntervalMs);
send({ type: "ready" });
