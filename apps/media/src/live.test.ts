import { connect, type Socket } from "node:net";
import { markInRoom, withOpus } from "@sameroom/contract";
import { parseFragment, parseInit } from "@sameroom/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./testing/eventually.fixture.ts";
import { playCrowd } from "./testing/hls-crowd.fixture.ts";
import { HlsPlayer, readPlaylist } from "./testing/hls-player.fixture.ts";
import { encodeRealMedia, type RealMedia } from "./testing/real-encoding.fixture.ts";
import { RealPublisher } from "./testing/real-publisher.fixture.ts";
import { TestControl } from "./testing/test-control.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";

let control: TestControl;
let stage: TestStage;
let media: RealMedia;
beforeAll(async () => {
  media = await encodeRealMedia({ layers: { l: [160, 90], m: [240, 136], h: [320, 180] }, seconds: 4 });
  control = await new TestControl().start();
  stage = await TestStage.open({
    controlLinkUrl: control.url,
    environment: { SAMEROOM_HLS: "on", SAMEROOM_HLS_PART_MS: "200", SAMEROOM_HLS_SEGMENT_MS: "1000" },
  });
  await eventually("the link", () => stage.worker.app.link.connected);
});
beforeEach(() => stage.newRoom());
afterEach(async () => {
  await stage.clear();
  const faults = players.splice(0).flatMap((player) => player.faults());
  expect(faults).toEqual([]);
});
afterAll(async () => {
  await stage.close();
  await control.close();
});

/** Of this test: all that they were given must be as RFC 8216bis wants it. */
const players: HlsPlayer[] = [];

function createPlayer(base: string, headers?: Record<string, string>): HlsPlayer {
  const player = new HlsPlayer(base, headers);
  players.push(player);
  return player;
}

const address = (token?: string) =>
  `${stage.worker.url}/live/${stage.room}/${token === undefined ? "" : `~${token}/`}index.m3u8`;

async function publish(source = media): Promise<RealPublisher> {
  return stage.own(new RealPublisher(source)).connect(stage, await stage.hostToken());
}

/** A show that everybody may play, and a player that has found it. */
async function goLive(source = media): Promise<{ host: RealPublisher; player: HlsPlayer }> {
  control.send({
    ...{ type: "room-policy", room: stage.room, broadcast: null, open: true },
    ...{ recordingMode: "off", title: "A show" },
  });
  const host = await publish(source);
  await eventually("a program", async () => (await fetch(address(), { method: "HEAD" })).status === 200);
  return { host, player: createPlayer(address()) };
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

/** Somebody who asks for things and reads none of the answers. */
class Deaf {
  isOpen = true;
  readonly #socket: Socket;

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1").pause();
    this.#socket.on("close", () => {
      this.isOpen = false;
    });
    this.#socket.on("error", () => {});
  }

  ask(path: string, times: number): void {
    this.#socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(times));
  }

  close(): void {
    this.#socket.destroy();
  }
}

describe("a show over LL-HLS", () => {
  it("is listed with every layer and the sound, as measured", async () => {
    const { player } = await goLive();
    const renditions = await player.renditions();
    const namesOf = (uris: readonly string[]) => uris.map((uri) => uri.split("/")[1]);
    expect(namesOf(renditions)).toEqual(["v-h", "v-m", "v-l", "aac"]);
    const opus = createPlayer(withOpus(address()));
    expect(namesOf(await opus.renditions())).toEqual(["v-h", "v-m", "v-l", "opus"]);
    const text = opus.seen.get("index.m3u8")![0]!;
    expect(text).toMatch(/CODECS="avc1\.42c00d,opus",RESOLUTION=320x180,AUDIO="opus"/);
  });

  it("has an audience: control hears of players and radios, but not of those who are in the room anyway", async () => {
    const { player } = await goLive();
    const told = () =>
      control
        .of("audience")
        .filter(({ room }) => room === stage.room)
        .map(({ players }) => players);
    const marked = createPlayer(markInRoom(address()));
    const [inRoom] = await marked.renditions();
    expect(inRoom).toMatch(/index\.m3u8\?in-room=1$/);
    await marked.playlist(inRoom!);
    const [rendition] = await player.renditions();
    for (const agent of ["VLC", "VLC", "mpv"])
      expect((await player.get(rendition!, { "user-agent": agent })).status).toBe(200);
    await eventually("two players", () => told().at(-1) === 2);
    const stop = new AbortController();
    const radio = await fetch(address().replace("index.m3u8", "audio.mp3"), {
      headers: { "user-agent": "radio" },
      signal: stop.signal,
    });
    expect(radio.status).toBe(200);
    await eventually("a radio", () => told().at(-1) === 3);
    stop.abort();
    await eventually("no radio", () => told().at(-1) === 2);
    expect(Math.max(...told())).toBe(3);
  });

  it("is cut at keyframes, in all layers at the same moment, and plays from its set-up on", async () => {
    await goLive();
    const player = createPlayer(withOpus(address()));
    const renditions = await player.renditions();
    const playlists = await Promise.all(renditions.map((rendition) => player.follow(rendition, 2)));
    const starts = playlists.map(({ text }) => /PROGRAM-DATE-TIME:(\S+)[\s\S]*?\n1\.m4s/.exec(text)?.[1]);
    expect(new Set(starts.slice(0, 3)).size).toBe(1);
    for (const [index, rendition] of renditions.entries()) {
      const init = parseInit(
        await bytesOf(await player.get(`${rendition.replace("index.m3u8", "init-0.mp4")}`)),
      );
      expect(init?.kind).toBe(index < 3 ? "video" : "audio");
      const segment = await bytesOf(await player.get(rendition.replace("index.m3u8", "1.m4s")));
      const fragment = parseFragment(segment);
      expect(fragment?.samples[0]?.keyframe).toBe(true);
      const part = await bytesOf(await player.get(rendition.replace("index.m3u8", "1.0.m4s")));
      expect(part).toEqual(segment.subarray(0, part.length));
    }
  });

  it("answers a reload that waits when the part is there, and a request for the hinted part with the same bytes", async () => {
    const { player } = await goLive();
    const [rendition] = await player.renditions();
    for (let round = 0; round < 6; round++) {
      const now = await player.playlist(rendition!);
      const hinted = player.get(rendition!.replace("index.m3u8", now.hint!));
      const query = `?_HLS_msn=${now.lastMsn + 1}&_HLS_part=${now.openParts.length}`;
      const next = await player.playlist(rendition!, query);
      expect(next.text).toContain(`URI="${now.hint}"`);
      const early = await hinted;
      expect(early.status).toBe(200);
      const again = await player.get(rendition!.replace("index.m3u8", now.hint!));
      expect(await bytesOf(early)).toEqual(await bytesOf(again));
    }
  });

  it("is compressed where that is wanted, may be asked by any page, and says how long it is good for", async () => {
    const { player } = await goLive();
    const [rendition] = await player.renditions();
    const plain = await player.get(rendition!, { "accept-encoding": "identity" });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(plain.headers.get("cache-control")).toBe("public, max-age=1");
    expect(plain.headers.get("content-type")).toBe("application/vnd.apple.mpegurl");
    const zipped = await player.get(rendition!, { "accept-encoding": "br, gzip;q=0.8" });
    expect(zipped.headers.get("content-encoding")).toBe("gzip");
    expect(zipped.headers.get("access-control-allow-origin")).toBe("*");
    expect(readPlaylist(await zipped.text()).lastMsn).toBeGreaterThanOrEqual(0);
    const waited = await player.get(`${rendition}?_HLS_msn=1`);
    expect(waited.headers.get("cache-control")).toBe("public, max-age=36");
    const segment = await player.get(rendition!.replace("index.m3u8", "1.m4s"));
    expect(segment.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(segment.headers.get("content-type")).toBe("video/mp4");
    const whole = await bytesOf(segment);
    const range = await player.get(rendition!.replace("index.m3u8", "1.m4s"), { range: "bytes=8-15" });
    expect([range.status, range.headers.get("content-range")]).toEqual([206, `bytes 8-15/${whole.length}`]);
    expect(await bytesOf(range)).toEqual(whole.slice(8, 16));
    const beyond = await player.get(rendition!.replace("index.m3u8", "1.m4s"), { range: "bytes=99999999-" });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${whole.length}`]);
  });

  it("refuses what nobody can mean", async () => {
    const { player } = await goLive();
    const [rendition] = await player.renditions();
    const [epoch] = rendition!.split("/");
    const place = `${epoch}/v-h`;
    const answers = await Promise.all(
      [
        `${rendition}?_HLS_msn=999999999999&_HLS_part=0`,
        `${rendition}?_HLS_msn=0&_HLS_part=x`,
        `${rendition}?_HLS_part=1`,
        `${place}/999999.m4s`,
        `${place}/999999.0.m4s`,
        `${place}/init-99.mp4`,
        `${epoch}/v-none/index.m3u8`,
        "e0/v-h/index.m3u8",
        `${place}/..%2f..%2f0.m4s`,
        `${stage.worker.url}/live/nobody-here/index.m3u8`,
      ].map(async (url) => codeOf(await player.get(url))),
    );
    expect(answers).toEqual([
      [400, "playback.too_far_ahead"],
      [400, "request.invalid"],
      [400, "request.invalid"],
      [404, "playback.gone"],
      [404, "playback.gone"],
      [404, "playback.gone"],
      [404, "playback.gone"],
      [404, "playback.gone"],
      [404, "request.not_found"],
      [404, "playback.not_live"],
    ]);
    const huge = await player.get("", { "x-huge": "x".repeat(20_000) });
    expect(huge.status).toBe(431);
    const post = await fetch(address(), { method: "POST" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });

  it("keeps a layer coming that a player asks for, and the highest in any case", async () => {
    const { player } = await goLive();
    const [session] = [...stage.worker.app.node.publisherSessions].filter(({ room }) => room === stage.room);
    const picture = session!.tracks.find(({ kind }) => kind === "video")!;
    /** Wanted by whoever wants it now, long after everything new has ceased to be. */
    const wanted = () => {
      const later = performance.now() + 60_000;
      const sources = picture.layers.map(({ source }) => source);
      const still = picture.wanted.wanted(later, sources);
      return picture.layers.filter(({ source }) => still.includes(source)).map(({ id }) => id);
    };
    await eventually("the highest", () => wanted().includes("h"));
    expect(wanted()).toEqual(["l", "h"]);
    await player.playlist((await player.renditions()).find((uri) => uri.includes("v-m"))!);
    await eventually("the one in the middle", () => wanted().length === 3);
  });

  it("has AAC for players that need it, made when the first one asks, from some segments back on", async () => {
    const { player } = await goLive();
    const opus = (await createPlayer(withOpus(address())).renditions()).find((uri) =>
      uri.includes("/opus/"),
    )!;
    const before = (await player.follow(opus, 4)).segments;
    const aac = (await player.renditions()).find((uri) => uri.includes("/aac/"))!;
    const first = await player.playlist(aac);
    expect(first.segments).toEqual(expect.arrayContaining(before.slice(-3)));
    const playlist = await player.follow(aac, 2);
    expect(parseInit(await bytesOf(await player.get(aac.replace("index.m3u8", "init-0.mp4"))))).toMatchObject(
      {
        codecs: "mp4a.40.2",
        sampleRate: 48_000,
      },
    );
    const segment = await player.get(aac.replace("index.m3u8", playlist.segments.at(-1)!));
    expect(parseFragment(await bytesOf(segment))?.samples.length).toBeGreaterThan(1);
  });

  it("has smaller pictures of one that comes in one size, made when somebody asks", async () => {
    const { player } = await goLive(await encodeRealMedia({ layers: { single: [640, 480] }, seconds: 2 }));
    const renditions = await player.renditions();
    expect(renditions.map((uri) => uri.split("/")[1])).toEqual(["v-single", "h264-360", "aac"]);
    const small = renditions[1]!;
    await player.follow(small, 1);
    const init = parseInit(await bytesOf(await player.get(small.replace("index.m3u8", "init-0.mp4"))));
    expect(init).toMatchObject({ kind: "video", codec: "h264", width: 480, height: 360 });
  });

  it("is an endless MP3 for radios, with its title, made while somebody listens", async () => {
    await goLive();
    const url = address().replace("index.m3u8", "audio.mp3");
    const leave = new AbortController();
    const radio = await fetch(url, { headers: { "icy-metadata": "1" }, signal: leave.signal });
    expect(radio.headers.get("content-type")).toBe("audio/mpeg");
    expect(radio.headers.get("icy-name")).toBe("A show");
    const interval = Number(radio.headers.get("icy-metaint"));
    let bytes = new Uint8Array();
    for await (const chunk of radio.body!) {
      bytes = new Uint8Array([...bytes, ...chunk]);
      if (bytes.length > interval + 100) break;
    }
    // A frame of MPEG layer III begins with eleven bits of ones.
    expect([bytes[0], bytes[1]! & 0xe6]).toEqual([0xff, 0xe2]);
    expect(new TextDecoder().decode(bytes.subarray(interval + 1, interval + 32))).toContain(
      "StreamTitle='A show'",
    );
    leave.abort();
    const { transcoders } = stage.worker.app;
    await eventually("nothing made", () => transcoders.counts.audio === 0);
  });

  it("goes on in the same playlists when the host comes back, behind a discontinuity", async () => {
    const { host, player } = await goLive();
    const [rendition] = await player.renditions();
    const before = await player.follow(rendition!, 1);
    host.close();
    await publish();
    const after = await player.follow(rendition!, 3);
    expect(after.lastMsn).toBeGreaterThan(before.lastMsn);
    expect(after.text.match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(1);
    expect((await player.renditions())[0]).toBe(rendition);
  });

  it("ends with its broadcast for those who are late, and begins anew under another name", async () => {
    const { player } = await goLive();
    const [rendition] = await player.renditions();
    const waiting = player.playlist(
      rendition!,
      `?_HLS_msn=${(await player.playlist(rendition!)).lastMsn + 2}`,
    );
    control.send({ type: "end-room", room: stage.room });
    expect((await waiting).isEnded).toBe(true);
    const last = await player.playlist(rendition!, "?_HLS_msn=999");
    expect(last.isEnded).toBe(true);
    expect(last.hint).toBeUndefined();
    const again = await publish();
    const renewed = await eventually("another program", async () => {
      const [other] = await player.renditions();
      return other === rendition ? undefined : other;
    });
    expect((await player.playlist(renewed)).isEnded).toBe(false);
    expect((await player.playlist(rendition!)).isEnded).toBe(true);
    again.close();
  });
});

describe("a crowd", () => {
  it("of five hundred players is answered as one, and nobody is left waiting", async () => {
    const { player } = await goLive();
    const rendition = (await player.renditions()).find((uri) => uri.includes("v-l"))!;
    const origin = stage.worker.app.live!;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, origin.waiting);
    }, 10);
    const rounds = 5;
    const crowd = await playCrowd(new URL(rendition, address()).href, 500, rounds);
    clearInterval(watch);
    expect(most).toBeGreaterThan(50);
    expect(origin.waiting).toBe(0);
    expect(crowd.every((texts) => texts.length === rounds - 1)).toBe(true);
    // Whoever waited for the same part got the very same playlist.
    const versions = new Map<string, string>();
    for (const text of crowd.flat()) {
      const { lastMsn, openParts } = readPlaylist(text);
      const version = `${lastMsn}.${openParts.length}`;
      expect(versions.get(version) ?? text).toBe(text);
      versions.set(version, text);
    }
  });

  it("does not mind who asks and never reads, or leaves", async () => {
    const { player } = await goLive();
    const [rendition] = await player.renditions();
    const playlist = await player.follow(rendition!, 1);
    const { pathname, port } = new URL(rendition!.replace("index.m3u8", playlist.segments[0]!), address());
    const deaf = Array.from({ length: 20 }, () => {
      const socket = stage.own(new Deaf(Number(port)));
      socket.ask(pathname, 50);
      return socket;
    });
    const leaving = new AbortController();
    const origin = stage.worker.app.live!;
    const next = `${rendition}?_HLS_msn=${playlist.lastMsn + 2}`;
    const gone = fetch(new URL(next, address()), { signal: leaving.signal });
    await eventually("somebody who waits", () => origin.waiting > 0);
    leaving.abort();
    await expect(gone).rejects.toThrow();
    const after = await player.follow(rendition!, 1);
    expect(after.lastMsn).toBeGreaterThan(playlist.lastMsn);
    await eventually("nobody who waits", () => origin.waiting === 0);
    for (const socket of deaf) expect(socket.isOpen).toBe(true);
  });

  it("is turned away where too many wait at once from one address", async () => {
    const small = await TestStage.open({
      controlLinkUrl: control.url,
      environment: { SAMEROOM_HLS: "on", SAMEROOM_HLS_MAX_WAITING_PER_ADDRESS: "3" },
    });
    try {
      small.newRoom();
      const host = small.own(new RealPublisher(media));
      await host.connect(small, await small.hostToken());
      const token = await small.worker.playbackToken({ room: small.room });
      const base = `${small.worker.url}/live/${small.room}/~${token}/index.m3u8`;
      await eventually("a program", async () => (await fetch(base, { method: "HEAD" })).status === 200);
      const player = createPlayer(base);
      const [rendition] = await player.renditions();
      const { lastMsn } = await player.playlist(rendition!);
      const asked = Array.from({ length: 5 }, () => player.get(`${rendition}?_HLS_msn=${lastMsn + 1}`));
      const answers = await Promise.all(asked);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 503, 503]);
      const refused = answers.find(({ status }) => status === 503)!;
      expect(refused.headers.get("retry-after")).toBe("1");
      expect(await codeOf(refused)).toEqual([503, "playback.full"]);
    } finally {
      await small.close();
    }
  });
});

describe("a show that is not for everybody", () => {
  it("is played by who has a token, in the path or as bearer, for each single address", async () => {
    await publish();
    const token = await stage.worker.playbackToken({ room: stage.room });
    await eventually(
      "a program",
      async () => (await fetch(address(token), { method: "HEAD" })).status === 200,
    );
    const signed = createPlayer(address(token));
    const [rendition] = await signed.renditions();
    const playlist = await signed.follow(rendition!, 1);
    const segment = rendition!.replace("index.m3u8", playlist.segments.at(-1)!);
    const answer = await signed.get(segment);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([
      200,
      "private, max-age=31536000, immutable",
    ]);
    const bearer = createPlayer(address(), { authorization: `Bearer ${await stage.viewerToken()}` });
    expect((await bearer.playlist(rendition!)).lastMsn).toBeGreaterThanOrEqual(0);
    const nobody = createPlayer(address());
    for (const url of ["", rendition!, segment])
      expect(await codeOf(await nobody.get(url))).toEqual([401, "token.missing"]);
    const foreign = await stage.worker.playbackToken({ room: "another-room" });
    const stranger = createPlayer(address(foreign));
    expect(await codeOf(await stranger.get(segment))).toEqual([403, "token.wrong_room"]);
    const late = new HlsPlayer(
      address(await stage.worker.playbackToken({ room: stage.room, expiresInS: -60 })),
    );
    expect(await codeOf(await late.get(segment))).toEqual([401, "token.expired"]);
  });
});
