import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordingList, RecordingView } from "@sameroom/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { judge } from "../testing/ffmpeg/judge.ts";
import { App } from "./harness/app.ts";
import { lookAt, openWindow, pictureMoves } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { lookAtPlainVideo, openPlainVideo, type PlainVideo } from "./harness/plain-video.ts";
import { endShow, goLive, watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

const ROOM = "atelier";

let app: App;
let browser: Browser;
let ada: Person;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sameroom-recordings-"));
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
  await ada.createRoom(ROOM);
  await ada.request("PATCH", `/api/rooms/${ROOM}`, { recordingMode: "automatic" });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await rm(directory, { recursive: true, force: true });
});

async function recordings(person = ada): Promise<RecordingView[]> {
  const response = await person.request("GET", `/api/recordings?room=${ROOM}`);
  return ((await response.json()) as RecordingList).recordings;
}

async function ready(count: number): Promise<RecordingView> {
  let seen: RecordingView[] = [];
  await until(
    async () => {
      seen = await recordings();
      return seen.filter(({ state }) => state === "ready").length >= count;
    },
    () => seen,
  );
  return seen[0]!;
}

const onLoopback = (url: string) => new URL(url.replace(/^:\d+/, app.mediaUrl), app.mediaUrl).href;

/** The finished file, fetched as a person would, in a directory of the test's. */
async function download({ id, urls, file }: RecordingView): Promise<string> {
  const response = await fetch(onLoopback(urls!.file!));
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.length).toBe(file!.bytes);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(file!.sha256);
  const path = join(directory, `${id}.mp4`);
  await writeFile(path, bytes);
  return path;
}

async function showFor(ms: number): Promise<Page> {
  const host = await goLive(await openWindow(browser, ada), app.url, ROOM);
  await until(async () => (await recordings()).some(({ state }) => state === "recording"));
  await host.waitForTimeout(ms);
  return host;
}

describe("a recorded show", () => {
  test("is a file that plays through, with picture and sound, as soon as it is over", async () => {
    const host = await showFor(12_000);
    const viewer = await watch(await openWindow(browser), app.url, ROOM);
    await pictureMoves(viewer);
    await endShow(host);
    const recording = await ready(1);
    expect(recording.durationMs).toBeGreaterThan(8000);
    const { messages, streams } = await judge(await download(recording));
    expect(messages).toEqual([]);
    expect(streams.map(({ codec }) => codec).sort()).toEqual(["h264", "opus"]);
    for (const { packets, frames } of streams) expect(frames).toBeGreaterThanOrEqual(packets - 2);
    // Players that take no Opus get the whole show's sound as AAC.
    const playlist = new URL("aac/index.m3u8", onLoopback(recording.urls!.playlist)).href;
    await until(async () => (await fetch(playlist)).ok);
    const aac = await judge(playlist);
    expect(aac.messages).toEqual([]);
    expect(aac.streams.map(({ codec }) => codec)).toEqual(["aac"]);
    const [sound] = aac.streams;
    expect(sound!.endSeconds - sound!.firstSeconds).toBeGreaterThan(recording.durationMs / 1000 - 1);
    // A browser plays it to its end by itself.
    const page = await openPlainVideo(await openWindow(browser), onLoopback(recording.urls!.playlist));
    let seen: PlainVideo;
    await until(
      async () => {
        seen = await lookAtPlainVideo(page);
        return seen.hasEnded;
      },
      () => seen,
    );
    expect(seen!).toMatchObject({ error: null });
    expect(seen!.time).toBeGreaterThan(recording.durationMs / 1000 - 1);
    expect(seen!.soundBytes).toBeGreaterThan(100_000);
    await page.context().close();
    // Who had watched is offered the replay without a reload.
    await viewer.getByRole("link", { name: "Watch the replay" }).click();
    await until(() => new URL(viewer.url()).pathname === `/replay/${recording.id}`);
    await pictureMoves(viewer);
  });

  test("is replayed by anybody who has the link, from any place in it", async () => {
    const [recording] = await recordings();
    const page = await (await openWindow(browser)).newPage();
    await page.goto(`${app.url}/replay/${recording!.id}`);
    await pictureMoves(page);
    await page.evaluate(() => {
      const video = document.querySelector("video")!;
      video.currentTime = Math.max(0, video.duration - 3);
    });
    await until(async () => (await lookAt(page)).time > recording!.durationMs / 1000 - 3.5);
    await pictureMoves(page);
  });

  test("survives a media worker that is killed in the middle: one recording, complete, or two that are", async () => {
    const before = (await recordings()).length;
    const host = await showFor(8000);
    process.kill(app.pidOf("media"), "SIGKILL");
    await until(() => app.isLinked());
    // The host comes back by itself.
    await until(async () => (await ada.room(ROOM)).state === "live");
    await host.waitForTimeout(6000);
    await endShow(host);
    let seen: RecordingView[] = [];
    await until(
      async () => {
        seen = (await recordings()).slice(0, -before);
        return seen.length > 0 && seen.every(({ state }) => state === "ready");
      },
      () => seen,
    );
    expect(seen.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBeGreaterThan(9000);
    for (const recording of seen) expect((await judge(await download(recording))).messages).toEqual([]);
  });

  test("is gone for good when its owner deletes it, and nobody else can", async () => {
    const [recording] = await recordings();
    const eve = await Person.signUp(app.url, "eve");
    expect((await eve.request("DELETE", `/api/recordings/${recording!.id}`)).status).toBe(403);
    const playlist = onLoopback(recording!.urls!.playlist);
    expect((await fetch(playlist)).status).toBe(200);
    expect((await ada.request("DELETE", `/api/recordings/${recording!.id}`)).status).toBe(204);
    await until(async () => (await fetch(playlist)).status === 404);
    expect((await recordings()).map(({ id }) => id)).not.toContain(recording!.id);
  });
});
