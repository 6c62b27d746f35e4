import type { Log, LogFields } from "@sameroom/base";
import { AV_LOG_QUIET } from "node-av/constants";
import { Log as FfmpegLog } from "node-av/lib";
import { z } from "zod";
import { broadcast } from "./broadcast.ts";
import { Publisher } from "./publisher.ts";

/** The demo publisher: a process of its own, for FFmpeg's memory is not ours to guard. It is told what to do over IPC. */
const messageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("publish"), url: z.url(), streamKey: z.string().min(1) }),
  z.object({ type: z.literal("shutdown") }),
]);

const write =
  (level: number) =>
  (msg: string, fields: LogFields = {}) =>
    process.stdout.write(`${JSON.stringify({ level, time: Date.now(), name: "demo", ...fields, msg })}\n`);
const log: Log = { debug: () => {}, info: write(30), warn: write(40), error: write(50) };

// What goes wrong comes back as an error; FFmpeg's own lines would show a whole offer with its ICE password.
FfmpegLog.setLevel(AV_LOG_QUIET);
const publisher = new Publisher({
  broadcast,
  random: { next: Math.random },
  log,
  onConnected: () => {
    log.info("the demo broadcast is live");
    process.send?.({ type: "publishing" });
  },
});

async function end(): Promise<void> {
  await publisher.stop();
  process.exit(0);
}

process.on("message", (message) => {
  const parsed = messageSchema.safeParse(message);
  if (!parsed.success) log.error("a message that is not understood");
  else if (parsed.data.type === "publish") publisher.publish(parsed.data);
  else void end();
});
process.on("disconnect", () => void end());
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void end());
