import type { Log, LogFields } from "@sameroom/base";
import { AV_LOG_QUIET } from "node-av/constants";
import { Log as FfmpegLog } from "node-av/lib";
import { z } from "zod";
import { publishFile } from "../publish/child/publish-file.ts";
import { demoPicture, pictureGraph } from "./picture.ts";
import { Publisher } from "./publisher.ts";
import { soundGraph } from "./sound.ts";

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
const demo = `graph:${pictureGraph(demoPicture)}[out0];${soundGraph()}[out1]`;
const publisher = new Publisher({
  broadcast: ({ url, streamKey }, signal, onConnected) =>
    publishFile({ file: demo, url, bearer: streamKey, loop: false }, signal, ({ type }) => {
      if (type === "live") onConnected();
    }),
  random: { next: Math.random },
  log,
  onConnected: () => {
    log.info("the demo broadcast is live");
    process.send?.({ type: "publishing" });
  },
});

/** FFmpeg waits for a server that is gone for as long as it likes; nobody waits for us then, ms. */
const GOODBYE_MS = 3000;

async function end(): Promise<void> {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), GOODBYE_MS);
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
