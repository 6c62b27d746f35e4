import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { FfmpegEncoder, OBS_AUDIO, OBS_VIDEO } from "../testing/ffmpeg/publish.ts";
import { whyNoNetworks } from "../testing/network/namespaces.ts";
import { loudness, openWindow, pictureMoves } from "./harness/chromium.ts";
import { type NetworkedApp, startNetworkedApp } from "./harness/network.ts";
import { Person } from "./harness/people.ts";
import { watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

const reason = whyNoNetworks();
beforeEach(({ skip }) => skip(reason !== undefined, reason));

const ROOM = "harbour";
const PASSPHRASE = "correct-horse-battery";
/** Light enough for machines that are busy with the browser. */
const VIDEO = { ...OBS_VIDEO, width: 640, height: 360, bitrate: 600_000, preset: "ultrafast" };

let place: NetworkedApp;
let browser: Browser;
let ada: Person;
let encoder: FfmpegEncoder | undefined;
let viewer: Page;

beforeAll(async () => {
  if (reason !== undefined) return;
  [place, browser] = await Promise.all([
    startNetworkedApp({ SAMEROOM_SRT_PASSPHRASE: PASSPHRASE }),
    launchChromium(),
  ]);
  ada = await Person.signUp(place.app.url, "ada");
  await ada.createRoom(ROOM);
});
afterAll(async () => {
  await encoder?.kill();
  await browser?.close();
  await place?.close();
});

test("an SRT encoder behind a network that loses packets is seen and heard over WebRTC", async () => {
  const { network, client, app } = place;
  await client.shape({ up: { loss: 0.05, delayMs: 20 }, down: { loss: 0.05, delayMs: 20 } });
  const key = await ada.makeStreamKey(ROOM);
  const address = `srt://${network.serverAddress}:${app.srtPort}`;
  encoder = await FfmpegEncoder.publish(
    {
      url: `${address}?streamid=publish:${key}&latency=500000&passphrase=${PASSPHRASE}&pbkeylen=16`,
      muxer: "mpegts",
      video: VIDEO,
      audio: OBS_AUDIO,
    },
    (command, words, options) => client.spawn(command, words, options),
  );
  viewer = await watch(await openWindow(browser), app.url, ROOM);
  await pictureMoves(viewer, 10);
  expect(await loudness(viewer)).toBeGreaterThan(0.01);
  const [link] = client.links;
  expect((await link!.counters()).up.lost).toBeGreaterThan(10);
});

test("the show goes on when the encoder's network was gone for a while", async () => {
  const { client } = place;
  await client.shape({ up: { cut: true }, down: { cut: true } });
  await until(async () => (await client.links[0]!.counters()).up.blocked > 100);
  await client.shape({});
  await pictureMoves(viewer, 10);
  expect(encoder?.isRunning).toBe(true);
});
