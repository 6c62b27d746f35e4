import { spawn } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { MANIFEST, readManifest } from "./manifest.ts";
import { RecordingsBench } from "./recordings.fixture.ts";
import { PART_MS, SEGMENT_MS } from "./show.fixture.ts";

const PROGRAM = fileURLToPath(new URL("killed-recorder.fixture.ts", import.meta.url));
const SEED = 41;

/** Lets a process record, and kills it before part number `parts`; how many parts it had handed over. */
async function recordUntilKilled(root: string, parts: number): Promise<number> {
  const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, root, String(parts)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let lines = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) lines += 1;
    if (lines >= parts) child.kill("SIGKILL");
  });
  const signal = await new Promise((resolve) => child.once("close", (_code, by) => resolve(by)));
  expect(signal).toBe("SIGKILL");
  return lines;
}

describe("a worker that is killed while it records", () => {
  const random = new SeededRandom(SEED);
  const moments = Array.from({ length: 10 }, () => random.integer(2, 60));

  it.each(moments)("loses one fragment at most, killed at part %i", async (parts) => {
    const root = await mkdtemp(join(tmpdir(), "sameroom-killed-"));
    const begun = await recordUntilKilled(root, parts);
    const bench = await RecordingsBench.create({ root });
    await bench.recordings.recover();
    const fact = await bench.fact("ready");
    // The last line was written before its part was handed over, and that part may be the one that is lost.
    const least = (begun - 2) * PART_MS;
    expect(fact.durationMs).toBeGreaterThanOrEqual(least);
    expect(fact).toMatchObject({ fault: null, room: "room" });
    // The one that is lost may be the first of the larger size.
    if (begun > 3) expect(fact).toMatchObject({ width: 1920, height: 1080 });
    const lines = await readManifest(join(bench.directory, fact.id, MANIFEST));
    expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index));
    for (const line of lines.slice(0, -1)) expect(line.video?.durationMicros).toBe(SEGMENT_MS * 1000);
    const file = await readFile(join(bench.directory, fact.id, "recording.mp4"));
    expect(file.length).toBe(fact.file?.bytes);
    await bench.close();
  });
});
