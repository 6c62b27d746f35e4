import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { pictureGraph } from "../demo/picture.ts";
import { soundGraph } from "../demo/sound.ts";
import { type FilmStream, makeFilm, readFilm } from "./film.fixture.ts";
import type { PublishNews, PublishOrder } from "./messages.ts";

const PROGRAM = fileURLToPath(new URL("../../dist/publish/child/main.js", import.meta.url));
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sameroom-publish-"));
  return () => rmSync(directory, { recursive: true });
});

/** Publishes into a file: FFmpeg's FLV muxer takes one as it takes a server. Stopped when `enough` says so. */
async function publish(order: PublishOrder, enough: (news: PublishNews) => boolean = () => false) {
  const child = fork(PROGRAM, [], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const heard: PublishNews[] = [];
  child.on("message", (message) => {
    heard.push(message as PublishNews);
    if (enough(message as PublishNews)) child.disconnect();
  });
  child.send(order);
  await new Promise((done) => child.once("exit", done));
  return heard;
}

/** The longest step between two packets; all of them go forward. */
function longestStepMs(dtsMs: readonly number[]): number {
  const steps = dtsMs.slice(1).map((at, index) => at - dtsMs[index]!);
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
  return Math.max(...steps);
}

test("a film that FLV carries goes out as it is, and again and again without a break in time", async () => {
  const [file, url] = [join(directory, "film.ts"), join(directory, "out.flv")];
  await makeFilm(file, "modern");
  const heard = await publish(
    { file, url, loop: true },
    (news) => news.type === "progress" && news.sentS > 4.5,
  );
  expect(heard[0]).toMatchObject({ type: "live", tracks: ["h264", "aac"] });
  const [picture, sound] = (await readFilm(url)) as [FilmStream, FilmStream];
  expect([picture.codec, sound.codec]).toEqual(["h264", "aac"]);
  expect(picture.dtsMs.at(-1)! - picture.dtsMs[0]!).toBeGreaterThan(4000);
  expect(longestStepMs(picture.dtsMs)).toBeLessThan(120);
  expect(longestStepMs(sound.dtsMs)).toBeLessThan(120);
});

/** From the first to the last, ms. */
const spanMs = (times: readonly number[]) => Math.max(...times) - Math.min(...times);

test("a film that is not repeated goes out to its last picture and its last sound", async () => {
  const [file, url] = [join(directory, "film.ts"), join(directory, "out.flv")];
  await makeFilm(file, "modern");
  const heard = await publish({ file, url, loop: false });
  expect(heard.at(-1)).toMatchObject({ type: "done" });
  const [film, sent] = [await readFilm(file), await readFilm(url)];
  for (const [index, { ptsMs }] of film.entries()) {
    expect(sent[index]!.ptsMs).toHaveLength(ptsMs.length);
    // FLV's times are whole milliseconds.
    expect(Math.abs(spanMs(sent[index]!.ptsMs) - spanMs(ptsMs))).toBeLessThanOrEqual(1);
  }
});

test("a film in codecs of old is encoded anew, to its last picture", async () => {
  const [file, url] = [join(directory, "film.ts"), join(directory, "out.flv")];
  await makeFilm(file, "old");
  const heard = await publish({ file, url, loop: false });
  expect(heard[0]).toMatchObject({ tracks: ["mpeg2video as h264", "mp2 as aac"] });
  expect(heard.at(-1)).toMatchObject({ type: "done" });
  const [film, sent] = [await readFilm(file), await readFilm(url)];
  // A machine that is too slow leaves pictures out; the decoder gives the last one only when it is told that the film is over.
  expect(sent[0]!.ptsMs.length).toBeLessThanOrEqual(film[0]!.ptsMs.length);
  expect(spanMs(film[0]!.ptsMs)).toBeCloseTo(1960, 0);
  expect(Math.abs(spanMs(sent[0]!.ptsMs) - 1960)).toBeLessThanOrEqual(1);
  // The sound has no silence but what its encoder begins with.
  expect(spanMs(sent[1]!.ptsMs)).toBeGreaterThanOrEqual(spanMs(film[1]!.ptsMs));
});

test("the demo goes out as a film does: picture and sound that are made on the way, in real time", async () => {
  const url = join(directory, "out.flv");
  const small = { width: 160, height: 90, framesPerSecond: 30 };
  const file = `graph:${pictureGraph(small)}[out0];${soundGraph()}[out1]`;
  const heard = await publish(
    { file, url, loop: false },
    (news) => news.type === "progress" && news.sentS > 3,
  );
  expect(heard[0]).toMatchObject({ type: "live", tracks: ["wrapped_avframe as h264", "pcm_f32le as aac"] });
  const [picture, sound] = await readFilm(url);
  expect(picture!.dtsMs.length).toBeGreaterThan(25);
  expect(longestStepMs(sound!.dtsMs)).toBeLessThan(40);
});

test("pictures that no machine encodes in time are left out, and the sound keeps to time", async () => {
  const url = join(directory, "out.flv");
  const file = `graph:color=c=red:s=3840x2160:r=240[out0];${soundGraph()}[out1]`;
  await publish({ file, url, loop: false }, (news) => news.type === "progress" && news.sentS > 3);
  const [picture, sound] = await readFilm(url);
  // One alone where a machine takes a second for each.
  expect(picture!.dtsMs.length).toBeGreaterThan(0);
  expect(picture!.dtsMs.length).toBeLessThan(3 * 240 * 0.9);
  expect(longestStepMs(sound!.dtsMs)).toBeLessThan(40);
});

test("what is no film, and a server that is not there, are said without the key", async () => {
  const file = join(directory, "film.ts");
  writeFileSync(file, "once upon a time");
  expect(await publish({ file, url: join(directory, "out.flv"), loop: false })).toEqual([
    { type: "failed", message: `${file} is no media file` },
  ]);
  await makeFilm(file, "modern");
  const [failed] = await publish({ file, url: "rtmp://127.0.0.1:1/live/films?key=sk_secret", loop: false });
  expect(failed).toMatchObject({ type: "failed", message: expect.stringMatching(/refused/i) });
  expect(JSON.stringify(failed)).not.toContain("sk_secret");
  const whip = { url: "http://127.0.0.1:1/whip/films", bearer: "sk_secret" };
  const [refused] = await publish({ file, ...whip, loop: false });
  expect(refused).toMatchObject({ type: "failed", message: expect.stringMatching(/refused/i) });
  expect(JSON.stringify(refused)).not.toContain("sk_secret");
});
