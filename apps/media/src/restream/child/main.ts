import type { FromSender, ToSender } from "../messages.ts";
import { TargetOutput } from "./target-output.ts";

/** A process for one connection to one platform. It is told what to do over IPC by the media worker. */
const SENT_INTERVAL_MS = 1000;

const send = (message: FromSender) => {
  if (process.connected) process.send?.(message, undefined, {}, () => {});
};
/** FFmpeg's threads may be in the middle of something; the system knows no wrong order of freeing. */
const leave = () => process.kill(process.pid, "SIGKILL");

const output = new TargetOutput(send);
process.on("message", (message: ToSender) => {
  if (message.type === "open") output.open(message.opening);
  else if (message.type === "format") output.setFormat(message.format);
  else if (message.type === "unit") output.write(message.sequence, message.unit);
  else void output.close().then(leave, leave);
});
process.on("disconnect", leave);
// The parent may have gone while this was being loaded.
if (!process.connected) leave();
// The parent ends its children itself.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
setInterval(() => send({ type: "sent", bytes: output.bytesSent }), SENT_INTERVAL_MS);
