import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  problem,
  RECORDER_PATH,
  type RecorderAnswer,
  type RecorderChunk,
  type RecorderOpen,
  type RecorderToClient,
  type RecorderToServer,
} from "@sameroom/contract";
import { Server, type Socket } from "socket.io";
import { io } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClientIn } from "../client.ts";
import { FakeWorld, fakeTrack, pass } from "../testing/fake-world.fixture.ts";
import type { ClientFailure, Publication, PublicationState, PublishPath } from "../types.ts";

type Connection = Socket<RecorderToServer, RecorderToClient>;

let http: HttpServer;
let server: Server<RecorderToServer, RecorderToClient>;
let opens: RecorderOpen[];
let chunks: RecorderChunk[];
let connections: Connection[];
/** What `open` is answered with, one after the other; then a session. */
let answers: RecorderAnswer[];
let left: number;
/** Acknowledges nothing, until it is told to. */
let isBehind: boolean;
let acknowledgeLate: () => void;
const publications: Publication[] = [];

beforeEach(async () => {
  [opens, chunks, connections, answers, left, isBehind] = [[], [], [], [], 0, false];
  http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  server = new Server(http, { path: RECORDER_PATH });
  server.on("connection", (socket: Connection) => {
    connections.push(socket);
    socket.on("open", (request, answer) => {
      opens.push(request);
      const next = request.resume === null ? 0 : chunks.length;
      if (request.resume === null && answers.length === 0) chunks = [];
      answer(answers.shift() ?? { opened: { resume: "secret", next, windowBytes: 1000 } });
    });
    socket.on("chunk", (chunk, acknowledge) => {
      chunks.push(chunk);
      acknowledgeLate = () => acknowledge(chunk.sequence + 1);
      if (!isBehind) acknowledgeLate();
    });
    socket.on("leave", (acknowledge) => {
      left += 1;
      acknowledge();
    });
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(publications.splice(0).map((publication) => publication.stop()));
  await server.close();
});

function publishIn(world: FakeWorld) {
  const { port } = http.address() as AddressInfo;
  const environment = {
    ...world.environment(),
    createSocket: (_: string, options: object) => io(`http://127.0.0.1:${port}`, options),
  };
  const client = createClientIn(environment, { url: "http://app.test" });
  const tracks = { video: fakeTrack("video"), audio: fakeTrack("audio") };
  const publication = client.publish("kitchen", tracks);
  publications.push(publication);
  const states: PublicationState[] = [];
  const paths: PublishPath[] = [];
  const failures: ClientFailure[] = [];
  publication.on("state", (state) => states.push(state));
  publication.on("path", (path) => paths.push(path));
  publication.on("failure", (failure) => failures.push(failure));
  return { publication, states, paths, failures, tracks };
}

/** A world whose host can record and has no WebRTC. */
function oldBrowser(): FakeWorld {
  const world = new FakeWorld();
  world.hasWebRtc = false;
  world.records = true;
  return world;
}
const texts = () => chunks.map(({ bytes }) => Buffer.from(bytes).toString());

describe("publishing where WebRTC does not get through", () => {
  it("falls back to the recorder after two attempts, and says so", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    const world = new FakeWorld();
    world.records = true;
    world.udp = false;
    const { publication, paths } = publishIn(world);
    await pass(12_000);
    expect([publication.path, publication.state]).toEqual(["webrtc", "connecting"]);
    await pass(12_000);
    expect([publication.path, paths]).toEqual(["recorder", ["recorder"]]);
    expect(world.count("POST", "/whip")).toBe(2);
    // A DELETE would end the show.
    expect(world.count("DELETE")).toBe(0);
    vi.useRealTimers();
  });

  it("keeps to WebRTC where nothing can be recorded", async () => {
    vi.useFakeTimers();
    const world = new FakeWorld();
    world.udp = false;
    const { publication, paths } = publishIn(world);
    await pass(60_000);
    expect([publication.path, publication.state, paths]).toEqual(["webrtc", "connecting", []]);
    world.udp = true;
    await pass(20_000);
    expect(publication.state).toBe("live");
  });

  it("sends what is recorded, each chunk once and in order; leaves at the end", async () => {
    const world = oldBrowser();
    const { publication, states, tracks } = publishIn(world);
    await vi.waitFor(() => expect(states).toEqual(["live"]));
    expect(publication.path).toBe("recorder");
    expect(opens).toMatchObject([
      { room: "kitchen", token: "token1", resume: null, mimeType: "video/webm;codecs=vp8,opus" },
    ]);
    const [recorder] = world.recorders;
    expect(recorder!.stream.getTracks()).toEqual([tracks.video, tracks.audio]);
    expect(recorder).toMatchObject({ timesliceMs: 100, options: { videoKeyFrameIntervalDuration: 2000 } });
    recorder!.give("one");
    recorder!.give("two");
    await vi.waitFor(() => expect(texts()).toEqual(["one", "two"]));
    expect(chunks.map(({ sequence, begins }) => [sequence, begins])).toEqual([
      [0, true],
      [1, false],
    ]);
    await publication.stop();
    expect([left, publication.state, recorder!.state]).toEqual([1, "ended", "inactive"]);
  });

  it("comes back over another connection with what was recorded meanwhile", async () => {
    const world = oldBrowser();
    const { states } = publishIn(world);
    await vi.waitFor(() => expect(states).toEqual(["live"]));
    const [recorder] = world.recorders;
    recorder!.give("one");
    await vi.waitFor(() => expect(texts()).toEqual(["one"]));
    connections[0]!.disconnect(true);
    await vi.waitFor(() => expect(states).toEqual(["live", "reconnecting"]));
    recorder!.give("two");
    await vi.waitFor(() => expect(texts()).toEqual(["one", "two"]));
    expect(states).toEqual(["live", "reconnecting", "live"]);
    expect(opens[1]).toMatchObject({ resume: "secret" });
    expect(world.recorders).toHaveLength(1);
  });

  it("holds back what a server that is behind does not take, and begins anew where that would not be live any more", async () => {
    const world = oldBrowser();
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
    const { publication, states } = publishIn(world);
    const verdicts: string[] = [];
    publication.on("health", ({ verdict, limitedBy }) => verdicts.push(`${verdict} ${limitedBy}`));
    await vi.waitFor(() => expect(states).toEqual(["live"]));
    isBehind = true;
    const [recorder] = world.recorders;
    // Of a window of 1,000 bytes.
    for (const name of ["a", "b", "c"]) recorder!.give(name.repeat(600));
    await vi.waitFor(() => expect(texts()).toEqual(["a".repeat(600)]));
    await pass(4000);
    expect(verdicts.at(-1)).toBe("poor bandwidth");
    expect(world.recorders).toHaveLength(1);
    await pass(4000);
    expect(world.recorders.map(({ state }) => state)).toEqual(["inactive", "recording"]);
    world.recorders[1]!.give("anew");
    isBehind = false;
    acknowledgeLate();
    await vi.waitFor(() => expect(texts()).toEqual(["a".repeat(600), "anew"]));
    expect(chunks.map(({ sequence, begins }) => [sequence, begins])).toEqual([
      [0, true],
      [1, true],
    ]);
    expect([opens.length, publication.state]).toEqual([1, "live"]);
  });

  it("begins anew in another session when the one before is over", async () => {
    const world = oldBrowser();
    const { states } = publishIn(world);
    await vi.waitFor(() => expect(states).toEqual(["live"]));
    answers = [{ problem: problem("recorder.session_not_found") }];
    connections[0]!.disconnect(true);
    await vi.waitFor(() => expect(states).toEqual(["live", "reconnecting", "live"]));
    expect(opens.map(({ resume }) => resume)).toEqual([null, "secret", null]);
    expect(world.recorders.map(({ state }) => state)).toEqual(["inactive", "recording"]);
    world.recorders[1]!.give("anew");
    await vi.waitFor(() => expect(chunks).toMatchObject([{ sequence: 0, begins: true }]));
  });

  it("records other tracks with another recorder, in the same session", async () => {
    const world = oldBrowser();
    const { publication, states } = publishIn(world);
    await vi.waitFor(() => expect(states).toEqual(["live"]));
    world.recorders[0]!.give("camera");
    await vi.waitFor(() => expect(texts()).toEqual(["camera"]));
    const screen = fakeTrack("video");
    await publication.replaceTrack("video", screen);
    expect(world.recorders[1]!.stream.getTracks()).toContain(screen);
    world.recorders[1]!.give("screen");
    await vi.waitFor(() => expect(texts()).toEqual(["camera", "screen"]));
    expect(chunks.map(({ begins }) => begins)).toEqual([true, true]);
    expect(opens).toHaveLength(1);
  });

  it("asks for another token when one is refused, once; fails when it may not publish", async () => {
    const world = oldBrowser();
    answers = [
      { problem: problem("token.expired") },
      { problem: problem("token.expired") },
      { problem: problem("auth.forbidden") },
    ];
    const { publication, failures } = publishIn(world);
    await vi.waitFor(() => expect(publication.state).toBe("failed"), { timeout: 20_000 });
    expect(opens.map(({ token }) => token)).toEqual(["token1", "token2", "token3"]);
    expect(failures.map(({ code, retrying }) => [code, retrying])).toEqual([
      ["token.expired", true],
      ["auth.forbidden", false],
    ]);
    expect(world.recorders).toHaveLength(0);
  });

  it("does not come back when the host goes live from elsewhere", async () => {
    const world = oldBrowser();
    const { publication, states, failures } = publishIn(world);
    await vi.waitFor(() => expect(states).toEqual(["live"]));
    connections[0]!.emit("closed", problem("publish.replaced"));
    await vi.waitFor(() => expect(publication.state).toBe("failed"));
    expect(failures.map(({ code }) => code)).toEqual(["publish.replaced"]);
    expect(world.recorders[0]!.state).toBe("inactive");
  });

  it("is refused where neither is there", () => {
    const world = new FakeWorld();
    world.hasWebRtc = false;
    expect(() => publishIn(world)).toThrow("This browser has no WebRTC");
  });
});
