import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("s3-program.fixture.ts", import.meta.url));

it("a recording moves to S3 when it is finished, is replayed from there to who may, and is deleted there", async () => {
  const root = await mkdtemp(join(tmpdir(), "sameroom-s3-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", PROGRAM, root]);
    const seen = JSON.parse(stdout);
    expect(seen.local).toEqual(["state.json"]);
    expect(seen.listed).toEqual(
      expect.arrayContaining([
        "index.m3u8",
        "recording.mp4",
        "video/0.m4s",
        "video/init-0.mp4",
        "opus/2.m4s",
        "aac/2.m4s",
      ]),
    );
    expect(seen.bytes).toBe(seen.expected);
    expect(seen).toMatchObject({ range: "ftyp", missing: true, largeBytes: 40 * 1024 * 1024 });
    expect(seen).toMatchObject({ left: 0, others: 1, deleted: 1 });
    // Three segments and a set-up each.
    expect(seen.replayed).toMatchObject({
      ...{ playlists: ["aac/index.m3u8", "opus/index.m3u8", "video/index.m3u8"], files: 12, faults: [] },
      ranged: [206, "ftyp", `bytes 4-7/${seen.bytes}`],
      ...{ strangers: 401, beyond: 416, gone: 404, open: "public, max-age=60", deletedStatus: 404 },
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
