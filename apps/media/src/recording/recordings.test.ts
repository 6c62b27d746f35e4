import { createHash } from "node:crypto";
import { access, link, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { h264ParameterSets, parseFragment, readBoxes, type VideoFormat } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import { MANIFEST, readManifest } from "./manifest.ts";
import { policyOf, RecordingsBench } from "./recordings.fixture.ts";
import { LARGE, SEGMENT_MS, Show, SMALL, SOUND, START_UNIX_MS } from "./show.fixture.ts";

let bench: RecordingsBench;
beforeEach(async () => {
  bench = await RecordingsBench.create();
});
afterEach(() => bench.close());

const renditions = { "v-l": SMALL, "v-h": LARGE, opus: SOUND };
const textOf = (id: string, name: string) => readFile(join(bench.directory, id, name), "utf8");
const linesOf = (id: string) => readManifest(join(bench.directory, id, MANIFEST));

describe("recordings", () => {
  it("of a whole show are one file, playlists and a fact", async () => {
    bench.policies.set("room", policyOf("automatic"));
    const show = new Show(bench.open(), { renditions });
    show.segments(5);
    show.end();
    const fact = await bench.fact("ready");
    expect(fact).toMatchObject({
      ...{ room: "room", fault: null, startedUnixMs: START_UNIX_MS, durationMs: 5 * SEGMENT_MS },
      ...{ width: 1920, height: 1080, hasPictures: false },
    });
    const file = await readFile(join(bench.directory, fact.id, "recording.mp4"));
    expect(readBoxes(file)!.map(({ type }) => type)).toEqual(["ftyp", "moov", "mdat"]);
    expect(fact.file).toEqual({
      bytes: file.length,
      sha256: createHash("sha256").update(file).digest("hex"),
    });
    expect(fact.bytes).toBeGreaterThan(file.length);
    expect(await textOf(fact.id, "index.m3u8")).toContain("RESOLUTION=1920x1080");
    const playlist = await textOf(fact.id, "video/index.m3u8");
    expect(playlist.match(/^\d+\.m4s$/gm)).toEqual(["0.m4s", "1.m4s", "2.m4s", "3.m4s", "4.m4s"]);
    expect(playlist).toContain("#EXT-X-PLAYLIST-TYPE:VOD");
    expect(playlist).toContain("#EXT-X-ENDLIST");
    expect(bench.facts.map(({ state }) => state)).toEqual(
      expect.arrayContaining(["recording", "finishing", "ready"]),
    );
  });

  it("take the largest picture that has no gap, and mark the change on every track", async () => {
    bench.policies.set("room", policyOf("automatic"));
    const show = new Show(bench.open(), { renditions });
    show.segments(2);
    show.segments(1, { gaps: ["v-h"] });
    show.segments(1);
    show.change("v-h", SMALL);
    show.segments(1);
    show.end();
    const { id } = await bench.fact("ready");
    const lines = await linesOf(id);
    expect(lines.map(({ video }) => video?.from)).toEqual([
      ["v-h", 0],
      ["v-h", 0],
      ["v-l", 0],
      ["v-h", 0],
      ["v-h", 1],
    ]);
    expect(lines.map(({ discontinuity }) => discontinuity)).toEqual([false, false, true, true, true]);
    for (const track of ["video", "opus"])
      expect((await textOf(id, `${track}/index.m3u8`)).match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(3);
  });

  it("tell a change of set-up in their keyframes, too, and leave the live archive's files alone", async () => {
    bench.policies.set("room", policyOf("automatic"));
    const program = bench.open();
    const show = new Show(program, { renditions: { "v-h": LARGE, opus: SOUND } });
    show.segments(2);
    show.change("v-h", SMALL);
    show.segments(1);
    const stored = await eventually("the segment is there", () => program.read("v-h", 2));
    if (!("path" in stored)) throw new Error("no file");
    const live = join(bench.root, "live-2.m4s");
    await link(stored.path, live);
    show.change("v-h", LARGE);
    show.segments(1);
    show.end();
    const { id } = await bench.fact("ready");
    const isRepeated = async (number: number, { configuration }: VideoFormat) => {
      const bytes = await readFile(join(bench.directory, id, "video", `${number}.m4s`));
      const { offset } = parseFragment(bytes)!.samples[0]!;
      const { sps } = h264ParameterSets(configuration)!;
      return bytes.subarray(offset + 4, offset + 4 + sps[0]!.length).equals(sps[0]!);
    };
    expect(await isRepeated(1, LARGE)).toBe(false);
    expect(await isRepeated(2, SMALL)).toBe(true);
    expect(await isRepeated(3, LARGE)).toBe(true);
    const kept = await stat(join(bench.directory, id, "video", "2.m4s"));
    expect(kept.size).toBeGreaterThan(stored.byteLength);
    expect((await stat(live)).size).toBe(stored.byteLength);
  });

  it("have segments that begin with keyframes also where the show's were cut without", async () => {
    bench.policies.set("room", policyOf("automatic"));
    const show = new Show(bench.open(), { renditions });
    show.segments(2);
    show.segments(2, { keyframe: false });
    show.segments(1);
    show.segments(1, { keyframe: false });
    show.change("v-h", SMALL);
    show.segments(1, { keyframe: false, discontinuity: true });
    show.end();
    const { id } = await bench.fact("ready");
    const playlist = await textOf(id, "video/index.m3u8");
    expect(playlist.match(/^[\d-]+\.m4s$/gm)).toEqual(["0.m4s", "1-3.m4s", "4-5.m4s", "6.m4s"]);
    expect(playlist.match(/#EXTINF:[\d.]+/g)).toEqual([
      "#EXTINF:0.8",
      "#EXTINF:2.4",
      "#EXTINF:1.6",
      "#EXTINF:0.8",
    ]);
    expect(playlist).toContain("#EXT-X-TARGETDURATION:2");
    expect((await textOf(id, "opus/index.m3u8")).match(/m4s$/gm)).toHaveLength(7);
    const read = (name: string) => readFile(join(bench.directory, id, "video", name));
    const parts = await Promise.all(["1.m4s", "2.m4s", "3.m4s"].map(read));
    expect(await read("1-3.m4s")).toEqual(Buffer.concat(parts));
  });

  it("leave out the time a host was away, and stay one", async () => {
    bench.policies.set("room", policyOf("automatic"));
    const show = new Show(bench.open(), { renditions });
    show.segments(2);
    show.segments(10, { gaps: Object.keys(renditions) });
    show.segments(2, { discontinuity: true });
    show.end();
    const fact = await bench.fact("ready");
    expect(bench.recordings.facts).toHaveLength(1);
    expect(fact.durationMs).toBe(4 * SEGMENT_MS);
    expect((await linesOf(fact.id)).map(({ number }) => number)).toEqual([0, 1, 12, 13]);
  });

  it("begin and end when the host says so, at segments", async () => {
    bench.policies.set("room", policyOf("manual"));
    const show = new Show(bench.open(), { renditions });
    show.segments(2);
    show.next();
    bench.recordings.record("room", true);
    bench.recordings.record("room", true);
    show.segments(3);
    show.next();
    bench.recordings.record("room", false);
    show.segments(3);
    const fact = await bench.fact("ready");
    expect((await linesOf(fact.id)).map(({ number }) => number)).toEqual([3, 4, 5]);
    bench.recordings.record("room", true);
    show.segments(1);
    show.end();
    await eventually("both ready", () => bench.recordings.facts.every(({ state }) => state === "ready"));
    expect(bench.recordings.facts).toHaveLength(2);
  });

  it("are not made where recording is off, whatever is ordered", () => {
    bench.policies.set("room", policyOf("off"));
    const show = new Show(bench.open(), { renditions });
    bench.recordings.record("room", true);
    bench.recordings.record("elsewhere", true);
    show.segments(1);
    expect(bench.recordings.facts).toEqual([]);
  });

  it("begin at the beginning when control's word comes late", async () => {
    const program = bench.open();
    const show = new Show(program, { renditions });
    show.segments(3);
    await eventually(
      "three segments",
      async () => (await program.read("v-h", 2)) && (await program.read("opus", 2)),
    );
    bench.policies.set("room", policyOf("automatic"));
    show.segments(1);
    show.end();
    const { id, broadcast } = await bench.fact("ready");
    expect((await linesOf(id)).map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    expect(broadcast).not.toBeNull();
  });

  it("that an old word began are gone when the new one is another", async () => {
    bench.policies.set("room", policyOf("automatic"));
    const show = new Show(bench.open(), { renditions });
    show.segments(1);
    expect(bench.recordings.facts).toHaveLength(1);
    bench.policies.set("room", policyOf("off", "01890000-0000-7000-8000-000000000002"));
    await eventually("it is gone", () => bench.deleted.length === 1);
    expect(bench.recordings.facts).toEqual([]);
  });

  it("without a picture or sound fail", async () => {
    bench.policies.set("room", policyOf("automatic"));
    const show = new Show(bench.open(), { renditions: {} });
    show.end();
    expect(await bench.fact("failed")).toMatchObject({ fault: "no-media", file: null });
  });

  it("stop for a disk that refuses, and go on by themselves", async () => {
    bench.policies.set("room", policyOf("automatic"));
    await mkdir(bench.directory, { recursive: true });
    const program = bench.open();
    const [{ id } = { id: "" }] = bench.recordings.facts;
    // While files are still made in it.
    await rm(bench.directory, { recursive: true, maxRetries: 5 });
    await writeFile(bench.directory, "a file where the directory should be");
    const show = new Show(program, { renditions });
    show.segments(1);
    expect(await bench.fact("suspended")).toMatchObject({ id, fault: "not-writable" });
    await rm(bench.directory);
    show.segments(1);
    expect(await bench.fact("recording")).toMatchObject({ id, fault: null });
    show.end();
    expect((await bench.fact("ready")).id).toBe(id);
  });

  it("are deleted to the last file, also while they are recorded, also twice", async () => {
    bench.policies.set("room", policyOf("automatic"));
    const show = new Show(bench.open(), { renditions });
    show.segments(2);
    const [{ id } = { id: "" }] = bench.recordings.facts;
    await eventually("files", async () => (await linesOf(id)).length === 2);
    await bench.recordings.delete(id);
    show.segments(1);
    await bench.recordings.delete(id);
    await bench.recordings.delete("../../etc");
    show.end();
    await bench.archive.close();
    expect(bench.deleted).toEqual([id, id]);
    expect(await readdir(bench.directory)).toEqual([]);
    expect(bench.recordings.find(id)).toBeUndefined();
  });

  it("remember over a restart who may play them, and that they are ready", async () => {
    bench.policies.set("room", policyOf("automatic"));
    const show = new Show(bench.open(), { renditions });
    show.segments(2);
    show.end();
    const fact = await bench.fact("ready");
    bench.recordings.setOpen(fact.id, true);
    await eventually("saved", async () => (await textOf(fact.id, "state.json")).includes('"open":true'));
    await bench.stop();
    bench.start();
    await bench.recordings.recover();
    expect(bench.recordings.facts).toEqual([fact]);
    expect(bench.recordings.find(fact.id)?.state.open).toBe(true);
  });

  it("that were being finished when the worker stopped are finished by the next one", async () => {
    bench.policies.set("room", policyOf("automatic"));
    const show = new Show(bench.open(), { renditions });
    show.segments(4);
    const [{ id } = { id: "" }] = bench.recordings.facts;
    await eventually("files", async () => (await linesOf(id)).length === 4);
    await bench.stop();
    bench.start();
    await bench.recordings.recover();
    expect((await bench.fact("ready")).durationMs).toBe(4 * SEGMENT_MS);
    await expect(access(join(bench.root, "live")), "the live archive is cleaned").rejects.toThrow();
  });

  it("with a damaged state are left alone", async () => {
    const id = "01890000-0000-7000-8000-0000000000aa";
    await mkdir(join(bench.directory, id), { recursive: true });
    await writeFile(join(bench.directory, id, "state.json"), "{");
    await bench.recordings.recover();
    expect(bench.recordings.facts).toEqual([]);
    expect(await readdir(join(bench.directory, id))).toEqual(["state.json"]);
  });
});
