import { SeededRandom } from "@sameroom/base/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { Hub } from "./hub.ts";
import type { HubPort, HubTrack, HubViewer, SlotFormat } from "./types.ts";

const ROOM = "room";
const H264 = { name: "h264", fmtp: "profile-level-id=42e01f;packetization-mode=1" } as const;
const VP8 = { name: "vp8", fmtp: "" } as const;
const OPUS = { name: "opus", fmtp: "" } as const;

/** What the wire would show, from the hub's commands alone. */
class RecordingPort implements HubPort {
  readonly shown = new Map<number, { track: number; payloadType: number }>();
  readonly commands: string[] = [];

  show(output: number, track: number, { payloadType }: SlotFormat): void {
    this.shown.set(output, { track, payloadType });
    this.commands.push(`show ${output} ${track}`);
  }
  clear(output: number): void {
    this.shown.delete(output);
    this.commands.push(`clear ${output}`);
  }
}

const video = (id: number, format: HubTrack["format"] = H264): HubTrack => ({ id, kind: "video", format });
const audio = (id: number): HubTrack => ({ id, kind: "audio", format: OPUS });
const format = (codec: { name: SlotFormat["name"]; fmtp: string }, payloadType: number): SlotFormat => ({
  ...codec,
  payloadType,
  rtxPayloadType: undefined,
});

/** A viewer with outputs numbered from `first`: video slots, then audio slots. */
function viewer(
  session: string,
  first: number,
  slots: { video?: number; audio?: number; paused?: boolean } = {},
): HubViewer {
  const count = { video: slots.video ?? 1, audio: slots.audio ?? 1 };
  const make = (kind: "audio" | "video", index: number, formats: SlotFormat[]) => ({
    output: first + index,
    mid: String(index),
    kind,
    formats,
  });
  return {
    session,
    participant: `guest:${session}`,
    paused: slots.paused ?? false,
    slots: [
      ...Array.from({ length: count.video }, (_, index) =>
        make("video", index, [format(H264, 96), format(VP8, 98)]),
      ),
      ...Array.from({ length: count.audio }, (_, index) =>
        make("audio", count.video + index, [format(OPUS, 111)]),
      ),
    ],
  };
}

describe("hub", () => {
  let port: RecordingPort;
  let hub: Hub;
  beforeEach(() => {
    port = new RecordingPort();
    hub = new Hub(port);
  });

  function goLive(session: string, participant: string, first: number, host = true): void {
    hub.addPublisher(ROOM, { session, participant, host });
    hub.addTrack(ROOM, session, video(first));
    hub.addTrack(ROOM, session, audio(first + 1));
  }

  it("shows the host in the first slots, in the payload types the viewer negotiated", () => {
    goLive("p", "user:ada", 1);
    hub.addViewer(ROOM, viewer("v", 10, { video: 3, audio: 2 }));
    expect([...port.shown]).toEqual([
      [10, { track: 1, payloadType: 96 }],
      [13, { track: 2, payloadType: 111 }],
    ]);
  });

  it("fills the slots of those who came first when somebody goes on air", () => {
    hub.addViewer(ROOM, viewer("v", 10));
    expect(hub.slotsOf(ROOM, "v").map(({ reason }) => reason)).toEqual(["empty", "empty"]);
    goLive("p", "user:ada", 1);
    expect([...port.shown.keys()]).toEqual([10, 11]);
    expect(hub.slotsOf(ROOM, "v")).toMatchObject([
      { participant: "user:ada", track: 1, reason: "shown" },
      { participant: "user:ada", track: 2, reason: "shown" },
    ]);
  });

  it("puts the host before guests, whoever came first, and leaves the others where they are when he goes", () => {
    goLive("g", "user:guest", 1, false);
    hub.addViewer(ROOM, viewer("v", 10, { video: 2, audio: 2 }));
    goLive("p", "user:ada", 5);
    expect(port.shown.get(10)!.track).toBe(5);
    expect(port.shown.get(11)!.track).toBe(1);
    expect(port.shown.get(12)!.track).toBe(6);
    hub.removePublisher(ROOM, "p");
    expect(port.shown.has(10)).toBe(false);
    expect(port.shown.get(11)!.track).toBe(1);
  });

  it("empties the slots of a lost host and fills them again when he is back", () => {
    goLive("p", "user:ada", 1);
    hub.addViewer(ROOM, viewer("v", 10));
    hub.removePublisher(ROOM, "p");
    expect(port.shown.size).toBe(0);
    goLive("p2", "user:ada", 7);
    expect(port.shown.get(10)!.track).toBe(7);
  });

  it("exchanges a source in one step", () => {
    goLive("p", "user:ada", 1);
    hub.addViewer(ROOM, viewer("v", 10));
    port.commands.length = 0;
    hub.addTrack(ROOM, "p", video(3));
    hub.removeTrack(ROOM, "p", 1);
    expect(port.commands).toEqual(["show 10 3"]);
  });

  it("leaves a slot empty whose codecs do not fit, says why, and fills it when the codec changes", () => {
    hub.addPublisher(ROOM, { session: "p", participant: "user:ada", host: true });
    hub.addTrack(ROOM, "p", video(1, { name: "av1", fmtp: "" }));
    hub.addViewer(ROOM, viewer("v", 10));
    expect(hub.slotsOf(ROOM, "v")[0]).toMatchObject({
      participant: "user:ada",
      track: null,
      reason: "codec",
    });
    expect(port.shown.size).toBe(0);
    hub.addTrack(ROOM, "p", video(2, VP8));
    expect(port.shown.get(10)).toEqual({ track: 2, payloadType: 98 });
  });

  it("gives a paused viewer nothing until it is resumed", () => {
    goLive("p", "user:ada", 1);
    hub.addViewer(ROOM, viewer("v", 10, { paused: true }));
    expect(port.commands).toEqual([]);
    expect(hub.slotsOf(ROOM, "v")[0]).toMatchObject({ track: null, reason: "paused" });
    hub.setPaused(ROOM, "v", false);
    expect(port.shown.size).toBe(2);
    hub.setPaused(ROOM, "v", true);
    expect(port.shown.size).toBe(0);
  });

  it("tells the wire nothing that changes nothing", () => {
    goLive("p", "user:ada", 1);
    hub.addViewer(ROOM, viewer("v", 10));
    port.commands.length = 0;
    hub.setPaused(ROOM, "v", false);
    hub.removeTrack(ROOM, "p", 99);
    hub.addPublisher(ROOM, { session: "silent", participant: "user:guest", host: false });
    hub.removePublisher(ROOM, "nobody");
    hub.removeViewer(ROOM, "nobody");
    expect(port.commands).toEqual([]);
  });

  it("keeps rooms apart and forgets empty ones", () => {
    goLive("p", "user:ada", 1);
    hub.addViewer("other", viewer("v", 10));
    expect(port.shown.size).toBe(0);
    expect(hub.rooms.size).toBe(2);
    hub.removeViewer("other", "v");
    hub.removePublisher(ROOM, "p");
    expect(hub.rooms.size).toBe(0);
  });

  it("ends in the same picture whatever order people come and go in", () => {
    const random = new SeededRandom(4);
    for (let round = 0; round < 60; round++) {
      port = new RecordingPort();
      hub = new Hub(port);
      const present = new Set<string>();
      const watching = new Set<string>();
      for (let step = 0; step < 80; step++) {
        const index = random.integer(0, 5);
        const name = `${index}`;
        if (random.next() < 0.5) {
          if (present.has(name)) hub.removePublisher(ROOM, name);
          else goLive(name, `user:${name}`, 100 + index * 2, index === 0);
          if (!present.delete(name)) present.add(name);
        } else {
          if (watching.has(name)) {
            hub.removeViewer(ROOM, name);
            for (let slot = 0; slot < 5; slot++) port.shown.delete(index * 10 + slot);
          } else {
            hub.addViewer(ROOM, viewer(name, index * 10, { video: 3, audio: 2 }));
          }
          if (!watching.delete(name)) watching.add(name);
        }
        const onAir = new Set(hub.publishersOf(ROOM).flatMap(({ tracks }) => tracks.map(({ id }) => id)));
        for (const { track } of port.shown.values()) expect(onAir.has(track)).toBe(true);
        for (const name of watching) {
          const filled = hub.slotsOf(ROOM, name).filter(({ track }) => track !== null);
          expect(filled).toHaveLength(Math.min(present.size, 3) + Math.min(present.size, 2));
          expect(new Set(filled.map(({ track }) => track)).size).toBe(filled.length);
        }
        expect(port.shown.size).toBe(watching.size * (Math.min(present.size, 3) + Math.min(present.size, 2)));
      }
    }
  });
});
