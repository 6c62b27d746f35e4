import { layersEventSchema } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EventReader } from "./testing/event-reader.fixture.ts";
import { eventually } from "./testing/eventually.fixture.ts";
import { LoadRoom } from "./testing/load-peer.fixture.ts";
import { LAYERS, ModelledViewer, SimulcastPublisher } from "./testing/simulcast.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";

let stage: TestStage;
let room: LoadRoom;
beforeAll(async () => {
  stage = await TestStage.open();
});
beforeEach(() => {
  stage.newRoom();
  room = stage.own(new LoadRoom());
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const { q: lowest } = LAYERS;
const single = { single: lowest! };
const publish = async (token: string, publisher = new SimulcastPublisher(single)) =>
  stage.own(await publisher.connect(stage, token));
const guestToken = (name: string) =>
  stage.worker.token({ room: stage.room, role: "guest", participant: `user:${name}` });
const viewer = async (choices: Parameters<typeof ModelledViewer.connect>[2] = {}) =>
  stage.own(await ModelledViewer.connect(stage, room, choices));
const shownTo = (participant: string) => {
  const { node } = stage.worker.app;
  for (const session of node.viewerSessions)
    if (session.room === stage.room && session.auth.identity.participant === participant)
      return node.slots(session).slots.map(({ source }) => source);
  return [];
};

describe("guests", () => {
  it("come on air beside the host and leave again; nobody else moves", async () => {
    await publish(await stage.hostToken());
    await viewer({ video: 3, audio: 3 });
    const first = await publish(await guestToken("bob"));
    const want = ["user:host", "user:bob", null, "user:host", "user:bob", null];
    await eventually("host and guest", () => String(shownTo("guest:viewer")) === String(want));
    await publish(await guestToken("eve"));
    await eventually("the second guest", () => shownTo("guest:viewer")[2] === "user:eve");
    const { node } = stage.worker.app;
    await fetch(first.url, {
      method: "DELETE",
      headers: { authorization: `Bearer ${await guestToken("bob")}` },
    });
    await eventually("an empty slot", () => shownTo("guest:viewer")[1] === null);
    expect(shownTo("guest:viewer").slice(0, 3)).toEqual(["user:host", null, "user:eve"]);
    expect(node.publishers().filter(({ room }) => room === stage.room)).toHaveLength(2);
  });

  it("replace their own session, and find the stage full past eight", async () => {
    await publish(await stage.hostToken());
    for (let guest = 0; guest < 8; guest++) await publish(await guestToken(`g${guest}`));
    const again = await publish(await guestToken("g0"));
    const { node } = stage.worker.app;
    await eventually(
      "the older one replaced",
      () => node.publishers().filter(({ room }) => room === stage.room).length === 9,
    );
    expect(again.url).not.toBe("");
    await expect(publish(await guestToken("g8"))).rejects.toThrow(/^409 .*publish.room_busy/);
    await expect(publish(await stage.hostToken("user:other"))).rejects.toThrow(/^409 .*publish.room_busy/);
  });

  it("are heard by loudness when there are more than audio slots", async () => {
    await publish(await stage.hostToken());
    const [bob, eve] = [new SimulcastPublisher(single), new SimulcastPublisher(single)];
    [bob.audioLevel, eve.audioLevel] = [30, 100];
    await publish(await guestToken("bob"), bob);
    await publish(await guestToken("eve"), eve);
    await viewer({ audio: 2 });
    const heard = () => shownTo("guest:viewer").slice(1);
    await eventually("host and the loud one", () => String(heard()) === "user:host,user:bob");
    [bob.audioLevel, eve.audioLevel] = [110, 20];
    await eventually("the other one speaks", () => String(heard()) === "user:host,user:eve");
  });
});

describe("a stage in control's order", () => {
  const order = (guests: (string | null)[], more: { silenced?: string[]; barred?: string[] } = {}) =>
    stage.worker.app.node.setStage(stage.room, {
      seats: guests.length === 0 ? [] : ["user:host", ...guests],
      ...{ silenced: [], barred: [], layout: "spotlight", spotlight: null, faces: [], ...more },
    });

  it("gives company the guests by seat and never themselves, and everybody else the host first", async () => {
    await publish(await stage.hostToken());
    await publish(await guestToken("bob"));
    const eve = new SimulcastPublisher(single);
    await publish(await guestToken("eve"), eve);
    const company = await viewer({ video: 3, audio: 3, company: true });
    await viewer({ video: 2, audio: 2, company: true, token: await guestToken("eve") });
    await viewer({ token: await stage.viewerToken("guest:plain") });
    expect(shownTo("guest:viewer")).toEqual([null, null, null, null, null, null]);
    order([null, "user:eve", "user:bob"]);
    await eventually("guests in their seats", () => company.layers.length > 0 && company.audio.length > 0);
    expect(shownTo("guest:viewer")).toEqual([null, "user:eve", "user:bob", null, "user:eve", "user:bob"]);
    expect(shownTo("user:eve")).toEqual([null, null, null, null]);
    expect(shownTo("guest:plain")).toEqual(["user:host", "user:host"]);
    order([null, "user:eve", "user:bob"], { silenced: ["user:eve"] });
    expect(shownTo("guest:viewer")).toEqual([null, "user:eve", "user:bob", null, null, "user:bob"]);
    order([]);
    expect(shownTo("guest:viewer")).toEqual([null, null, null, null, null, null]);
  });

  it("counts company as no viewer of the show, and a worker's rooms forget their stage with the broadcast", async () => {
    const { node } = stage.worker.app;
    await publish(await stage.hostToken());
    await viewer({ company: true });
    expect(node.takeHealth().find(({ room }) => room === stage.room)?.viewers).toBe(0);
    order(["user:bob"], { barred: ["user:bob"] });
    node.endRoom(stage.room);
    await publish(await stage.hostToken());
    expect((await publish(await guestToken("bob"))).url).not.toBe("");
  });

  it("closes who was taken off the stage and does not let them back, until that is taken back", async () => {
    const { node } = stage.worker.app;
    await publish(await stage.hostToken());
    await publish(await guestToken("bob"));
    order(["user:bob"]);
    order([], { barred: ["user:bob"] });
    expect(
      node.publishers().map(({ room, participant }) => room === stage.room && participant),
    ).not.toContain("user:bob");
    await expect(publish(await guestToken("bob"))).rejects.toThrow(/^403 .*stage.removed/);
    order([]);
    expect((await publish(await guestToken("bob"))).url).not.toBe("");
  });
});

describe("the events of a session", () => {
  it("tell a publisher which layers are wanted: at once when wanted, later when not", async () => {
    const publisher = await publish(await stage.hostToken(), new SimulcastPublisher());
    const events = stage.own(await EventReader.open(`${publisher.url}/events`, await stage.hostToken()));
    const wanted = () =>
      layersEventSchema
        .parse(events.latest("layers"))
        .sections[0]?.layers.map(({ rid, wanted }) => (wanted ? rid : ""))
        .join("");
    await eventually("the first state", () => events.latest("layers") !== undefined && wanted() === "qhf");
    const one = await viewer();
    await eventually("a picture", () => one.layers.length > 0);
    await fetch(`${one.url}/slots`, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${await stage.viewerToken()}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ slots: [{ mid: "0", layer: "h" }] }),
    });
    await eventually("the highest is unwanted", () => wanted() === "qh", 30_000);
    publisher.sending.delete("f");
    await fetch(`${one.url}/slots`, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${await stage.viewerToken()}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ slots: [{ mid: "0", layer: "auto" }] }),
    });
    await eventually("it is wanted again", () => wanted() === "qhf");
    publisher.sending.add("f");
    await eventually("it is shown", () => one.layer === 3);
    expect(one.gaps).toBe(0);
  }, 90_000);

  it("end with it, are for its owner alone, and are few", async () => {
    const publisher = await publish(await stage.hostToken());
    const address = `${publisher.url}/events`;
    const stranger = await fetch(address, {
      headers: { authorization: `Bearer ${await stage.hostToken("user:eve")}`, origin: "https://a.test" },
    });
    expect(stranger.status).toBe(403);
    const readers: EventReader[] = [];
    for (let count = 0; count < 6; count++)
      readers.push(stage.own(await EventReader.open(address, await stage.hostToken())));
    await eventually("the oldest have been ended", () => readers.filter(({ ended }) => ended).length === 2);
    expect(readers[0]!.headers.get("content-type")).toBe("text/event-stream");
    expect(readers[0]!.headers.get("access-control-allow-origin")).toBe("https://a.test");
    await fetch(publisher.url, {
      method: "DELETE",
      headers: { authorization: `Bearer ${await stage.hostToken()}` },
    });
    await eventually("all have been ended", () => readers.every(({ ended }) => ended));
    const gone = await fetch(address, { headers: { authorization: `Bearer ${await stage.hostToken()}` } });
    expect(gone.status).toBe(404);
  });
});

describe("metrics", () => {
  it("tell how viewers fare", async () => {
    await publish(await stage.hostToken(), new SimulcastPublisher());
    const one = await viewer();
    await eventually("the best layer", () => one.layer === 3);
    const text = await eventually("metrics", async () => {
      const response = await fetch(`${stage.worker.url}/metrics`, {
        headers: { authorization: "Bearer a-node-secret-for-tests-only" },
      });
      return response.status === 200 && (await response.text());
    });
    expect(text).toMatch(/sameroom_media_viewer_estimate_bps_count 1\n/);
    expect(text).toMatch(/sameroom_media_layer_switches_total\{direction="up"\} [1-9]/);
    expect(text).toMatch(/sameroom_media_keyframe_requests_total\{from="server"\} [1-9]/);
  });
});
