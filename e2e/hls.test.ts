import { withOpus } from "@sameroom/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { loudness, openWindow, pictureMoves, playsOn } from "./harness/chromium.ts";
import { mintAsVisitor, Person } from "./harness/people.ts";
import { lookAtPlainVideo, openPlainVideo, type PlainVideo } from "./harness/plain-video.ts";
import { endShow, goLive, watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

const ROOM = "kiln";

let app: App;
let browser: Browser;
let ada: Person;
let host: Page;

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
  await ada.createRoom(ROOM);
  host = await goLive(await openWindow(browser, ada), app.url, ROOM);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** The address as a token names it, on the machine's loopback. */
async function playbackOf(kind: "playlist" | "audio", person?: Person): Promise<string> {
  const minted = person
    ? await person.mint(ROOM)
    : ((await (await mintAsVisitor(app.url, ROOM)).json()) as Awaited<ReturnType<Person["mint"]>>);
  return new URL(minted.playback![kind].replace(/^:\d+/, app.mediaUrl), app.mediaUrl).href;
}

/** Runs in the page before anything else: connections get no way to the server until `networkIsOpen`. */
function closeNetwork(): void {
  type Apply = (description: RTCSessionDescriptionInit) => Promise<void>;
  const apply: Apply = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description: RTCSessionDescriptionInit) {
    const isOpen = "networkIsOpen" in globalThis;
    const sdp = isOpen ? description.sdp : description.sdp?.replace(/a=candidate:.*\r\n/g, "");
    return apply.call(this, { ...description, ...(sdp === undefined ? {} : { sdp }) });
  };
}

/** Whether what is on screen comes by WebRTC. */
function isStream(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const [biggest] = [...document.querySelectorAll("video")].sort((a, b) => b.videoWidth - a.videoWidth);
    return biggest?.srcObject instanceof MediaStream;
  });
}

/** Runs in the host's page before anything else: the microphone is refused until `microphoneIsAllowed`, and senders are kept in `senders`. */
function keepMicrophone(): void {
  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function (constraints) {
    if (constraints?.audio && !("microphoneIsAllowed" in globalThis))
      return Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
    return open.call(this, constraints);
  };
  const senders: RTCRtpSender[] = [];
  Object.assign(globalThis, { senders });
  const add = RTCPeerConnection.prototype.addTransceiver;
  RTCPeerConnection.prototype.addTransceiver = function (...args) {
    const transceiver = add.apply(this, args);
    senders.push(transceiver.sender);
    return transceiver;
  };
}

/** Takes a host's microphone away, as one that is pulled out, or puts it back. */
function plugMicrophone(page: Page, isIn: boolean): Promise<void> {
  return page.evaluate(async (isIn) => {
    type Taken = { senders: RTCRtpSender[]; taken?: { sender: RTCRtpSender; track: MediaStreamTrack } };
    const { senders, taken } = globalThis as unknown as Taken;
    if (isIn) return taken!.sender.replaceTrack(taken!.track);
    const sender = senders.find(({ track }) => track?.kind === "audio")!;
    Object.assign(globalThis, { taken: { sender, track: sender.track } });
    await sender.replaceTrack(null);
  }, isIn);
}

/** The newest whole segment of a media playlist that is no gap. */
async function newestSegment(playlist: string): Promise<string> {
  let newest = "";
  await until(async () => {
    let isGap = false;
    for (const line of (await (await fetch(playlist)).text()).split("\n")) {
      if (line === "#EXT-X-GAP") isGap = true;
      if (!/^\d+\.m4s$/.test(line)) continue;
      if (!isGap) newest = line;
      isGap = false;
    }
    return newest !== "";
  });
  return newest;
}

describe("a live show over HTTP", () => {
  test("a browser without WebRTC watches it over LL-HLS, with picture and sound", async () => {
    const window = await openWindow(browser);
    await window.addInitScript(() => Reflect.deleteProperty(globalThis, "RTCPeerConnection"));
    const viewer = await watch(window, app.url, ROOM);
    await pictureMoves(viewer);
    expect(await loudness(viewer)).toBeGreaterThan(0.001);
    await window.close();
  });

  test("a viewer whose network lets no WebRTC through watches over LL-HLS, and comes back when it does", async () => {
    const window = await openWindow(browser);
    await window.addInitScript(closeNetwork);
    const viewer = await watch(window, app.url, ROOM);
    await pictureMoves(viewer);
    expect(await isStream(viewer)).toBe(false);
    await viewer.evaluate(() => Object.assign(globalThis, { networkIsOpen: true }));
    // Another network: the browser says so now and then, and the next try need not wait for its turn.
    await viewer.evaluate(() => void setInterval(() => dispatchEvent(new Event("online")), 5000));
    await until(() => isStream(viewer));
    await pictureMoves(viewer);
    await window.close();
  });

  test("who goes back to where the show began sees that, and then what is live again", async () => {
    const window = await openWindow(browser);
    const viewer = await watch(window, app.url, ROOM);
    await pictureMoves(viewer);
    const bar = viewer.getByRole("slider", { name: "Place in the live show" });
    const place = async (name: "now" | "max") => Number(await bar.getAttribute(`aria-value${name}`));
    const words = () => bar.getAttribute("aria-valuetext");
    await until(async () => (await place("max")) >= 15, words);
    await bar.press("Home");
    await until(async () => (await words())!.endsWith("behind live") && (await place("now")) < 10, words);
    await pictureMoves(viewer);
    expect(await isStream(viewer)).toBe(false);
    expect((await place("max")) - (await place("now"))).toBeGreaterThan(5);
    await bar.press("End");
    await until(() => isStream(viewer), words);
    await pictureMoves(viewer);
    expect(await words()).toBe("live");
    await window.close();
  });

  test("any player gets it from one address: renditions of all layers, one sound that it plays", async () => {
    const playlist = await playbackOf("playlist");
    let text = "";
    await until(
      async () => {
        const response = await fetch(playlist);
        text = await response.text();
        return response.ok && new Set(text.match(/RESOLUTION=\d+x\d+/g)).size >= 2;
      },
      () => text,
    );
    expect(text).toMatch(/CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2"/);
    expect(text).not.toContain("opus");
    const opus = await (await fetch(withOpus(playlist))).text();
    expect(opus).toMatch(/CODECS="avc1\.[0-9a-f]{6},opus"/);
    expect(opus).not.toContain("mp4a");
    const rendition = text.split("\n").find((line) => /^[^#].*m3u8/.test(line))!;
    const media = await fetch(new URL(rendition, playlist));
    expect(media.headers.get("cache-control")).toMatch(/public, max-age=\d+/);
    expect(await media.text()).toContain("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES");
    const segment = await newestSegment(media.url);
    const bytes = await fetch(new URL(segment, media.url));
    expect(bytes.status).toBe(200);
    expect(bytes.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await bytes.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  });

  test("a browser plays it without our player, with sound, from one size of the picture to another", async () => {
    const page = await openPlainVideo(await openWindow(browser), await playbackOf("playlist"));
    let seen: PlainVideo;
    await until(
      async () => {
        seen = await lookAtPlainVideo(page);
        return seen.time > 6 && seen.frames > 60 && seen.soundBytes > 20_000 && seen.width >= 640;
      },
      () => seen,
    );
    await page.context().close();
  });

  test("a radio gets the sound as MP3", async () => {
    const response = await fetch(await playbackOf("audio"));
    expect(response.headers.get("content-type")).toMatch(/^audio\/mpeg/);
    const reader = response.body!.getReader();
    let sound = Buffer.alloc(0);
    while (sound.length < 16_000) {
      const { value, done } = await reader.read();
      if (done) break;
      sound = Buffer.concat([sound, value]);
    }
    await reader.cancel();
    // Frames of MPEG-1 layer III one behind the other: a sync word each.
    const first = sound.findIndex((byte, at) => byte === 0xff && (sound[at + 1]! & 0xfe) === 0xfa);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(sound.length).toBeGreaterThanOrEqual(16_000);
  });

  test("a private show is nobody's but who holds a token, on every address", async () => {
    const open = await playbackOf("playlist");
    onTestFinished(() => void ada.request("PATCH", `/api/rooms/${ROOM}`, { visibility: "public" }));
    expect((await ada.request("PATCH", `/api/rooms/${ROOM}`, { visibility: "private" })).status).toBe(200);
    await until(async () => (await fetch(open)).status === 401);
    expect((await mintAsVisitor(app.url, ROOM)).status).toBe(404);
    const signed = await playbackOf("playlist", ada);
    const text = await (await fetch(signed)).text();
    const rendition = text.split("\n").find((line) => /^[^#].*m3u8/.test(line))!;
    const media = await fetch(new URL(rendition, signed));
    expect(media.status).toBe(200);
    expect(media.headers.get("cache-control")).toMatch(/private/);
    const unsigned = new URL(rendition, open);
    expect((await fetch(unsigned)).status).toBe(401);
    const segment = await newestSegment(media.url);
    expect((await fetch(new URL(segment, media.url))).status).toBe(200);
    expect((await fetch(new URL(segment, unsigned))).status).toBe(401);
    await ada.request("PATCH", `/api/rooms/${ROOM}`, { visibility: "public" });
    await until(async () => (await fetch(open)).ok);
  });

  test("at the end the playlists end", async () => {
    const playlist = await playbackOf("playlist");
    const text = await (await fetch(playlist)).text();
    const rendition = text.split("\n").find((line) => /^[^#].*m3u8/.test(line))!;
    await endShow(host);
    await until(async () =>
      (await (await fetch(new URL(rendition, playlist))).text()).includes("#EXT-X-ENDLIST"),
    );
  });
});

test("a host's sound may begin after the picture, stop and go on, and the camera may be off: viewers over LL-HLS see or hear on, and what was before can be seen", async () => {
  await ada.createRoom("late-sound");
  const hosting = await openWindow(browser, ada);
  await hosting.addInitScript(keepMicrophone);
  const studio = await goLive(hosting, app.url, "late-sound");
  const watching = await openWindow(browser);
  await watching.addInitScript(() => Reflect.deleteProperty(globalThis, "RTCPeerConnection"));
  const viewer = await watch(watching, app.url, "late-sound");
  await pictureMoves(viewer);
  const isHeard = async () => (await loudness(viewer)) > 0.001;
  expect(await isHeard()).toBe(false);
  await studio.evaluate(() => Object.assign(globalThis, { microphoneIsAllowed: true }));
  await studio.getByRole("button", { name: "Try again" }).click();
  await until(isHeard);
  const bar = viewer.getByRole("slider", { name: "Place in the live show" });
  await bar.press("Home");
  await until(async () => (await bar.getAttribute("aria-valuetext"))!.endsWith("behind live"));
  await pictureMoves(viewer);
  await bar.press("End");
  await until(isHeard);
  await plugMicrophone(studio, false);
  // More than the five seconds that a network's holes are filled.
  await playsOn(viewer, 7);
  await pictureMoves(viewer);
  expect(await isHeard()).toBe(false);
  await plugMicrophone(studio, true);
  await until(isHeard);
  await pictureMoves(viewer);
  await studio.getByRole("button", { name: "Turn camera off" }).click();
  await viewer.getByText("The camera is off").waitFor();
  // The last picture is held; without, players stood still a second later.
  await playsOn(viewer, 8);
  await until(isHeard);
  await studio.getByRole("button", { name: "Turn camera on" }).click();
  await viewer.getByText("The camera is off").waitFor({ state: "hidden" });
  await playsOn(viewer, 3);
  await pictureMoves(viewer);
  await hosting.close();
  await watching.close();
});
