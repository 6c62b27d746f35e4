/**
 * What the supervisor and its children say to each other over Node's IPC channel (`process.send`). A child whose
 * channel disconnects shuts down cleanly: nothing outlives the supervisor. Children run without a supervisor too
 * (no channel: these messages are not sent).
 */
import { z } from "zod";
import { filePlaybackSchema, newFilePlaybackSchema } from "./files.ts";

export const childToSupervisorSchema = z.discriminatedUnion("type", [
  /** Listening and usable. `urls` are for people. */
  z.object({ type: z.literal("ready"), urls: z.array(z.string()) }),
  /** Cannot start; exits after this. `hint` says what to do about it. */
  z.object({ type: z.literal("fatal"), message: z.string(), hint: z.string().optional() }),
  /** control only: the first admin was created; the password exists in clear nowhere else. */
  z.object({ type: z.literal("admin-created"), username: z.string(), password: z.string() }),
  /** control only: run (or stop) the demo publisher. */
  z.object({ type: z.literal("start-demo"), room: z.string(), streamKey: z.string() }),
  z.object({ type: z.literal("stop-demo") }),
  /** control only: play these of the operator's files live in a room, in place of what is played there. */
  newFilePlaybackSchema.extend({ type: z.literal("play-files"), room: z.string() }),
  z.object({ type: z.literal("stop-files"), room: z.string() }),
]);
export type ChildToSupervisor = z.infer<typeof childToSupervisorSchema>;

export const supervisorToChildSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("shutdown") }),
  /** control only: prepare the demo room and answer with `start-demo` (as `npm run demo` does). */
  z.object({ type: z.literal("demo"), on: z.boolean() }),
  /** control only: whether the demo publisher is running. */
  z.object({ type: z.literal("demo-state"), running: z.boolean() }),
  /** control only: how playing files goes in a room. */
  z.object({ type: z.literal("playback"), room: z.string(), playback: filePlaybackSchema }),
]);
export type SupervisorToChild = z.infer<typeof supervisorToChildSchema>;
