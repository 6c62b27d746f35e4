import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** `page.ts` with all it imports, to be put into a page before its own scripts (Playwright's `addInitScript`). */
export async function playbackScript(): Promise<string> {
  const bundled = await build({
    entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
  });
  return bundled.outputFiles[0]!.text;
}
