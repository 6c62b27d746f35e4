import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseInit, repeatParameterSets, type UnitFormat } from "@sameroom/protocol";
import { writeAtomically } from "../../archive/write-atomically.ts";
import type { ManifestLine } from "../manifest.ts";

/**
 * Where the picture's set-up changes in a recording, its keyframes from there on tell the set-up themselves: players that keep
 * the first `EXT-X-MAP` play on. The live archive's files, which a recording shares, stay as they are. Again after
 * a failure: what is done is not done twice.
 */
export async function repeatSets(directory: string, lines: readonly ManifestLine[]): Promise<void> {
  const segments = lines.flatMap(({ video }) => (video === null ? [] : [video]));
  const change = segments.findIndex(({ init }) => init !== segments[0]?.init);
  if (change < 0) return;
  const formats = new Map<string, UnitFormat | undefined>();
  for (const { file, init } of segments.slice(change)) {
    if (!formats.has(init)) {
      const bytes = await readFile(join(directory, init)).catch(() => undefined);
      formats.set(init, bytes && parseInit(bytes));
    }
    const format = formats.get(init);
    const path = join(directory, file);
    const bytes = await readFile(path).catch(() => undefined);
    const repeated = bytes && format?.kind === "video" ? repeatParameterSets(format, bytes) : undefined;
    if (repeated !== undefined) await writeAtomically(path, repeated);
  }
}
