import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordingList } from "@sameroom/contract";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { FfmpegEncoder, OBS_AUDIO, OBS_VIDEO, type PublishedStream } from "../testing/ffmpeg/publish.ts";
import { App, CLI } from "./harness/app.ts";
import { lookAt, loudness, openWindow, pictureMoves, playsOn } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

/** Small enough for a machine that encodes, serves and decodes at once. */
const VIDEO = { ...OBS_VIDEO, width: 640, height: 360, bitrate: 800_000 };
const SIZE_480 = { width: 854, height: 480 };
/** Where nobody says how often, x264 makes a keyframe of every 250th picture. */
const SELDOM = { ...VIDEO, keyframeSeconds: 250 / VIDEO.framesPerSecond };

let app: App;
let browser: Browser;
let ada: Person;
let encoder: FfmpegEncoder | undefined;
const windows: BrowserContext[] = [];

beforeAll(async () => {
  // The platform that one show goes on to is another room of the same server.
  const start = App.start({ environment: { SAMEROOM_RESTREAM_PRIVATE: "true" } });
  [app, browser] = await Promise.all([start, launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
});
afterEach(async () => {
  for (const window of windows.splice(0)) await window.close();
  await encoder?.stop();
  encoder = undefined;
});
afterAll(async () => {
  await encoder?.kill();
  await browser?.close();
  await app?.close();
});

/** A room of this name, and a key for its encoder. */
async function openRoom(slug: string): Promise<string> {
  await ada.createRoom(slug);
  return ada.makeStreamKey(slug);
}

const rtmp = (key: string): Pick<PublishedStream, "url" | "muxer"> => ({
  url: `rtmp://127.0.0.1:${app.rtmpPort}/live/${key}`,
  muxer: "flv",
});
const srt = (streamId: string): Pick<PublishedStream, "url" | "muxer"> => ({
  url: `srt://127.0.0.1:${app.srtPort}?streamid=${encodeURIComponent(streamId)}&pkt_size=1316`,
  muxer: "mpegts",
});

/** Somebody in Chromium; `over` LL-HLS where the browser has no WebRTC. */
async function openViewer(room: string, over: "webrtc" | "hls"): Promise<Page> {
  const window = await openWindow(browser);
  windows.push(window);
  if (over === "hls")
    await window.addInitScript(() => Reflect.deleteProperty(globalThis, "RTCPeerConnection"));
  return watch(window, app.url, room);
}

async function expectSeenAndHeard(room: string): Promise<void> {
  for (const over of ["webrtc", "hls"] as const) {
    const viewer = await openViewer(room, over);
    await pictureMoves(viewer);
    await hears(viewer);
  }
}

/** The first viewer's sound begins a moment after the picture: what makes it has to start. Until then there is no track to look at. */
async function hears(viewer: Page): Promise<void> {
  await until(async () => (await loudness(viewer).catch(() => 0)) > 0.001);
}

async function isOnAir(room: string): Promise<void> {
  await until(
    async () => (await ada.room(room)).state === "live",
    () => app.output.slice(-3000),
  );
}

describe("the studio's panel for encoders", () => {
  test("gives a key and addresses to copy; whoever enters them is on air, and seen there", async () => {
    await ada.createRoom("copied");
    const window = await openWindow(browser, ada);
    windows.push(window);
    await window.grantPermissions(["clipboard-read", "clipboard-write"]);
    const studio = await window.newPage();
    await studio.goto(`${app.url}/studio/copied`);
    await studio.getByRole("button", { name: "Make a stream key" }).click();
    const copy = async (label: string) => {
      await studio.getByRole("button", { name: `Copy ${label}` }).click();
      await studio.getByRole("button", { name: "Copied" }).waitFor();
      const text = await studio.evaluate(() => navigator.clipboard.readText());
      await studio.getByRole("button", { name: "Copied" }).waitFor({ state: "detached" });
      return text;
    };
    const key = await copy("stream key");
    const server = await copy("server address");
    await studio.getByRole("tab", { name: "WHIP" }).click();
    expect(await copy("server address")).toBe(`${app.mediaUrl}/whip/copied`);
    await studio.getByRole("tab", { name: "SRT" }).click();
    const srtAddress = await copy("server address");

    encoder = await FfmpegEncoder.publish({
      ...{ url: `${server}/${key}`, muxer: "flv", video: VIDEO, audio: OBS_AUDIO },
    });
    await isOnAir("copied");
    await studio.getByText("Encoder, RTMP").first().waitFor();
    // Nothing is sent for a picture that is scrolled away.
    await studio.getByLabel("Your show as viewers see it").scrollIntoViewIfNeeded();
    await pictureMoves(studio);
    await encoder.stop();
    encoder = await FfmpegEncoder.publish({
      ...{ url: `${srtAddress}&pkt_size=1316`, muxer: "mpegts", video: VIDEO, audio: OBS_AUDIO },
    });
    await studio.getByText("Encoder, SRT").first().waitFor();
    await pictureMoves(await openViewer("copied", "webrtc"));
  });
});

describe("an encoder over RTMP", () => {
  test("as OBS comes, with B-frames, few keyframes and AAC, is seen and heard over WebRTC and LL-HLS", async () => {
    const key = await openRoom("obs");
    encoder = await FfmpegEncoder.publish({ ...rtmp(key), video: SELDOM, audio: OBS_AUDIO });
    await isOnAir("obs");
    await expectSeenAndHeard("obs");
    // Players can begin with, seek to and turn to every segment but the second, as far as keyframes are apart.
    const read = async (at: string) => (await fetch(at)).text();
    const list = `${app.mediaUrl}/live/obs/index.m3u8`;
    const [, picture] = /^(.*\/v-single\/index\.m3u8.*)$/m.exec(await read(list))!;
    const starts = async () => {
      const text = await read(new URL(picture!, list).href);
      // Of each segment, whether its first part begins with a keyframe.
      return [...text.matchAll(/URI="\d+\.0\.m4s"(,INDEPENDENT=YES)?/g)].map(
        ([, independent]) => !!independent,
      );
    };
    await until(async () => (await starts()).length >= 3, starts);
    expect((await starts()).slice(0, 3)).toEqual([true, false, true]);
  });

  test("whose picture changes its size goes on over WebRTC and LL-HLS", async () => {
    const key = await openRoom("canvas");
    const becomes = { afterSeconds: 20, width: 480, height: 270 };
    encoder = await FfmpegEncoder.publish({
      ...rtmp(key),
      ...{ video: { ...VIDEO, bFrames: 0, becomes }, audio: OBS_AUDIO },
    });
    await isOnAir("canvas");
    const viewers = [await openViewer("canvas", "webrtc"), await openViewer("canvas", "hls")];
    for (const viewer of viewers) {
      await until(async () => (await lookAt(viewer)).width === becomes.width);
      await pictureMoves(viewer);
      await hears(viewer);
    }
  });

  test("is seen in its own size over LL-HLS until the smaller one that a phone asks for is there", async () => {
    encoder = await FfmpegEncoder.publish({
      ...{ ...rtmp(await openRoom("small")), video: { ...VIDEO, width: 854, height: 480 }, audio: OBS_AUDIO },
    });
    await isOnAir("small");
    const phone = await openWindow(browser, undefined, { viewport: { width: 390, height: 800 } });
    windows.push(phone);
    await phone.addInitScript(() => {
      Reflect.deleteProperty(globalThis, "RTCPeerConnection");
      const heights: number[] = [];
      Object.assign(globalThis, { heights });
      const note = ({ target }: Event) => heights.push((target as HTMLVideoElement).videoHeight);
      document.addEventListener("resize", note, true);
    });
    const page = await watch(phone, app.url, "small");
    const heights = () => page.evaluate(() => (globalThis as unknown as { heights: number[] }).heights);
    await until(async () => (await heights()).includes(360));
    await pictureMoves(page);
    expect((await heights()).filter((height) => height > 0)).toEqual([480, 360]);

    // A machine without a moment to spare for it.
    const makers = app.makersOfSizes();
    expect(makers).toHaveLength(1);
    process.kill(makers[0]!, "SIGSTOP");
    await until(async () => (await heights()).at(-1) === 480);
    await pictureMoves(page);
    // It may have been given up for another one.
    if (app.makersOfSizes().includes(makers[0]!)) process.kill(makers[0]!, "SIGCONT");
  });

  test("whose keyframes are further apart than any segment is seen over LL-HLS, from before that is known and from then on", async () => {
    const video = { ...VIDEO, width: 854, height: 480, bFrames: 0, keyframeSeconds: 120 };
    const key = await openRoom("rare");
    encoder = await FfmpegEncoder.publish({ ...rtmp(key), video, audio: OBS_AUDIO });
    await isOnAir("rare");
    const early = await openViewer("rare", "hls");
    const loaded: string[] = [];
    early.on("request", (request) => loaded.push(request.url()));
    const multivariant = async () => (await fetch(`${app.mediaUrl}/live/rare/index.m3u8`)).text();
    await until(async () => (await multivariant()).includes("sparse-keyframes"), multivariant);
    expect(await multivariant()).toContain("h264-480/index.m3u8");
    const late = await openViewer("rare", "hls");
    const asked: string[] = [];
    late.on("request", (request) => asked.push(request.url()));
    await late.reload();
    await pictureMoves(late);
    await hears(late);
    expect(asked.filter((url) => url.includes("/v-single/"))).toEqual([]);
    await pictureMoves(early);
    // Past the time when players look for new sizes: who had begun with the host's own picture has turned to what is made of it.
    await until(() => loaded.some((url) => url.includes("/h264-480/") && !url.includes(".m3u8")));
    await pictureMoves(early);
  });

  test("of sound alone is heard, of a picture alone is seen, over WebRTC and LL-HLS", async () => {
    const radio = await FfmpegEncoder.publish({ ...rtmp(await openRoom("radio")), audio: OBS_AUDIO });
    onTestFinished(() => radio.kill());
    encoder = await FfmpegEncoder.publish({ ...rtmp(await openRoom("mute")), video: VIDEO });
    await isOnAir("radio");
    await isOnAir("mute");
    for (const over of ["webrtc", "hls"] as const) {
      await hears(await openViewer("radio", over));
      await pictureMoves(await openViewer("mute", over));
    }
  });

  test("whose sound stops is seen on over LL-HLS", async () => {
    const key = await openRoom("mute");
    const audio = { ...OBS_AUDIO, rests: { afterSeconds: 12, forSeconds: 600 } };
    encoder = await FfmpegEncoder.publish({ ...rtmp(key), video: VIDEO, audio });
    await isOnAir("mute");
    const viewer = await openViewer("mute", "hls");
    await hears(viewer);
    const isHeard = async () => (await loudness(viewer)) > 0.001;
    await until(async () => !(await isHeard()));
    // What players had of the sound is over long before.
    await playsOn(viewer, 7);
    await pictureMoves(viewer);
    expect(await isHeard()).toBe(false);
  });

  test("whose sound begins later is seen before and heard from then on, and can be gone back to", async () => {
    const key = await openRoom("late");
    const audio = { ...OBS_AUDIO, sampleRate: 44_100, rests: { afterSeconds: 0, forSeconds: 12 } };
    // Nothing in a transport stream tells the format before its sound comes: it is another one than that of the silence.
    encoder = await FfmpegEncoder.publish({ ...srt(`publish:${key}`), video: VIDEO, audio });
    await isOnAir("late");
    const viewer = await openViewer("late", "hls");
    await playsOn(viewer, 3);
    await pictureMoves(viewer);
    const isHeard = async () => (await loudness(viewer)) > 0.001;
    expect(await isHeard()).toBe(false);
    await until(isHeard);
    await playsOn(viewer, 3);
    await pictureMoves(viewer);
    await viewer.getByRole("slider", { name: "Place in the live show" }).press("Home");
    await until(async () => !(await isHeard()));
    await playsOn(viewer, 3);
    await pictureMoves(viewer);
  });

  test("that is gone and comes back goes on in the same show and the same recording", async () => {
    const key = await openRoom("back");
    await ada.request("PATCH", "/api/rooms/back", { recordingMode: "automatic" });
    const stream = { ...rtmp(key), video: { ...VIDEO, bFrames: 0 }, audio: OBS_AUDIO };
    encoder = await FfmpegEncoder.publish(stream);
    await isOnAir("back");
    const viewer = await openViewer("back", "webrtc");
    await pictureMoves(viewer);
    const [shown] = (await ada.room("back")).broadcasts;
    await encoder.kill();
    await until(async () => (await ada.room("back")).state === "interrupted");
    encoder = await FfmpegEncoder.publish(stream);
    await isOnAir("back");
    await pictureMoves(viewer);
    expect((await ada.room("back")).broadcasts).toMatchObject([{ id: shown!.id }]);
    await encoder.stop();
    await ada.request("POST", "/api/rooms/back/end");
    const recordings = async () => {
      const answer = await ada.request("GET", "/api/recordings?room=back");
      return ((await answer.json()) as RecordingList).recordings;
    };
    await until(async () => (await recordings()).some(({ state }) => state === "ready"), recordings);
    expect(await recordings()).toHaveLength(1);
  });

  test("with a wrong key is refused, and the log says why", async () => {
    await openRoom("locked");
    const stranger = FfmpegEncoder.publish({
      ...rtmp("sk_this-is-no-key-of-anybody-at-all"),
      video: VIDEO,
      seconds: 5,
    });
    await stranger.then(
      (taken) => taken.ended(),
      () => {},
    );
    expect((await ada.room("locked")).state).toBe("scheduled");
    await until(
      async () => /an encoder is refused .*stream key is not valid/.test(app.output),
      () => app.output.slice(-3000),
    );
    expect(app.output).not.toContain("sk_this-is-no-key");
  });

  test("shows the host in the studio what it sends and what could be better", async () => {
    const key = await openRoom("clinic");
    encoder = await FfmpegEncoder.publish({ ...rtmp(key), video: VIDEO, audio: OBS_AUDIO });
    await isOnAir("clinic");
    const window = await openWindow(browser, ada);
    windows.push(window);
    const studio = await window.newPage();
    await studio.goto(`${app.url}/studio/clinic`);
    await studio.getByText("Encoder, RTMP").first().waitFor();
    // The panels stand in the page twice, for wide and for narrow screens: one of them is to be seen.
    await studio
      .getByText(/B-frames/)
      .filter({ visible: true })
      .first()
      .waitFor({ timeout: 60_000 });
    await pictureMoves(studio);
  });
});

describe("a file", () => {
  test("is published over WHIP by the command line, made into what browsers play", async () => {
    const key = await openRoom("film");
    const folder = await mkdtemp(join(tmpdir(), "sameroom-film-"));
    const film = join(folder, "film.ts");
    const made = await FfmpegEncoder.publish({
      ...{ url: film, muxer: "mpegts", seconds: 3, video: { ...VIDEO, ...SIZE_480 }, audio: OBS_AUDIO },
    });
    await made.ended();
    const words = ["publish", film, "--loop", "--to", `${app.mediaUrl}/whip/film`, "--key", key];
    const command = spawn(process.execPath, [CLI, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [command.stdout, command.stderr])
      stream.on("data", (bytes) => {
        said += bytes;
      });
    await isOnAir("film");
    const viewer = await openViewer("film", "webrtc");
    await pictureMoves(viewer);
    await hears(viewer);
    expect(said).toMatch(/live at .*: .* as h264/);
    // Whoever plays Opus is given that, also where smaller sizes are made, with either sound.
    const other = await openViewer("film", "hls");
    await pictureMoves(other);
    const fetched = await other.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => name),
    );
    const sounds = fetched.flatMap((name) => /\/(aac|opus)\/index\.m3u8/.exec(name)?.[1] ?? []);
    expect(new Set(sounds)).toEqual(new Set(["opus"]));
    const gone = once(command, "exit");
    command.kill("SIGTERM");
    expect(await gone).toEqual([0, null]);
    await until(async () => (await ada.room("film")).state === "ended");
    await rm(folder, { recursive: true });
  });
});

describe("an encoder over SRT", () => {
  test("is seen and heard over WebRTC and LL-HLS", async () => {
    const key = await openRoom("field");
    encoder = await FfmpegEncoder.publish({
      ...srt(`#!::r=field,m=publish,s=${key}`),
      video: { ...VIDEO, bFrames: 0, framesPerSecond: 23.976 },
      audio: { ...OBS_AUDIO, sampleRate: 44_100 },
    });
    await isOnAir("field");
    await expectSeenAndHeard("field");
  });
});

describe("an encoder of HEVC", () => {
  test("over enhanced RTMP is seen and heard over WebRTC", async () => {
    const key = await openRoom("tall");
    encoder = await FfmpegEncoder.publish({
      ...rtmp(key),
      video: { ...VIDEO, codec: "hevc", preset: "ultrafast" },
      audio: OBS_AUDIO,
    });
    await isOnAir("tall");
    const viewer = await openViewer("tall", "webrtc");
    await pictureMoves(viewer);
    await hears(viewer);
  });
});

describe("a show that goes on to another platform", () => {
  test("is seen and heard there, and ends there when it ends", async () => {
    const [key, elsewhere] = [await openRoom("here"), await openRoom("elsewhere")];
    const target = { name: "Elsewhere", url: rtmp("").url, key: elsewhere };
    const made = await ada.request("POST", "/api/rooms/here/restream-targets", target);
    expect(made.status).toBe(201);
    expect(await made.text()).not.toContain(elsewhere);
    encoder = await FfmpegEncoder.publish({
      ...srt(`publish:${key}`),
      ...{ video: { ...VIDEO, bFrames: 0 }, audio: OBS_AUDIO },
    });
    await isOnAir("elsewhere");
    const viewer = await openViewer("elsewhere", "webrtc");
    await pictureMoves(viewer);
    await hears(viewer);
    await encoder.stop();
    await ada.request("POST", "/api/rooms/here/end");
    await until(async () => (await ada.room("elsewhere")).state !== "live");
  });
});
