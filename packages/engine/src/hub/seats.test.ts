import { SeededRandom } from "@sameroom/base/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { Hub } from "./hub.ts";
import type { HubPort, HubSlot } from "./types.ts";

const ROOM = "room";
const VIEWER = "viewer";
const OPUS = { name: "opus", fmtp: "" } as const;
const VP8 = { name: "vp8", fmtp: "" } as const;

/** Outputs the hub has touched since `touched` was last emptied. */
class TouchPort implements HubPort {
  readonly touched: number[] = [];

  show(output: number): void {
    this.touched.push(output);
  }
  clear(output: number): void {
    this.touched.push(output);
  }
}

function slotsOf(video: number, audio: number): HubSlot[] {
  const make = (output: number): HubSlot =>
    output < video
      ? { output, mid: `v${output}`, kind: "video", formats: [format(VP8, 98)] }
      : { output, mid: `a${output - video}`, kind: "audio", formats: [format(OPUS, 111)] };
  return Array.from({ length: video + audio }, (_, output) => make(output));
}

const format = (codec: typeof OPUS | typeof VP8, payloadType: number) => ({
  ...codec,
  ...{ payloadType, rtxPayloadType: undefined },
});

describe("seats", () => {
  let port: TouchPort;
  let hub: Hub;
  let nextTrack: number;
  beforeEach(() => {
    port = new TouchPort();
    hub = new Hub(port);
    nextTrack = 100;
  });

  const watch = (video: number, audio: number, participant = "viewer") => {
    const slots = slotsOf(video, audio);
    hub.addViewer(ROOM, { session: VIEWER, participant, paused: false, slots });
  };
  const come = (...participants: string[]) => {
    for (const participant of participants) {
      hub.addPublisher(ROOM, { session: participant, participant, host: participant === "host" });
      hub.addTrack(ROOM, participant, { id: nextTrack++, kind: "video", format: VP8 });
      hub.addTrack(ROOM, participant, { id: nextTrack++, kind: "audio", format: OPUS });
    }
  };
  const go = (...participants: string[]) => {
    for (const participant of participants) hub.removePublisher(ROOM, participant);
  };
  const seated = (kind: "video" | "audio") =>
    hub
      .slotsOf(ROOM, VIEWER)
      .filter((slot) => slot.kind === kind)
      .map(({ participant }) => participant);
  const touchedBy = (change: () => void) => {
    port.touched.length = 0;
    change();
    return [...new Set(port.touched)].sort((left, right) => left - right);
  };

  it("nobody moves when others come and go", () => {
    watch(4, 4);
    come("host", "ada", "ben");
    expect(touchedBy(() => go("ada"))).toEqual([1, 5]);
    expect(seated("video")).toEqual(["host", null, "ben", null]);
    expect(touchedBy(() => come("cyd"))).toEqual([3, 7]);
    expect(seated("video")).toEqual(["host", null, "ben", "cyd"]);
  });

  it("a guest who returns takes the same slots", () => {
    watch(4, 4);
    come("host", "ada", "ben");
    go("ada");
    come("cyd", "ada");
    expect(seated("video")).toEqual(["host", "ada", "ben", "cyd"]);
    expect(seated("audio")).toEqual(["host", "ada", "ben", "cyd"]);
  });

  it("a slot that waits for somebody is taken when no other is free", () => {
    watch(2, 2);
    come("host", "ada");
    go("ada");
    come("ben");
    expect(seated("video")).toEqual(["host", "ben"]);
    come("ada");
    expect(seated("video")).toEqual(["host", "ben"]);
    go("ben");
    expect(seated("video")).toEqual(["host", "ada"]);
  });

  it("the host takes the first slot when coming back, even from somebody else", () => {
    watch(2, 2);
    come("host", "ada");
    go("host");
    expect(seated("video")).toEqual([null, "ada"]);
    come("ben");
    expect(seated("video")).toEqual(["ben", "ada"]);
    expect(touchedBy(() => come("host"))).toEqual([0, 2]);
    expect(seated("video")).toEqual(["host", "ada"]);
  });

  it("a pin seats somebody in a slot until it is taken back", () => {
    watch(3, 3);
    come("host", "ada", "ben");
    hub.pin(ROOM, VIEWER, "v0", "ben");
    expect(seated("video")).toEqual(["ben", "host", "ada"]);
    expect(seated("audio")).toEqual(["host", "ada", "ben"]);
    hub.pin(ROOM, VIEWER, "v0", null);
    expect(seated("video")[0]).toBe("host");
    expect(seated("video").toSorted()).toEqual(["ada", "ben", "host"]);
  });

  it("a pin of somebody absent leaves the slot to others until they come", () => {
    watch(2, 2);
    come("host", "ada");
    expect(touchedBy(() => hub.pin(ROOM, VIEWER, "v1", "ben"))).toEqual([]);
    come("ben");
    expect(seated("video")).toEqual(["host", "ben"]);
    go("ben");
    expect(seated("video")).toEqual(["host", "ada"]);
  });

  it("a pin concerns its viewer alone", () => {
    watch(2, 0);
    const slots = slotsOf(2, 0).map((slot) => ({ ...slot, output: slot.output + 50 }));
    hub.addViewer(ROOM, { session: "other", participant: "other", paused: false, slots });
    come("host", "ada");
    expect(touchedBy(() => hub.pin(ROOM, VIEWER, "v0", "ada"))).toEqual([0, 1]);
    expect(hub.slotsOf(ROOM, "other").map(({ participant }) => participant)).toEqual(["host", "ada"]);
  });

  it("swapping two places of the stage touches only their outputs, with nine of each", () => {
    watch(9, 9);
    const people = ["host", ...Array.from({ length: 8 }, (_, index) => `guest${index}`)];
    come(...people);
    expect(touchedBy(() => hub.setStage(ROOM, people))).toEqual([]);
    const swapped = people.with(2, people[7]!).with(7, people[2]!);
    expect(touchedBy(() => hub.setStage(ROOM, swapped))).toEqual([2, 7]);
    expect(seated("video")).toEqual(swapped);
    expect(seated("audio")).toEqual(people);
  });

  it("the stage shows whom it names, where it names them, and everybody is heard", () => {
    watch(3, 3);
    come("host", "ada", "ben");
    hub.setStage(ROOM, ["absent", "ben"]);
    expect(seated("video")).toEqual([null, "ben", null]);
    expect(seated("audio")).toEqual(["host", "ada", "ben"]);
    hub.setStage(ROOM, undefined);
    expect(seated("video")[0]).toBe("host");
    expect(seated("video").toSorted()).toEqual(["ada", "ben", "host"]);
  });

  it("the stage is remembered while nobody is there, and leaves places empty", () => {
    hub.setStage(ROOM, ["ada", null, "host"]);
    expect(hub.rooms.size).toBe(0);
    watch(4, 0);
    come("host", "ada", "ben");
    expect(seated("video")).toEqual(["ada", null, "host", null]);
    go("host", "ada", "ben");
    hub.removeViewer(ROOM, VIEWER);
    watch(4, 0);
    come("host", "ada");
    expect(seated("video")).toEqual(["ada", null, "host", null]);
    hub.setStage(ROOM, undefined);
    go("host", "ada");
    hub.removeViewer(ROOM, VIEWER);
    watch(4, 0);
    come("ada");
    expect(seated("video")).toEqual(["ada", null, null, null]);
  });

  it("somebody whose new session takes over from the old one has one place", () => {
    watch(2, 2);
    come("host", "ada");
    hub.addPublisher(ROOM, { session: "ada again", participant: "ada", host: false });
    expect(touchedBy(() => hub.addTrack(ROOM, "ada again", { id: 7, kind: "audio", format: OPUS }))).toEqual([
      3,
    ]);
    expect(seated("audio")).toEqual(["host", "ada"]);
    expect(hub.slotsOf(ROOM, VIEWER)[3]).toMatchObject({ track: 7 });
    expect(touchedBy(() => hub.removePublisher(ROOM, "ada"))).toEqual([1]);
    expect(seated("video")).toEqual(["host", null]);
    expect(seated("audio")).toEqual(["host", "ada"]);
  });

  it("whoever was pinned elsewhere stays there when the pin is taken back", () => {
    watch(4, 0);
    come("host", "ada");
    hub.pin(ROOM, VIEWER, "v3", "ada");
    expect(touchedBy(() => hub.pin(ROOM, VIEWER, "v3", null))).toEqual([]);
    expect(seated("video")).toEqual(["host", null, null, "ada"]);
    come("ben");
    expect(seated("video")).toEqual(["host", "ben", null, "ada"]);
  });

  it("the host and the loudest are heard when there are more than slots; nobody else moves", () => {
    watch(0, 3);
    come("host", "ada", "ben", "cyd", "dan");
    expect(seated("audio")).toEqual(["host", "ada", "ben"]);
    expect(touchedBy(() => hub.setSpeakers(ROOM, ["dan", "ben", "cyd", "ada", "host"]))).toEqual([1]);
    expect(seated("audio")).toEqual(["host", "dan", "ben"]);
    expect(touchedBy(() => hub.setSpeakers(ROOM, ["ben", "dan", "cyd", "ada", "host"]))).toEqual([]);
    expect(touchedBy(() => hub.setSpeakers(ROOM, ["cyd", "dan", "ben", "ada", "host"]))).toEqual([2]);
    expect(seated("audio")).toEqual(["host", "dan", "cyd"]);
  });

  it("somebody pinned is heard however quiet they are", () => {
    watch(1, 2);
    come("host", "ada", "ben");
    hub.setSpeakers(ROOM, ["ada", "host", "ben"]);
    hub.pin(ROOM, VIEWER, "v0", "ben");
    expect(seated("audio").toSorted()).toEqual(["ben", "host"]);
  });

  it("a viewer sees, but does not hear themselves", () => {
    watch(2, 2, "ada");
    come("host", "ada", "ben");
    hub.setSpeakers(ROOM, ["ada", "host", "ben"]);
    expect(seated("video")).toEqual(["host", "ada"]);
    expect(seated("audio")).toEqual(["host", "ben"]);
    hub.pin(ROOM, VIEWER, "a0", "ada");
    expect(seated("audio")).toEqual(["host", "ben"]);
  });

  it("who is silenced is seen and not heard; everybody else keeps their slots", () => {
    watch(3, 3);
    come("host", "ada", "ben");
    expect(touchedBy(() => hub.setStage(ROOM, ["host", "ada", "ben"], { silenced: ["ada"] }))).toEqual([4]);
    expect(seated("video")).toEqual(["host", "ada", "ben"]);
    expect(seated("audio")).toEqual(["host", null, "ben"]);
    expect(touchedBy(() => hub.setStage(ROOM, ["host", "ada", "ben"]))).toEqual([4]);
    expect(seated("audio")).toEqual(["host", "ada", "ben"]);
  });

  const keepCompany = (participant: string, slots = slotsOf(3, 3)) =>
    hub.addViewer(ROOM, { session: VIEWER, participant, paused: false, company: true, slots });

  it("company is the guests alone, each in the slot of their seat, without oneself", () => {
    keepCompany("ben");
    come("host", "ada", "ben", "cyd", "stranger");
    expect(seated("video")).toEqual([null, null, null]);
    hub.setStage(ROOM, ["host", "ada", "ben", "cyd"], { silenced: ["cyd"] });
    expect(seated("video")).toEqual(["ada", null, "cyd"]);
    expect(seated("audio")).toEqual(["ada", null, null]);
    expect(touchedBy(() => hub.setStage(ROOM, ["host", "ada", null, "cyd"], { silenced: ["cyd"] }))).toEqual(
      [],
    );
    expect(touchedBy(() => hub.setStage(ROOM, ["host", null, null, "cyd"]))).toEqual([0, 3, 5]);
    expect(seated("video")).toEqual([null, null, "cyd"]);
    expect(seated("audio")).toEqual([null, null, "cyd"]);
    hub.setStage(ROOM, undefined);
    expect(seated("video")).toEqual([null, null, null]);
  });

  it("company keeps a guest's slot for when they come back, by whichever session", () => {
    keepCompany("viewer");
    hub.setStage(ROOM, ["host", "ada", "ben"]);
    come("ada", "ben");
    expect(touchedBy(() => go("ada"))).toEqual([0, 3]);
    expect(touchedBy(() => come("ada"))).toEqual([0, 3]);
    expect(seated("video")).toEqual(["ada", "ben", null]);
  });

  it("moves nobody but for the host, whoever comes and goes", () => {
    const random = new SeededRandom(11);
    watch(5, 0);
    const present = new Set<string>();
    for (let step = 0; step < 600; step++) {
      const before = seated("video");
      const who = random.pick(["host", "ada", "ben", "cyd", "dan", "eve", "fay"]);
      if (present.delete(who)) go(who);
      else {
        present.add(who);
        come(who);
      }
      const after = seated("video");
      for (const [place, participant] of before.entries()) {
        if (participant === null || !present.has(participant)) continue;
        if (who === "host" && place === 0) continue;
        expect(after[place]).toBe(participant);
      }
      if (present.has("host")) expect(after[0]).toBe("host");
      expect(after.filter((each) => each !== null)).toHaveLength(Math.min(5, present.size));
    }
  });

  it("show the host of another room in the place of a visitor, as long as both are there", () => {
    const other = (session: string, host: boolean, tracks: number[]) => {
      hub.addPublisher("other", { session, participant: session, host });
      hub.addTrack("other", session, { id: tracks[0]!, kind: "video", format: VP8 });
      hub.addTrack("other", session, { id: tracks[1]!, kind: "audio", format: OPUS });
    };
    const slots = slotsOf(2, 2);
    hub.addViewer(ROOM, { session: VIEWER, participant: "viewer", company: true, paused: false, slots });
    come("host");
    const join = (silenced: string[] = []) =>
      hub.setStage(ROOM, ["host", null, "rival"], { silenced, visitors: [["rival", "other"]] });
    join();
    expect([seated("video"), seated("audio")]).toEqual([
      [null, null],
      [null, null],
    ]);
    other("eve", false, [1, 2]);
    expect(seated("video")).toEqual([null, null]);
    other("rival on air", true, [3, 4]);
    expect([seated("video"), seated("audio")]).toEqual([
      [null, "rival"],
      [null, "rival"],
    ]);
    expect(hub.showing("other")).toEqual([ROOM]);
    join(["rival"]);
    expect([seated("video"), seated("audio")]).toEqual([
      [null, "rival"],
      [null, null],
    ]);
    hub.removePublisher("other", "rival on air");
    expect(seated("video")).toEqual([null, null]);
    other("rival is back", true, [5, 6]);
    expect(hub.slotsOf(ROOM, VIEWER).map(({ track }) => track)).toEqual([null, 5, null, null]);
    hub.setStage(ROOM, undefined);
    expect(hub.slotsOf(ROOM, VIEWER).map(({ track }) => track)).toEqual([null, null, null, null]);
    expect(hub.showing("other")).toEqual([]);
  });

  it("of a viewer with one slot stay the own host's, whoever visits", () => {
    watch(1, 1);
    hub.addPublisher("other", { session: "rival", participant: "rival", host: true });
    hub.addTrack("other", "rival", { id: 1, kind: "video", format: VP8 });
    hub.setStage(ROOM, ["host", "rival"], { visitors: [["rival", "other"]] });
    come("host");
    expect(seated("video")).toEqual(["host"]);
  });
});
