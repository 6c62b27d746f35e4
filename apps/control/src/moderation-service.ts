import type { Clock, Log } from "@sameroom/base";
import { z } from "zod";

/** Longest an answer is waited for, milliseconds. */
export const ANSWER_WITHIN_MS = 1_500;
/** Questions under way at most; more are not asked. */
const MAX_OPEN = 32;
/** After this many failures in a row nobody is asked for a while. */
const FAILURES = 5;
const PAUSE_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;

const resultSchema = z.object({
  flagged: z.boolean(),
  categories: z.record(z.string(), z.boolean().nullable()).default({}),
  category_scores: z.record(z.string(), z.number().nullable()).default({}),
});
const answerSchema = z.object({ results: z.array(resultSchema).min(1) });

export interface ModerationServiceOptions {
  /** Base address, such as `https://api.openai.com/v1`, no slash at the end. */
  url: string;
  /** Bearer; null: none. */
  key: string | null;
  model: string;
  clock: Clock;
  log: Log;
  /** Default {@link ANSWER_WITHIN_MS}. */
  answerWithinMs?: number;
}

/** A text, or pictures by address, as OpenAI's moderation interface takes them. */
export type ModerationInput = string | { type: "image_url"; image_url: { url: string } }[];

/** What the service says; null: it could not be asked. `names`: what it is flagged for. */
export type AskModeration = (input: ModerationInput) => Promise<{
  flagged: boolean;
  names: string[];
  scores: Record<string, number | null>;
} | null>;

/**
 * A service with OpenAI's moderation interface (`POST <url>/moderations`, `{ model, input }`). Whatever goes wrong there, things
 * go on without it; that is logged once until it works again.
 */
export function createModerationService(options: ModerationServiceOptions): AskModeration {
  const { clock, log } = options;
  let open = 0;
  let failures = 0;
  let silentUntilMs = 0;

  async function ask(input: ModerationInput): Promise<z.infer<typeof resultSchema>> {
    const response = await fetch(`${options.url}/moderations`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(options.key === null ? {} : { authorization: `Bearer ${options.key}` }),
      },
      body: JSON.stringify({ model: options.model, input }),
      redirect: "error",
      signal: AbortSignal.timeout(options.answerWithinMs ?? ANSWER_WITHIN_MS),
    });
    const answer = await readJson(response);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return answerSchema.parse(answer).results[0]!;
  }

  return async (input) => {
    if (open >= MAX_OPEN || clock.nowMs() < silentUntilMs) return null;
    open += 1;
    try {
      const { flagged, categories, category_scores: scores } = await ask(input);
      if (failures >= FAILURES) log.info("the moderation service answers again");
      failures = 0;
      const names = Object.entries(categories).flatMap(([name, is]) => (is === true ? [name] : []));
      return { flagged, names: flagged && names.length === 0 ? ["flagged"] : names, scores };
    } catch (error) {
      failures += 1;
      if (failures === FAILURES) log.warn("the moderation service does not answer", { err: error });
      if (failures >= FAILURES) silentUntilMs = clock.nowMs() + PAUSE_MS;
      return null;
    } finally {
      open -= 1;
    }
  };
}

/** A body as JSON, as long as it is of a size an answer has. */
async function readJson(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new Error("the answer is too long");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
