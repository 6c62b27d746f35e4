import { type SlotWish, slotsResponseSchema } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./testing/eventually.fixture.ts";
import { LoadRoom } from "./testing/load-peer.fixture.ts";
import { ModelledViewer, SimulcastPublisher } from "./testing/simulcast.fixture.ts";
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

const host = async (publisher = new SimulcastPublisher()) =>
  stage.own(await publisher.connect(stage, await stage.hostToken()));
const viewer = async (choices: Parameters<typeof ModelledViewer.connect>[2] = {}) =>
  stage.own(await ModelledViewer.connect(stage, room, choices));

async function slots(of: ModelledViewer, wishes?: SlotWish[], participant?: string) {
  const response = await fetch(`${of.url}/slots`, {
    headers: {
      authorization: `Bearer ${await stage.viewerToken(participant)}`,
      ...(wishes === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(wishes === undefined ? {} : { method: "PUT", body: JSON.stringify({ slots: wishes }) }),
  });
  expect(response.status).toBe(200);
  return slotsResponseSchema.parse(await response.json());
}
const video = async (of: ModelledViewer) => (await slots(of)).slots[0]!;

describe("a viewer of a picture in three layers", () => {
  it("comes to the best one their network takes, without a gap, and is told of all of them", async () => {
    await host();
    const one = await viewer();
    await eventually("the best layer", () => one.layer === 3);
    expect(one.gaps).toBe(0);
    expect(one.ssrcs.size).toBe(1);
    const { slots: told, path } = await slots(one);
    expect(told[0]).toMatchObject({
      source: "user:host",
      reason: "shown",
      layer: "f",
      target: "f",
      choice: "auto",
      layers: [
        { id: "f", width: 1280, height: 720, active: true },
        { id: "h", width: 640, height: 360, active: true },
        { id: "q", width: 320, height: 180, active: true },
      ],
    });
    expect(told[0]!.layers[0]!.bitrate).toBeGreaterThan(1_000_000);
    expect(path.transport).toBe("udp");
    expect(path.estimate).toBeGreaterThan(1_000_000);
    expect(path.lossRatio).toBeLessThan(0.05);
  });

  it("goes down when the network narrows and up again when it widens", async () => {
    await host();
    const one = await viewer();
    await eventually("the best layer", () => one.layer === 3);
    one.capacityBps = 400_000;
    await eventually("the smallest layer", () => one.layer === 1);
    expect(await video(one)).toMatchObject({ layer: "q", reason: "bandwidth" });
    one.capacityBps = 20_000_000;
    await eventually("the best layer again", () => one.layer === 3, 40_000);
    expect(one.gaps).toBe(0);
  }, 90_000);

  it("gets what fits the element, what was chosen by hand, or nothing", async () => {
    await host();
    const one = await viewer();
    await eventually("the best layer", () => one.layer === 3);
    await slots(one, [{ mid: "0", width: 600, height: 340 }]);
    await eventually("the middle layer", () => one.layer === 2);
    const chosen = await slots(one, [{ mid: "0", layer: "q" }]);
    expect(chosen.slots[0]).toMatchObject({ choice: "q", target: "q" });
    await eventually("the smallest layer", () => one.layer === 1);
    const off = await slots(one, [{ mid: "0", layer: "off" }]);
    expect(off.slots[0]).toMatchObject({ reason: "off", target: null });
    const heard = one.audio.length;
    await eventually("audio alone", () => one.audio.length > heard + 10);
    const had = one.layers.length;
    await eventually("more audio", () => one.audio.length > heard + 30);
    expect(one.layers.length).toBe(had);
    await slots(one, [{ mid: "0", layer: "auto", width: 1280, height: 720 }]);
    await eventually("the best layer again", () => one.layer === 3);
    expect(one.gaps).toBe(0);
  });

  it("moves on when the publisher stops sending the layer, and back when it comes again", async () => {
    const publisher = await host();
    const one = await viewer();
    await eventually("the best layer", () => one.layer === 3);
    publisher.sending.delete("f");
    await eventually("the next layer", () => one.layer === 2);
    await eventually("the stop", async () => {
      const active = (await video(one)).layers.map((layer) => layer.active);
      return String(active) === "false,true,true";
    });
    publisher.sending.add("f");
    await eventually("the best layer again", () => one.layer === 3);
    expect(one.gaps).toBe(0);
  });

  it("keeps what they have while the publisher sends nothing at all", async () => {
    const publisher = await host();
    const one = await viewer();
    await eventually("the best layer", () => one.layer === 3);
    const all = [...publisher.sending];
    publisher.sending.clear();
    // Longer than it takes to notice that one of several layers has stopped.
    const heard = one.audio.length;
    await eventually("two seconds of audio alone", () => one.audio.length > heard + 60);
    expect(await video(one)).toMatchObject({ layer: "f", target: "f", reason: "shown" });
    const had = one.layers.length;
    for (const layer of all) publisher.sending.add(layer);
    await eventually("pictures", () => one.layers.length > had + 30);
    expect(one.layers.slice(had).every((layer) => layer === 3)).toBe(true);
  });

  it("knows layers of an SSRC group, too", async () => {
    await host(new SimulcastPublisher(undefined, true));
    const one = await viewer();
    await eventually("the best layer", () => one.layer === 3);
    expect((await video(one)).layers.map(({ id }) => id)).toEqual(["2", "1", "0"]);
  });

  it("without transport-wide feedback is judged by receiver reports", async () => {
    await host();
    const one = await viewer({ transportCc: false });
    await eventually("a picture", () => one.layers.length > 10);
    const ssrc = [...one.ssrcs][0]!;
    const report = (fractionLost: number) =>
      one.send([
        {
          type: "rr",
          ssrc: 1,
          reports: [
            {
              ...{ ssrc, fractionLost, packetsLost: 0, highestSequence: 0, jitter: 0 },
              ...{ lastSenderReport: 0, delaySinceLastSenderReport: 0 },
            },
          ],
        },
      ]);
    await eventually("losses believed", async () => {
      report(128);
      return (await video(one)).target === "q";
    });
    await eventually("the smallest layer", () => one.layer === 1);
  });

  it("whose decoder has lost its way gets a keyframe of the layer shown", async () => {
    const publisher = await host();
    const one = await viewer();
    await eventually("the best layer", () => one.layer === 3);
    const before = publisher.requests.get("f") ?? 0;
    one.send([{ type: "pli", senderSsrc: 1, mediaSsrc: [...one.ssrcs][0]! }]);
    await eventually("a request", () => (publisher.requests.get("f") ?? 0) > before);
  });

  it("refuses wishes for a slot that is not there", async () => {
    await host();
    const one = await viewer();
    const response = await fetch(`${one.url}/slots`, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${await stage.viewerToken()}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ slots: [{ mid: "nowhere", layer: "off" }] }),
    });
    expect(response.status).toBe(400);
  });
});

describe("audio", () => {
  it("is left out once where a viewer has too much of it, and goes on in step with the show", async () => {
    await host();
    const one = await viewer();
    await eventually("audio", () => one.audio.length > 10);
    await slots(one, [{ mid: "1", leaveOutMs: 500 }]);
    const before = one.sound.length;
    await eventually("more audio", () => one.sound.length > before + 60);
    const steps = one.sound.slice(1).map(({ sequenceNumber, timestamp }, index) => ({
      packets: (sequenceNumber - one.sound[index]!.sequenceNumber) & 0xffff,
      ms: ((timestamp - one.sound[index]!.timestamp) >>> 0) / 48,
    }));
    expect(new Set(steps.map(({ packets }) => packets))).toEqual(new Set([1]));
    const jumps = steps.filter(({ ms }) => ms > 200);
    expect(jumps).toHaveLength(1);
    expect(jumps[0]!.ms).toBeGreaterThan(400);
  });

  it("is the only thing to leave out", async () => {
    await host();
    const one = await viewer();
    const response = await fetch(`${one.url}/slots`, {
      method: "PUT",
      headers: { authorization: `Bearer ${await stage.viewerToken()}`, "content-type": "application/json" },
      body: JSON.stringify({ slots: [{ mid: "0", leaveOutMs: 500 }] }),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("only sound");
  });

  it("is sent with redundancy while packets are lost", async () => {
    await host();
    const one = await viewer({ red: true });
    await eventually("audio", () => one.audio.length > 10);
    expect(new Set(one.audio)).toEqual(new Set([111]));
    one.loseEvery = 12;
    await eventually("RED", () => one.audio.at(-1) === 63);
  });
});

describe("fifty viewers", () => {
  it("with other wishes each get the layer they want", async () => {
    const publisher = await host();
    const choices = ["q", "h", "f"];
    const viewers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) =>
        viewer({ token: await stage.viewerToken(`guest:${index}`) }),
      ),
    );
    await Promise.all(
      viewers.map((one, index) => slots(one, [{ mid: "0", layer: choices[index % 3]! }], `guest:${index}`)),
    );
    await eventually("the layers chosen", () => viewers.every((one, index) => one.layer === (index % 3) + 1));
    expect(viewers.every(({ gaps }) => gaps === 0)).toBe(true);
    // Fifty joins and as many switches share keyframes.
    const requests = [...publisher.requests.values()].reduce((sum, count) => sum + count, 0);
    expect(requests).toBeLessThan(40);
  }, 60_000);
});
