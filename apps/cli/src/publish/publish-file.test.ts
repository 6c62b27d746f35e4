import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { makeFilm, readFilm } from "./film.fixture.ts";
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
  const [picture, sound] = (await readFilm(url)) as [
    { codec: string; dtsMs: number[] },
    { codec: string; dtsMs: number[] },
  ];
  expect([picture.codec, sound.codec]).toEqual(["h264", "aac"]);
  expect(picture.dtsMs.at(-1)! - picture.dtsMs[0]!).toBeGreaterThan(4000);
  expect(longestStepMs(picture.dtsMs)).toBeLessThan(120);
  expect(longestStepMs(sound.dtsMs)).toBeLessThan(120);
});

test("a film in codecs of old is encoded anew, to its last picture", async () => {
  const [file, url] = [join(directory, "film.ts"), join(directory, "out.flv")];
  await makeFilm(file, "old");
  const heard = await publish({ file, url, loop: false });
  expect(heard[0]).toMatchObject({ tracks: ["mpeg2video as h264", "mp2 as aac"] });
  expect(heard.at(-1)).toMatchObject({ type: "done" });
  const [picture] = await readFilm(url);
  expect(picture!.dtsMs.length).toBeGreaterThanOrEqual(49);
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
});
