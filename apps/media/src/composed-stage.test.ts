import { HLS_BEGINS, type StageOrder, withOpus } from "@sameroom/contract";
import { type AccessUnit, parseFragment, parseInit } from "@sameroom/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Program } from "./program/program.ts";
import { eventually } from "./testing/eventually.fixture.ts";
import { HlsPlayer } from "./testing/hls-player.fixture.ts";
import { judgeRendition } from "./testing/hls-recorder.fixture.ts";
import { encodeRealMedia, type RealMedia } from "./testing/real-encoding.fixture.ts";
import { RealPublisher } from "./testing/real-publisher.fixture.ts";
import { TestControl } from "./testing/test-control.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";
import { decodedPictures } from "./transcode/picture.fixture.ts";

const SHORT_SEGMENTS = {
  ...{ SAMEROOM_HLS: "on", SAMEROOM_HLS_PART_MS: "200", SAMEROOM_HLS_SEGMENT_MS: "1000" },
};
let control: TestControl;
let stage: TestStage;
let host: RealMedia;
let guest: RealMedia;
beforeAll(async () => {
  host = await encodeRealMedia({ layers: { l: [160, 90], h: [320, 180] }, seconds: 4 });
  guest = await encodeRealMedia({ layers: { h: [320, 180] }, seconds: 4 });
  control = await new TestControl().start();
  stage = await TestStage.open({ controlLinkUrl: control.url, environment: SHORT_SEGMENTS });
  await eventually("the link", () => stage.worker.app.link.connected);
});
beforeEach(() => stage.newRoom());
afterEach(() => stage.clear());
afterAll(async () => {
  await stage.close();
  await control.close();
});

const node = () => stage.worker.app.node;
const order = (more: Partial<StageOrder> = {}): StageOrder => ({
  ...{ seats: ["user:host", "user:bob"], silenced: [], barred: [], layout: "grid", spotlight: null },
  faces: [
    { participant: "user:host", name: "Ada", cameraOff: false, whole: false },
    { participant: "user:bob", name: "Bob", cameraOff: true, whole: false },
  ],
  ...more,
});
const composes = () => stage.worker.app.transcoders.counts.compositions === 1;
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

/** How bright the right half of the newest segment's last picture is: a dark tile, or a test picture; NaN: there is none. */
async function rightHalf(player: HlsPlayer, rendition: string): Promise<number> {
  const { text, segments } = await player.playlist(rendition);
  const fetched = (name: string) =>
    player.get(rendition.replace("index.m3u8", name)).then((response) => bytesOf(response));
  const init = [...text.matchAll(/#EXT-X-MAP:.*URI="([^"]+)"/g)].at(-1)![1]!;
  const format = parseInit(await fetched(init))!;
  const bytes = await fetched(segments.at(-1)!);
  const units: AccessUnit[] = [];
  for (let at = 0, fragment = parseFragment(bytes, at); fragment; fragment = parseFragment(bytes, at)) {
    for (const { offset, size, keyframe } of fragment.samples)
      units.push({
        ...{ format, captureMicros: units.length * 40_000, compositionMicros: 0, keyframe, samples: 0 },
        data: bytes.subarray(offset, offset + size),
      });
    at = fragment.end;
  }
  const last = decodedPictures(units).at(-1);
  if (last === undefined) return Number.NaN;
  const { pixels, width, height } = last;
  let sum = 0;
  for (let row = 0; row < height; row++)
    for (let column = width / 2 + 4; column < width; column++) sum += pixels[row * width + column]!;
  return sum / (height * (width / 2 - 4));
}
const DARK = 60;

/** A show that everybody may play, with a guest on air. */
async function goOnAir(): Promise<void> {
  control.send({
    ...{ type: "room-policy", room: stage.room, broadcast: null, open: true },
    ...{ recordingMode: "manual", title: "A show" },
  });
  await stage.own(new RealPublisher(host)).connect(stage, await stage.hostToken());
  const token = await stage.worker.token({ room: stage.room, role: "guest", participant: "user:bob" });
  await stage.own(new RealPublisher(guest)).connect(stage, token);
  await eventually("a program", () => node().programs?.of(stage.room)?.sound !== undefined);
  await eventually("the guest", () => node().publisherOf(stage.room, "user:bob")?.hasMedia === true);
}

/** That show, and a player of it. */
async function goLive(): Promise<{ player: HlsPlayer; top: string; sound: string }> {
  await goOnAir();
  const address = `${stage.worker.url}/live/${stage.room}/index.m3u8`;
  await eventually("playlists", async () => (await fetch(address, { method: "HEAD" })).status === 200);
  const player = new HlsPlayer(withOpus(address));
  const renditions = await player.renditions();
  const named = (name: string) => renditions.find((uri) => uri.includes(`/${name}/`))!;
  return { player, top: named("v-h"), sound: named("opus") };
}

/** From the last unit of one format to the first of the next, µs of capture time, each time that the show changes. */
function stepsAtChanges(program: Program, rendition: string): number[] {
  const steps: number[] = [];
  let before: AccessUnit | undefined;
  program.subscribe(rendition, (unit) => {
    if (before !== undefined && unit.format !== before.format)
      steps.push(unit.captureMicros - before.captureMicros);
    before = unit;
  });
  return steps;
}

describe("the show of a stage with guests, over LL-HLS", () => {
  it("is the host alone, then everybody, then the host again, and nothing is missing in between", async () => {
    const { player, top, sound } = await goLive();
    await player.follow(top, 1);
    expect(await rightHalf(player, top)).toBeGreaterThan(DARK);
    const program = node().programs!.of(stage.room)!;
    const steps = ["v-h", "opus"].map((rendition) => stepsAtChanges(program, rendition));
    node().setStage(stage.room, order());
    const isDark = async () => (await rightHalf(player, top)) < DARK;
    const isBright = async () => (await rightHalf(player, top)) > DARK;
    await eventually("the guest's face is there", isDark);
    node().setStage(stage.room, order({ faces: [] }));
    await eventually("the guest's picture is there", isBright);
    node().setStage(stage.room, order({ seats: [], faces: [] }));
    await eventually("nothing is composed any more", () => !composes());
    await player.follow(top, 1);
    for (const [toStage, toHost, ...more] of steps) {
      expect(toStage).toBeLessThan(100_000);
      expect(toHost).toBeLessThan(100_000);
      expect(more).toEqual([]);
    }
    // FFmpeg has nothing to say against any of it, nor the playlists against their successors.
    expect((await judgeRendition(player, top)).length).toBeGreaterThanOrEqual(3);
    await judgeRendition(player, sound);
    expect(player.faults()).toEqual([]);
  });

  it("goes on with the host when the process dies that makes it, and is composed again", async () => {
    const { player, top } = await goLive();
    node().setStage(stage.room, order());
    await eventually("the guest's face", async () => (await rightHalf(player, top)) < DARK);
    for (const pid of stage.worker.app.transcoders.pids) process.kill(pid, "SIGKILL");
    await eventually("the host alone", async () => (await rightHalf(player, top)) > DARK);
    await eventually("the guest's face again", async () => (await rightHalf(player, top)) < DARK);
    expect(player.faults()).toEqual([]);
  });

  it("has the host of another worker in it, and of them alone, until that worker dies", async () => {
    const { player, top } = await goLive();
    const far = stage.own(await TestStage.open({ environment: SHORT_SEGMENTS }));
    far.room = `${stage.room}-far`;
    await far.own(new RealPublisher(guest)).connect(far, await far.hostToken("user:rival"));
    const [here, there] = [stage, far].map(({ worker, room }) => ({ from: worker.url, room }));
    const join = ({ worker, room }: TestStage, how: StageOrder) => {
      worker.app.node.setStage(room, how);
      worker.app.pulls.set(room, how.visitors ?? []);
    };
    const rival = { participant: "user:rival", ...there! };
    const ours = order({ seats: ["user:host", null, "user:rival"], visitors: [rival] });
    const dark = (participant: string) => ({ participant, name: participant, cameraOff: true, whole: false });
    join(stage, { ...ours, faces: [dark("user:rival")] });
    await eventually("the rival's face", async () => (await rightHalf(player, top)) < DARK);
    join(stage, { ...ours, faces: [] });
    await eventually("the rival's picture", async () => (await rightHalf(player, top)) > DARK);
    // What the other worker composes is its own show's: here it would be a mirror in a mirror.
    const visitors = [{ participant: "user:host", ...here! }];
    const faces = [dark("user:rival"), dark("user:host")];
    join(far, { ...ours, seats: ["user:rival", "user:host"], visitors, faces });
    far.worker.app.node.programs!.of(far.room)!.ask("v-h");
    await eventually("a stage there", () => far.worker.app.node.programs!.of(far.room)!.show.isStage);
    await player.follow(top, 2);
    expect(await rightHalf(player, top)).toBeGreaterThan(DARK);
    await far.close();
    await eventually("the rival is lost", async () => (await rightHalf(player, top)) < DARK);
    join(stage, order({ seats: [] }));
    await eventually("the host alone", async () => (await rightHalf(player, top)) > DARK);
    expect(player.faults()).toEqual([]);
  });

  it("is composed while it is recorded, or played, and at no other time", async () => {
    await goOnAir();
    node().setStage(stage.room, order());
    const { programs } = node();
    // Viewers on WebRTC ask how far back the show reaches: nothing is made for them.
    const address = `${stage.worker.url}/live/${stage.room}/index.m3u8`;
    const told = async () => (await fetch(withOpus(address))).text();
    await eventually("a beginning", async () => (await told()).includes(`DATA-ID="${HLS_BEGINS}",VALUE="2`));
    expect(programs!.of(stage.room)!.isWatched).toBe(false);
    expect(composes()).toBe(false);
    control.send({ type: "record", room: stage.room, on: true });
    await eventually("it is composed", composes);
    await eventually("it is the show", () => programs!.of(stage.room)!.show.isStage);
    control.send({ type: "record", room: stage.room, on: false });
    await eventually("it is the host's again", () => !composes() && !programs!.of(stage.room)!.show.isStage);
  });
});
