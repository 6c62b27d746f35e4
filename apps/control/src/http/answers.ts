import { PROBLEM_TYPE, problemSchema } from "@sameroom/contract";
import { z } from "zod";

/** Description of the failures every route may answer with, for its `response` schema and so for the API page. */
export const failures = {
  "4xx": { description: "A problem document.", content: { [PROBLEM_TYPE]: { schema: problemSchema } } },
  "5xx": { description: "A problem document.", content: { [PROBLEM_TYPE]: { schema: problemSchema } } },
} as const;

/** An answer without a body. */
export const noContent = z.void().describe("Done.");
