import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const BENCH = fileURLToPath(new URL("..", import.meta.url));

/** A page's script (`file` is relative to `bench/`), bundled with all it imports. */
export async function bundleScript(file: string): Promise<string> {
  const bundled = await build({
    entryPoints: [file],
    absWorkingDir: BENCH,
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
  });
  return bundled.outputFiles[0]!.text;
}

/** An HTML document that runs such a script. */
export async function bundlePage(file: string): Promise<string> {
  const script = (await bundleScript(file)).replaceAll("</script", "<\\/script");
  const head = '<meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,">';
  return `<!doctype html>${head}<body style="margin:0"></body><script>${script}</script>`;
}
