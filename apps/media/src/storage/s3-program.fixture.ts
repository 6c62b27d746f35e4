/**
 * `s3-program.fixture.ts <directory>`: records a show, keeps it in an S3 server of its own, reads it, replays it over HTTP, deletes
 * it; what was seen is printed as JSON. In a process of its own, since Vite picks files of Amazon's SDK that Node cannot load.
 */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
// @ts-expect-error It has no types.
import S3rver from "s3rver";
import { policyOf, RecordingsBench } from "../recording/recordings.fixture.ts";
import { LARGE, Show, SOUND } from "../recording/show.fixture.ts";
import { createTranscoders } from "../transcode/transcoders.fixture.ts";
import { openReplayHttp } from "../vod/replay-http.fixture.ts";
import { S3Storage } from "./s3-storage.ts";

const root = process.argv[2]!;
const server = new S3rver({
  ...{ port: 0, address: "127.0.0.1", silent: true, directory: join(root, "s3") },
  configureBuckets: [{ name: "shows", configs: [] }],
});
const { port } = (await server.run()) as { port: number };
const { transcoders } = createTranscoders();
const bench = await RecordingsBench.create({
  makeAac: (work, options) => transcoders.runJob("aac", work, options),
  root: join(root, "data"),
  storage: () =>
    new S3Storage({
      ...{ bucket: "shows", region: "us-east-1", prefix: "kept", forcePathStyle: true },
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
    }),
});
bench.policies.set("room", policyOf("automatic"));
const show = new Show(bench.open(), { renditions: { "v-h": LARGE, opus: SOUND } });
show.segments(3);
show.end();
const { id, file } = await bench.fact("ready");
await bench.recordings.idle();
const { storage } = bench;
const whole = await buffer((await storage.get(`${id}/recording.mp4`))!);
const range = await buffer((await storage.get(`${id}/recording.mp4`, { from: 4, to: 7 }))!);
const local = await readdir(join(bench.directory, id));
const listed = (await storage.list(id)).map(({ path }) => path.slice(id.length + 1)).sort();

const replay = await openReplayHttp(bench, id);
const [strangers, ranged, beyond, gone] = [
  await replay.get("video/0.m4s", { signed: false }),
  await replay.get("recording.mp4", { range: "bytes=4-7" }),
  await replay.get("recording.mp4", { range: `bytes=${whole.length}-` }),
  await replay.get("video/99.m4s"),
];
const replayed = {
  ...(await replay.playThrough()),
  strangers: strangers.status,
  ranged: [ranged.status, await ranged.text(), ranged.headers.get("content-range")],
  beyond: beyond.status,
  gone: gone.status,
};
bench.recordings.setOpen(id, true);
const open = (await replay.get("index.m3u8", { signed: false })).headers.get("cache-control");

// Three pieces.
const large = join(root, "large");
await writeFile(large, Buffer.alloc(40 * 1024 * 1024, 7));
await storage.put("other/large", large);
const largeBytes = await storage.size("other/large");
await bench.recordings.delete(id);
const deletedStatus = (await replay.get("index.m3u8")).status;
await replay.close();
await transcoders.close();
const seen = {
  ...{ local, listed, largeBytes, bytes: whole.length, expected: file?.bytes, range: range.toString() },
  missing: [await storage.size(`${id}/none`), await storage.get(`${id}/none`)].every(
    (it) => it === undefined,
  ),
  left: (await storage.list(id)).length,
  others: (await storage.list("other")).length,
  deleted: bench.deleted.length,
  replayed: { ...replayed, open, deletedStatus },
};
process.stdout.write(JSON.stringify(seen), () => process.exit(0));
