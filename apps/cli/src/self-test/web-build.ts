import { access } from "node:fs/promises";
import { join } from "node:path";
import type { CheckResult } from "./result.ts";

/** Whether the web app has been built. */
export async function checkWebBuild(directory: string): Promise<CheckResult> {
  const name = "Web app";
  try {
    await access(join(directory, "index.html"));
    return { name, state: "ok", found: `built, in ${directory}` };
  } catch {
    return {
      name,
      state: "warn",
      found: `${directory} holds no index.html; the pages will be missing`,
      remedy: "Run npm run build, or start with npm start, which does it.",
    };
  }
}
