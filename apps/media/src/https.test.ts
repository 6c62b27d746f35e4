import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { RECORDER_PATH, type RecorderAnswer } from "@sameroom/contract";
import { SELF_SIGNED } from "@sameroom/http/testing";
import { validateMediaPlaylist } from "@sameroom/protocol";
import { io } from "socket.io-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { judge } from "../../../testing/ffmpeg/judge.ts";
import { eventually } from "./testing/eventually.fixture.ts";
import { readPlaylist } from "./testing/hls-player.fixture.ts";
import { encodeRealMedia, type RealMedia } from "./testing/real-encoding.fixture.ts";
import { RealPublisher } from "./testing/real-publisher.fixture.ts";
import { TestControl } from "./testing/test-control.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";

const [OURS, FOREIGN] = SELF_SIGNED;

let directory: string;
let control: TestControl;
let stage: TestStage;
let media: RealMedia;
let session: ClientHttp2Session;

beforeAll(async () => {
  // `fetch` knows no other way: WHIP peers of the fixtures speak to a certificate nobody vouches for.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  directory = await mkdtemp(join(tmpdir(), "sameroom-https-"));
  await writeFile(join(directory, "cert.pem"), OURS.cert);
  await writeFile(join(directory, "key.pem"), OURS.key);
  media = await encodeRealMedia({ layers: { h: [320, 180] }, seconds: 4 });
  control = await new TestControl(OURS).start();
  stage = await TestStage.open({ controlLinkUrl: control.url, environment: environment() });
  await eventually("the link, by the certificate that both have", () => stage.worker.app.link.connected);
});
beforeEach(() => {
  stage.newRoom();
  session = connect(stage.worker.url, { ca: OURS.cert });
});
afterEach(async () => {
  session.destroy();
  await stage.clear();
});
afterAll(async () => {
  await stage.close();
  await control.close();
  await rm(directory, { recursive: true, force: true });
});

const environment = () => ({
  ...{ SAMEROOM_HLS: "on", SAMEROOM_HLS_PART_MS: "200", SAMEROOM_HLS_SEGMENT_MS: "1000" },
  SAMEROOM_TLS_CERT_FILE: join(directory, "cert.pem"),
  SAMEROOM_TLS_KEY_FILE: join(directory, "key.pem"),
});

/** A request over the one HTTP/2 connection of the test. */
function ask(path: string, headers: Record<string, string> = {}) {
  const stream = session.request({ ":path": path, ...headers });
  const head = once(stream, "response").then(([first]) => first as IncomingHttpHeaders);
  const body = head.then(() => buffer(stream));
  return { stream, head, body, text: () => body.then(String) };
}

async function goLive(): Promise<string> {
  control.send({
    ...{ type: "room-policy", room: stage.room, broadcast: null, open: true },
    ...{ recordingMode: "off", title: "A show" },
  });
  await stage.own(new RealPublisher(media)).connect(stage, await stage.hostToken());
  const base = `/live/${stage.room}`;
  await eventually(
    "a program",
    async () => Number((await ask(`${base}/index.m3u8`).head)[":status"]) === 200,
  );
  const multivariant = await ask(`${base}/index.m3u8`).text();
  return `${base}/${/^[^#].*\/v[^/]*\/index\.m3u8$/m.exec(multivariant)![0].replace("/index.m3u8", "")}`;
}

/** Reloads until eight deltas have come, each as RFC 8216bis wants it, and puts them together to what a whole playlist says. */
async function followDeltas(path: string): Promise<void> {
  let previous = await ask(path).text();
  let known = segmentsOf(previous);
  for (let deltas = 0; deltas < 8; ) {
    const { lastMsn, openParts } = readPlaylist(previous);
    const reload = `${path}?_HLS_msn=${lastMsn + 1}&_HLS_part=${openParts.length}`;
    const delta = await ask(`${reload}&_HLS_skip=YES`).text();
    expect(validateMediaPlaylist(delta, { lowLatency: true, previous })).toEqual([]);
    const skipped = Number(/#EXT-X-SKIP:SKIPPED-SEGMENTS=(\d+)/.exec(delta)?.[1] ?? 0);
    const whole = [...known.slice(0, skipped), ...segmentsOf(delta)];
    // Nothing is missing between what the player has and what it gets.
    expect(whole.slice(0, known.length)).toEqual(known);
    if (skipped > 0) deltas += 1;
    known = whole;
    previous = delta;
  }
  expect(segmentsOf(await ask(path).text()).slice(0, known.length)).toEqual(known);
}

const segmentsOf = (playlist: string) => [...playlist.matchAll(/^\d+\.m4s$/gm)].map(([uri]) => uri);

describe("media over HTTPS", () => {
  it("answers reloads that wait and hinted parts, many on one HTTP/2 connection", async () => {
    const rendition = await goLive();
    const first = readPlaylist(await ask(`${rendition}/index.m3u8`).text());
    const next = { msn: first.lastMsn + 1, part: first.openParts.length };
    // Held one beside the other: a connection that answered in turn would hold the last for two segments.
    const reloads = [1, 0].map((more) =>
      ask(`${rendition}/index.m3u8?_HLS_msn=${next.msn + more}&_HLS_part=0`, { "accept-encoding": "gzip" }),
    );
    const hinted = ask(`${rendition}/${first.hint}`);
    expect((await hinted.head)["content-type"]).toBe("video/mp4");
    expect((await hinted.body).length).toBeGreaterThan(100);
    for (const [index, reload] of reloads.entries()) {
      const head = await reload.head;
      expect(head[":status"]).toBe(200);
      expect(head["content-encoding"]).toBe("gzip");
      const playlist = readPlaylist(gunzipSync(await reload.body).toString());
      expect(playlist.lastMsn).toBeGreaterThanOrEqual(next.msn - index);
    }
    const part = await ask(`${rendition}/${first.hint}`, { range: "bytes=0-9" });
    expect((await part.head)[":status"]).toBe(206);
    expect(await part.body).toEqual((await hinted.body).subarray(0, 10));
  });

  it("plays through in FFmpeg, while a player follows by delta playlists that leave out only what it has", async () => {
    const rendition = await goLive();
    const [{ messages, streams }] = await Promise.all([
      judge(`${stage.worker.url}${rendition}/index.m3u8`, { forSeconds: 10 }),
      followDeltas(`${rendition}/index.m3u8`),
    ]);
    // FFmpeg reads the set-up again after each reload of a live playlist, and says so itself.
    expect(messages.filter((message) => !/Found duplicated MOOV Atom/.test(message))).toEqual([]);
    const [picture] = streams;
    expect(picture!.frames).toBeGreaterThanOrEqual(picture!.packets - 2);
    expect(picture!.endSeconds - picture!.firstSeconds).toBeGreaterThanOrEqual(10);
  });

  it("lets go of a reload whose stream is reset, and goes on with the connection", async () => {
    const rendition = await goLive();
    const { lastMsn } = readPlaylist(await ask(`${rendition}/index.m3u8`).text());
    const held = ask(`${rendition}/index.m3u8?_HLS_msn=${lastMsn + 2}`);
    await eventually("it is held", () => stage.worker.app.live!.waiting === 1);
    held.head.catch(() => {});
    held.body.catch(() => {});
    held.stream.close();
    await eventually("it is forgotten", () => stage.worker.app.live!.waiting === 0);
    expect((await ask("/health").head)[":status"]).toBe(200);
  });

  it("takes WHEP by HTTP/1.1, tells its session's events over HTTP/2, and plays the radio", async () => {
    const rendition = await goLive();
    const viewer = await stage.viewer();
    const authorization = `Bearer ${await stage.viewerToken()}`;
    const events = ask(`${new URL(viewer.resource!.url).pathname}/events`, { authorization });
    expect((await events.head)["content-type"]).toBe("text/event-stream");
    events.body.catch(() => {});
    const [told] = await once(events.stream, "data");
    expect(String(told)).toMatch(/^(?::|event:)/);
    events.stream.close();
    const radio = ask(rendition.replace(/\/[^/]+\/v[^/]*$/, "/audio.mp3"));
    expect((await radio.head)["content-type"]).toBe("audio/mpeg");
    radio.body.catch(() => {});
    const [sound] = await once(radio.stream, "data");
    expect(sound.length).toBeGreaterThan(100);
    radio.stream.close();
  });

  it.each(["websocket", "polling"])("lets recorders in by %s", async (transport) => {
    const client = io(stage.worker.url, {
      ...{ path: RECORDER_PATH, transports: [transport], reconnection: false, rejectUnauthorized: false },
    });
    stage.own(client);
    const answer: RecorderAnswer = await client.emitWithAck("open", {
      ...{ token: await stage.hostToken(), room: stage.room },
      ...{ mimeType: "video/webm;codecs=vp8,opus", resume: null },
    });
    expect(answer).toHaveProperty("opened");
  });

  it("does not tell its secret to a control with another certificate", async () => {
    const stranger = await new TestControl(FOREIGN).start();
    const lonely = await TestStage.open({ controlLinkUrl: stranger.url, environment: environment() });
    const health = connect(lonely.worker.url, { ca: OURS.cert });
    const stream = health.request({ ":path": "/health" });
    expect(JSON.parse(await text(stream))).toMatchObject({ linked: false });
    health.destroy();
    // A retry comes within a quarter of a second.
    await eventually("it has tried", () => stranger.handshakes > 1);
    expect({ connections: stranger.connections, refused: stranger.refused }).toEqual({
      ...{ connections: 0, refused: 0 },
    });
    await lonely.close();
    await stranger.close();
  });
});
