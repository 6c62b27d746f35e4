import type { RecordingList, RecordingView } from "@sameroom/contract";
import type { Browser, Page } from "playwright-core";
import { io } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { FfmpegEncoder, OBS_AUDIO, OBS_VIDEO } from "../testing/ffmpeg/publish.ts";
import { App } from "./harness/app.ts";
import { openWindow, pictureMoves } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

const ROOM = "duet";
const VIDEO = { ...OBS_VIDEO, width: 640, height: 360, bitrate: 500_000, bFrames: 0 };

let app: App;
let browser: Browser;
let ada: Person;
let ben: Person;
const encoders: FfmpegEncoder[] = [];

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
  ben = await Person.signUp(app.url, "ben");
  await ada.createRoom(ROOM);
  await ada.request("PATCH", `/api/rooms/${ROOM}`, { recordingMode: "automatic" });
});
afterAll(async () => {
  for (const encoder of encoders) await encoder.kill();
  await browser?.close();
  await app?.close();
});

/** The colours left and right of the middle of what is played. */
async function halves(page: Page): Promise<{ left: string; right: string }> {
  return page.evaluate(() => {
    const video = [...document.querySelectorAll("video")].sort((a, b) => b.videoWidth - a.videoWidth)[0];
    const canvas = new OffscreenCanvas(64, 36);
    const context = canvas.getContext("2d")!;
    if (video !== undefined) context.drawImage(video, 0, 0, 64, 36);
    const at = (x: number) => {
      const [red = 0, , blue = 0] = context.getImageData(x, 20, 1, 1).data;
      return red > 150 && blue < 80 ? "red" : blue > 150 && red < 80 ? "blue" : `${red} ${blue}`;
    };
    return { left: at(16), right: at(48) };
  });
}
const isBoth = async (page: Page) => {
  const { left, right } = await halves(page);
  return left === "red" && right === "blue";
};

async function ready(): Promise<RecordingView> {
  let seen: RecordingView[] = [];
  await until(
    async () => {
      const response = await ada.request("GET", `/api/recordings?room=${ROOM}`);
      seen = ((await response.json()) as RecordingList).recordings;
      return seen[0]?.state === "ready";
    },
    () => seen,
  );
  return seen[0]!;
}

test("a host and a guest are one picture over LL-HLS and in the recording, side by side as the host chose", async () => {
  const rtmp = { url: `rtmp://127.0.0.1:${app.rtmpPort}/live/${await ada.makeStreamKey(ROOM)}` };
  const host = { ...rtmp, muxer: "flv" as const, video: { ...VIDEO, color: "red" }, audio: OBS_AUDIO };
  encoders.push(await FfmpegEncoder.publish(host));
  await until(async () => (await ada.room(ROOM)).state === "live");

  const sockets = await Promise.all(
    [ada.mint(ROOM, { role: "moderator" }), ben.mint(ROOM)].map(async (minted) => {
      const { token } = await minted;
      return io(app.url, { auth: { token }, transports: ["websocket"], forceNew: true }).timeout(20_000);
    }),
  );
  const [owner, guest] = sockets as [(typeof sockets)[0], (typeof sockets)[0]];
  const { participant } = await ben.mint(ROOM);
  const ok = { ok: true };
  // Known to the room once their socket has come in.
  await until(async () => (await owner.emitWithAck("stage.invite", { participant })).ok);
  expect(await guest.emitWithAck("stage.answer", { accept: true })).toMatchObject(ok);
  const { token } = await ben.mint(ROOM, { role: "guest" });
  encoders.push(
    await FfmpegEncoder.publish({
      ...{
        url: `${app.mediaUrl}/whip/${ROOM}`,
        muxer: "whip",
        options: { authorization: token, pkt_size: "1200" },
      },
      video: { ...VIDEO, color: "blue" },
      audio: { ...OBS_AUDIO, codec: "opus", bitrate: 64_000 },
    }),
  );
  const layout = { layout: "side-by-side", spotlight: null };
  expect(await owner.emitWithAck("stage.layout", layout)).toMatchObject(ok);

  const window = await openWindow(browser);
  await window.addInitScript(() => Reflect.deleteProperty(globalThis, "RTCPeerConnection"));
  const viewer = await watch(window, app.url, ROOM);
  await until(
    () => isBoth(viewer),
    () => halves(viewer),
  );
  await pictureMoves(viewer);
  // Long enough to be found in the recording.
  await viewer.waitForTimeout(5_000);

  expect((await ada.request("POST", `/api/rooms/${ROOM}/end`)).ok).toBe(true);
  const { id, durationMs } = await ready();
  await viewer.goto(`${app.url}/replay/${id}`);
  await pictureMoves(viewer);
  await viewer.evaluate(
    (seconds) => {
      document.querySelector("video")!.currentTime = seconds;
    },
    durationMs / 1000 - 4,
  );
  await until(
    () => isBoth(viewer),
    () => halves(viewer),
  );
}, 240_000);
