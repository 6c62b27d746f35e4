import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { recordingFactSchema } from "@sameroom/contract";
import { z } from "zod";
import { writeAtomically } from "../archive/write-atomically.ts";

const stateSchema = z.object({
  version: z.literal(1),
  fact: recordingFactSchema,
  /** Whether everybody may play it, as control said last. */
  open: z.boolean(),
  /** Directory of the live archive that its newest segments come from: room and epoch. */
  epoch: z.string().regex(/^[a-z0-9]{1,16}$/),
  /** The first segment number it takes. */
  firstNumber: z.number().int().nonnegative(),
  /** The last one, once it was stopped; null: to the end of the show. */
  lastNumber: z.number().int().nullable(),
  /** Its files are in the storage and not here. */
  isAway: z.boolean(),
  /** It is ready; AAC of its Opus is still to be made. */
  isSoundDue: z.boolean().default(false),
  /** It is to go: deletion has begun. */
  isDeleting: z.boolean(),
});

/** What is remembered of a recording beside its files. */
export type RecordingState = z.infer<typeof stateSchema>;

/** Name of the file in a recording's directory that holds its state. */
export const STATE = "state.json";

/** Reads a recording's state; undefined when there is none or it is damaged. */
export async function readState(directory: string): Promise<RecordingState | undefined> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(join(directory, STATE), "utf8")));
  } catch {
    return undefined;
  }
}

/** Resolves when the state is on disk. */
export async function writeState(directory: string, state: RecordingState): Promise<void> {
  await writeAtomically(join(directory, STATE), JSON.stringify(state));
}
