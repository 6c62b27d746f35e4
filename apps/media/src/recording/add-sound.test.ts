import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { validateMediaPlaylist, validateMultivariant } from "@sameroom/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTranscoders } from "../transcode/transcoders.fixture.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import type { MakeAac } from "./add-sound.ts";
import { OPUS_PLAYLIST, PLAYLIST } from "./playlist-names.ts";
import { policyOf, RecordingsBench } from "./recordings.fixture.ts";
import { Show, SMALL, SOUND, SOUND_AAC } from "./show.fixture.ts";

let transcoders: Transcoders;
let bench: RecordingsBench;
let asked = 0;
const makeAac: MakeAac = (work, options) => {
  asked += 1;
  return transcoders.runJob("aac", work, options);
};

beforeEach(async () => {
  asked = 0;
  ({ transcoders } = createTranscoders());
  bench = await RecordingsBench.create({ makeAac });
  bench.policies.set("room", policyOf("automatic"));
});
afterEach(async () => {
  await bench.close();
  await transcoders.close();
});

const textOf = (id: string, name: string) => readFile(join(bench.directory, id, name), "utf8");

/** Audio groups of the multivariant playlist, with the codecs of the variants that use them. */
async function groupsOf(id: string, list = PLAYLIST): Promise<Record<string, string>> {
  const text = await textOf(id, list);
  expect(validateMultivariant(text)).toEqual([]);
  const variants = text.matchAll(/CODECS="([^"]*)".*AUDIO="([^"]*)"/g);
  return Object.fromEntries([...variants].map(([, codecs, group]) => [group, codecs!.split(",")[1]!]));
}

test("a replay of a show with Opus has AAC for players that do not say they take Opus", async () => {
  const show = new Show(bench.open(), { renditions: { "v-single": SMALL, opus: SOUND } });
  show.segments(3);
  show.segments(5, { gaps: ["v-single", "opus"] });
  show.segments(1, { discontinuity: true });
  show.segments(1);
  show.end();
  const { id, bytes } = await bench.fact("ready");
  // Whoever takes Opus need not wait: the AAC comes after.
  await bench.recordings.idle();
  expect(bench.recordings.find(id)!.fact).toMatchObject({ state: "ready", fault: null });
  expect(bench.recordings.find(id)!.fact.bytes).toBeGreaterThan(bytes!);
  expect(await groupsOf(id)).toEqual({ aac: "mp4a.40.2" });
  expect(await groupsOf(id, OPUS_PLAYLIST)).toEqual({ opus: "opus" });
  const playlist = await textOf(id, "aac/index.m3u8");
  expect(validateMediaPlaylist(playlist)).toEqual([]);
  expect(playlist.match(/^\d+\.m4s$/gm)).toEqual(["0.m4s", "1.m4s", "2.m4s", "8.m4s", "9.m4s"]);
  expect(playlist.match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(1);
  expect(playlist).toContain('#EXT-X-MAP:URI="init-0.mp4"');
  expect((await readdir(join(bench.directory, id, "aac"))).sort()).toEqual([
    ...["0.m4s", "1.m4s", "2.m4s", "8.m4s", "9.m4s", "index.m3u8", "init-0.mp4"],
  ]);
});

test("a show that came with AAC is recorded as it came, and nothing is made", async () => {
  const show = new Show(bench.open(), { renditions: { "v-single": SMALL, aac: SOUND_AAC } });
  show.segments(3);
  show.end();
  const { id } = await bench.fact("ready");
  expect(await groupsOf(id)).toEqual({ aac: "mp4a.40.2" });
  const files = await readdir(join(bench.directory, id));
  expect(["opus", OPUS_PLAYLIST].filter((name) => files.includes(name))).toEqual([]);
  expect((await textOf(id, "aac/index.m3u8")).match(/^\d+\.m4s$/gm)).toHaveLength(3);
  expect(asked).toBe(0);
});

test("a host who went on with another encoder is heard in AAC to the end", async () => {
  const show = new Show(bench.open(), { renditions: { "v-single": SMALL, aac: SOUND_AAC } });
  show.segments(2);
  show.add("opus", SOUND);
  show.segments(2, { gaps: ["aac"] });
  show.end();
  const { id } = await bench.fact("ready");
  await bench.recordings.idle();
  expect(await groupsOf(id)).toEqual({ aac: "mp4a.40.2" });
  const playlist = await textOf(id, "aac/index.m3u8");
  expect(playlist.match(/#EXT-X-MAP:URI="[^"]*"/g)).toEqual([
    '#EXT-X-MAP:URI="init-0.mp4"',
    '#EXT-X-MAP:URI="init-1.mp4"',
  ]);
  expect(playlist.match(/^\d+\.m4s$/gm)).toEqual(["0.m4s", "1.m4s", "2.m4s", "3.m4s"]);
});

test("a recording is ready without AAC when it cannot be made", async () => {
  await transcoders.close();
  const show = new Show(bench.open(), { renditions: { "v-single": SMALL, opus: SOUND } });
  show.segments(2);
  show.end();
  const { id } = await bench.fact("ready");
  await bench.recordings.idle();
  expect(asked).toBe(1);
  expect(await groupsOf(id)).toEqual({ opus: "opus" });
  expect(bench.recordings.find(id)!.state).toMatchObject({ isSoundDue: false, fact: { state: "ready" } });
});

test("AAC that was not made before a restart is made after it, and nothing else again", async () => {
  let began = () => {};
  const begun = new Promise<void>((resolve) => {
    began = resolve;
  });
  const never: MakeAac = (_work, { signal }) => {
    began();
    return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const before = await RecordingsBench.create({ makeAac: never });
  before.policies.set("room", policyOf("automatic"));
  const show = new Show(before.open(), { renditions: { "v-single": SMALL, opus: SOUND } });
  show.segments(2);
  show.end();
  const { id, file } = await before.fact("ready");
  await begun;
  await before.stop();
  const states: string[] = [];
  const after = await RecordingsBench.create({ root: before.root, makeAac });
  after.recordings.on("fact", ({ state }) => states.push(state));
  await after.recordings.recover();
  await after.recordings.idle();
  const text = await readFile(join(after.directory, id, "index.m3u8"), "utf8");
  expect(text).toContain('GROUP-ID="aac"');
  expect(after.recordings.find(id)!.fact).toMatchObject({ state: "ready", file });
  expect(new Set(states)).toEqual(new Set(["ready"]));
  await after.close();
});
