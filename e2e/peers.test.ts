import { isKeyframeStart } from "@sameroom/protocol";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, type RtpPacket } from "werift";
import { App } from "./harness/app.ts";
import { launchChromium, openWindow, pictureMoves } from "./harness/chromium.ts";
import { mintAsVisitor, Person } from "./harness/people.ts";
import { until } from "./harness/until.ts";

let app: App;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start({ demo: true }), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

describe("standard peers", () => {
  test("FFmpeg publishes the demo by WHIP, and a newcomer finds it on the home page and watches", async () => {
    const page = await (await openWindow(browser)).newPage();
    await page.goto(app.url);
    await page
      .getByRole("link", { name: /Demo broadcast|Come in/ })
      .first()
      .click();
    await pictureMoves(page);
  });

  test("werift watches the same show by WHEP and its first video packet begins a keyframe", async () => {
    const { token } = (await (await mintAsVisitor(app.url, "demo")).json()) as { token: string };
    const peer = new RTCPeerConnection({
      bundlePolicy: "max-bundle",
      iceServers: [],
      iceUseIpv6: false,
      codecs: {
        audio: [new RTCRtpCodecParameters({ mimeType: "audio/opus", clockRate: 48_000, channels: 2 })],
        video: [
          new RTCRtpCodecParameters({
            mimeType: "video/H264",
            clockRate: 90_000,
            parameters: "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1",
          }),
        ],
      },
    });
    const packets: Record<string, RtpPacket[]> = { audio: [], video: [] };
    for (const kind of ["video", "audio"] as const) {
      peer.addTransceiver(kind, { direction: "recvonly" }).onTrack.subscribe((track: MediaStreamTrack) => {
        track.onReceiveRtp.subscribe((packet) => void packets[kind]!.push(packet));
      });
    }
    await peer.setLocalDescription(await peer.createOffer());
    const response = await fetch(`${app.mediaUrl}/whep/demo`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/sdp" },
      body: peer.localDescription!.sdp,
    });
    expect(response.status).toBe(201);
    await peer.setRemoteDescription({ type: "answer", sdp: await response.text() });
    await until(() => packets.video!.length > 50 && packets.audio!.length > 50);
    expect(isKeyframeStart("h264", packets.video![0]!.payload)).toBe(true);
    const numbers = packets.audio!.map((packet) => packet.header.sequenceNumber);
    expect(
      numbers.every((number, index) => index === 0 || number === ((numbers[index - 1]! + 1) & 0xffff)),
    ).toBe(true);
    const gone = await fetch(new URL(response.headers.get("location")!, app.mediaUrl), {
      method: "DELETE",
      headers: { authorization: `Bearer ${token}` },
    });
    expect(gone.status).toBe(200);
    await peer.close();
  });

  test("the admin stops the demo from outside and its viewers see the end", async () => {
    const page = await (await openWindow(browser)).newPage();
    await page.goto(`${app.url}/r/demo`);
    await pictureMoves(page);
    const admin = await Person.logIn(app.url, app.admin);
    expect((await admin.request("DELETE", "/api/demo")).status).toBe(204);
    await page.getByRole("heading", { name: /^That was/ }).waitFor();
  });
});
