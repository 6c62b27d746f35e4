import type { StageOrder, StageVisitor } from "@sameroom/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually.fixture.ts";
import { LoadRoom } from "../testing/load-peer.fixture.ts";
import { encodeRealMedia } from "../testing/real-encoding.fixture.ts";
import { RealPublisher } from "../testing/real-publisher.fixture.ts";
import { ModelledViewer } from "../testing/simulcast.fixture.ts";
import { TestStage } from "../testing/test-room.fixture.ts";
import { NODE_SECRET } from "../testing/test-worker.fixture.ts";

let stage: TestStage;
let far: TestStage;
beforeAll(async () => {
  stage = await TestStage.open();
  far = await TestStage.open({ environment: { SAMEROOM_HLS: "on" } });
  stage.newRoom();
  far.newRoom();
  far.room = "far-away";
}, 120_000);
afterAll(async () => {
  await stage.close();
  await far.close();
});

const shown = () => {
  const { node } = stage.worker.app;
  for (const session of node.viewerSessions) return node.slots(session).slots.map(({ source }) => source);
  return [];
};

const orderOf = (seats: StageOrder["seats"], visitors: StageVisitor[] = []): StageOrder => ({
  ...{ seats, visitors, silenced: [], barred: [] },
  ...{ layout: "side-by-side", spotlight: null, faces: [] },
});

describe("a host on another worker", () => {
  it("is seen and heard on a stage here, comes back after the connection broke, and is gone with the battle", async () => {
    const source = await encodeRealMedia({ layers: { l: [160, 90], h: [320, 180] }, seconds: 3 });
    await far.own(new RealPublisher(source)).connect(far, await far.hostToken("user:rival"));
    const load = stage.own(new LoadRoom());
    await ModelledViewer.connect(stage, load, { video: 2, audio: 2, company: true, codec: "h264" });
    const { app } = stage.worker;
    const visitors = [{ participant: "user:rival", room: far.room, from: far.worker.url }];
    app.node.setStage(stage.room, orderOf(["user:host", null, "user:rival"], visitors));
    app.pulls.set(stage.room, visitors);
    const both = [null, "user:rival", null, "user:rival"];
    await eventually("the rival in the second seat", () => String(shown()) === String(both));
    // Control has nobody to hear of, and nothing is packaged here.
    expect(app.node.publishers()).toEqual([]);
    for (const session of [...app.node.publisherSessions]) app.node.closeSession(session, "connection-lost");
    expect(shown()).toEqual([null, null, null, null]);
    await eventually("the rival again", () => String(shown()) === String(both));
    app.node.setStage(stage.room, orderOf([]));
    app.pulls.set(stage.room, []);
    await eventually("an empty stage", () => app.node.publisherSessions.size === 0);
  });

  it("is taken over only while somebody is here who sees them, of all rooms a worker is told of", async () => {
    const source = await encodeRealMedia({ layers: { l: [160, 90] }, seconds: 3 });
    await far.own(new RealPublisher(source)).connect(far, await far.hostToken("user:rival"));
    const { app } = stage.worker;
    const leave = () => {
      for (const session of [...app.node.viewerSessions]) app.node.closeSession(session, "left");
    };
    leave();
    const from = far.worker.url;
    // A battle of two hosts of other workers, as it is told to a third one.
    const ours = { participant: "user:rival", room: far.room, from };
    const theirs = { participant: "user:host", room: stage.room, from };
    app.node.setStage(stage.room, orderOf(["user:host", null, "user:rival"], [ours]));
    app.node.setStage(far.room, orderOf(["user:rival", null, "user:host"], [theirs]));
    app.pulls.set(stage.room, [ours]);
    app.pulls.set(far.room, [theirs]);
    expect([app.pulls.open, app.node.publisherSessions.size]).toEqual([0, 0]);
    const load = stage.own(new LoadRoom());
    await ModelledViewer.connect(stage, load, { video: 2, audio: 2, company: true, codec: "h264" });
    const both = [null, "user:rival", null, "user:rival"];
    await eventually("the rival in the second seat", () => String(shown()) === String(both));
    // Who is carried here for others does not need those of the room they come from.
    expect(app.pulls.open).toBe(1);
    leave();
    await eventually("nobody is taken over", () => app.pulls.open === 0);
    await eventually("an empty stage", () => app.node.publisherSessions.size === 0);
    for (const room of [stage.room, far.room]) app.pulls.set(room, []);
  });

  it("is given to nobody without the node secret, and not at all when not on air", async () => {
    const ask = async (room: string, secret: string) =>
      (
        await fetch(`${far.worker.url}/internal/relay/${room}`, {
          headers: { authorization: `Bearer ${secret}` },
        })
      ).status;
    expect(await ask(far.room, "guess")).toBe(401);
    expect(await ask("nowhere", NODE_SECRET)).toBe(409);
  });
});
