import { createModerationService, type ModerationServiceOptions } from "../../moderation-service.ts";
import { type FrameScreen, foundOf } from "./frame-screen.ts";

/** Pictures take services longer than words. */
const ANSWER_WITHIN_MS = 8_000;

/** Shows pictures to the operator's moderation service; what it flags is wrong for sure. */
export function createServiceScreen(options: ModerationServiceOptions): FrameScreen {
  const ask = createModerationService({ answerWithinMs: ANSWER_WITHIN_MS, ...options });
  return {
    async judge(jpeg) {
      const url = `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}`;
      const answer = await ask([{ type: "image_url", image_url: { url } }]);
      if (answer === null) return null;
      const scores = Object.entries(answer.scores).map(([name, score]) => [name, score ?? 0] as const);
      const flagged = answer.names.filter((name) => (answer.scores[name] ?? null) === null);
      return {
        wrong: answer.flagged ? 1 : 0,
        found: foundOf([...scores, ...flagged.map((name) => [name, 1] as const)]),
      };
    },
    async close() {},
  };
}
