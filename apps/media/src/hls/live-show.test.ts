import type { PackagerSink } from "@sameroom/engine";
import { aacFormat, opusFormat, parseFragment, serializeFragment } from "@sameroom/protocol";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { ArchivedProgram } from "../program/live-archive.ts";
import { opusStereo, opusUnits } from "../transcode/sound.fixture.ts";
import { createTranscoders } from "../transcode/transcoders.fixture.ts";
import type { PlayerKind } from "./live-address.ts";
import { LiveShow } from "./live-show.ts";
import { WaitingRoom } from "./waiting-room.ts";

const SEGMENT_MICROS = 2_000_000;
const START_MICROS = 1_700_000_000_000_000;

/** Remembers which segments it was asked for. */
class Archived implements ArchivedProgram {
  readonly asked: number[] = [];
  readonly lost = new Set<number>();
  hasAny = true;
  init(): void {}
  part(): void {}
  segment(): void {}
  rendition(): void {}
  ended(): void {}
  read(_rendition: string, segment: number) {
    this.asked.push(segment);
    return Promise.resolve(this.hasAny ? { path: `${segment}.m4s`, byteLength: 4 } : undefined);
  }
  isLost(_rendition: string, segment: number) {
    return this.lost.has(segment);
  }
}

const isGone = () => false;
const ANYBODY: PlayerKind = { isInRoom: false, takesOpus: false };

/** As the packager tells of one complete segment of sound. */
function feed(
  sink: PackagerSink,
  number: number,
  { rendition = "opus", gap = false, independent = true } = {},
): void {
  const captureMicros = START_MICROS + number * SEGMENT_MICROS;
  const bytes = Uint8Array.of(number, 1, 2, 3);
  const common = { rendition, captureMicros, durationMicros: SEGMENT_MICROS, independent, gap };
  sink.part({ ...common, segment: number, index: 0, bytes });
  sink.segment({ ...common, number, init: 0, byteLength: 4, parts: 1, discontinuity: false });
}

describe("what is served of a program", () => {
  const { transcoders } = createTranscoders();
  afterAll(() => transcoders.close());
  let archived: Archived;
  let waiting: WaitingRoom;
  let show: LiveShow;
  beforeEach(() => {
    archived = new Archived();
    waiting = new WaitingRoom({ maxWaiting: 10, maxPerAddress: 10 });
    const info = {
      room: "studio",
      epoch: "e1",
      startedUnixMs: START_MICROS / 1000,
      maxSegmentMs: 6000,
      dvrMs: 600_000,
    };
    show = new LiveShow({ info, archived, partMs: 250, waiting, transcoders });
    show.rendition({ id: "opus", kind: "audio" }, "added");
    const format = opusFormat(2);
    show.init({ rendition: "opus", version: 0, format, bytes: Uint8Array.of(9) });
  });

  it("comes from memory while it is new, and from the archive when it is old", async () => {
    for (let number = 0; number < 40; number++) feed(show, number);
    expect(await show.segmentOf("opus", 39)).toEqual(Uint8Array.of(39, 1, 2, 3));
    expect(archived.asked).toEqual([]);
    expect(await show.segmentOf("opus", 2)).toEqual({ path: "2.m4s", byteLength: 4 });
    expect(archived.asked).toEqual([2]);
    expect(show.byteLength).toBeLessThan(40 * 4);
    expect(show.playlist("opus", false)!.plain.toString()).toContain("\n2.m4s\n");
    show.close();
    expect(show.byteLength).toBe(0);
  });

  it("is as far back as there is no hole, when it has left memory and the disk refused it", () => {
    archived.lost.add(2).add(38);
    for (let number = 0; number < 40; number++) feed(show, number);
    const text = show.playlist("opus", false)!.plain.toString();
    expect(text.match(/^\d+\.m4s$/gm)).toEqual(Array.from({ length: 37 }, (_, index) => `${index + 3}.m4s`));
    expect(text).not.toContain("EXT-X-GAP");
    expect(text).toContain("#EXT-X-MEDIA-SEQUENCE:3\n");
  });

  it("answers who waits once the packager is done with what it does at once", async () => {
    feed(show, 0);
    const served: string[] = [];
    const serve = () => served.push(show.playlist("opus", false)!.plain.toString());
    waiting.wait(show.keyFor("opus", 1, 0), { address: "a", serve, expire: () => {} }, 1000);
    waiting.wait(show.keyFor("opus", 2, undefined), { address: "a", serve, expire: () => {} }, 1000);
    feed(show, 1);
    expect(served).toEqual([]);
    await Promise.resolve();
    expect(served).toHaveLength(1);
    expect(served[0]).toContain("\n1.m4s\n");
    show.ended();
    expect(served).toHaveLength(2);
    expect(served[1]).toContain("#EXT-X-ENDLIST");
    expect(waiting.size).toBe(0);
  });

  it("has begun with its first whole segment, not with the gaps before it", () => {
    feed(show, 0, { gap: true });
    expect(show.hasBegun("opus")).toBe(false);
    const captureMicros = START_MICROS + SEGMENT_MICROS;
    const first = {
      rendition: "opus",
      captureMicros,
      durationMicros: 250_000,
      independent: true,
      gap: false,
    };
    show.part({ ...first, segment: 1, index: 0, bytes: Uint8Array.of(1) });
    expect(show.hasBegun("opus")).toBe(false);
    feed(show, 1);
    expect(show.hasBegun("opus")).toBe(true);
    expect(show.playlist("opus", false)!.plain.toString()).toContain("\n1.m4s\n");
  });

  it("is listed with what is there and what is promised, until it is there", () => {
    expect(show.isListable()).toBe(false);
    feed(show, 0);
    expect(show.isListable()).toBe(true);
    const planned = [{ id: "aac", kind: "audio", codecs: "mp4a.40.2", bps: 128_000, channels: 2 } as const];
    const list = (player: PlayerKind, isSparse = false) =>
      show.multivariant({ planned, isSparse, isGone }, player)!.plain.toString();
    const text = list({ ...ANYBODY, takesOpus: true });
    expect(text).toContain('URI="e1/opus/index.m3u8"');
    expect(text).not.toContain("aac");
    expect(list(ANYBODY)).toContain('CODECS="mp4a.40.2"');
    expect(list(ANYBODY)).not.toContain("opus");
    const bare = show.multivariant({ planned: [], isSparse: false, isGone }, ANYBODY)!.plain.toString();
    expect(bare).toBe(text);
    const inRoom = list({ isInRoom: true, takesOpus: true });
    expect(inRoom.replaceAll("?in-room=1", "")).toBe(text);
    expect(inRoom).toContain('URI="e1/opus/index.m3u8?in-room=1"');
    expect(show.hasBegun("aac")).toBe(false);
    expect(text).not.toContain("sparse");
    expect(list(ANYBODY, true)).toContain('DATA-ID="io.sameroom.sparse-keyframes",VALUE="YES"');
  });

  it("is not listed before a sound is whole that ends its first segment after the picture, however long that is", () => {
    show.rendition({ id: "v-single", kind: "video" }, "added");
    const captureMicros = START_MICROS + 3 * SEGMENT_MICROS;
    const part = { captureMicros, durationMicros: 250_000, independent: true, gap: false };
    show.part({ ...part, rendition: "opus", segment: 0, index: 0, bytes: Uint8Array.of(1) });
    feed(show, 3, { rendition: "v-single" });
    expect(show.isListable()).toBe(false);
    feed(show, 0);
    expect(show.isListable()).toBe(true);
  });

  it("is listed without a sound that does not come, or does not go on", () => {
    show.rendition({ id: "v-single", kind: "video" }, "added");
    feed(show, 2, { rendition: "v-single" });
    expect(show.isListable()).toBe(false);
    feed(show, 3, { rendition: "v-single" });
    expect(show.isListable()).toBe(true);
    const part = { captureMicros: START_MICROS, durationMicros: 250_000, independent: true, gap: false };
    show.part({ ...part, rendition: "opus", segment: 0, index: 0, bytes: Uint8Array.of(1) });
    expect(show.isListable()).toBe(false);
    feed(show, 6, { rendition: "v-single" });
    expect(show.isListable()).toBe(true);
  });

  it("names what the host of before has sent until all is there that the next one sends", () => {
    feed(show, 1);
    show.rendition({ id: "aac", kind: "audio" }, "added");
    show.init({
      rendition: "aac",
      version: 0,
      format: aacFormat(Uint8Array.of(0x12, 0x10)),
      bytes: Uint8Array.of(9),
    });
    const names = () => {
      const program = { planned: [], isSparse: false, isGone: (id: string) => id === "opus" };
      const text = show.multivariant(program, ANYBODY)!.plain.toString();
      return ["opus", "aac"].filter((id) => text.includes(`e1/${id}/`));
    };
    expect(names()).toEqual(["opus"]);
    feed(show, 2, { rendition: "aac" });
    expect(names()).toEqual(["aac"]);
  });

  it("has AAC of what was before anybody asked for it, and of where nobody listened", async () => {
    archived.hasAny = false;
    const units = opusUnits({ startMicros: 0, seconds: 16, loud: () => true });
    const segment = (
      rendition: string,
      number: number,
      { gap = false, bytes = Uint8Array.of(number) }: { gap?: boolean; bytes?: Uint8Array } = {},
    ) => {
      const captureMicros = START_MICROS + number * SEGMENT_MICROS;
      const common = { rendition, captureMicros, durationMicros: SEGMENT_MICROS, independent: true, gap };
      if (!gap) show.part({ ...common, segment: number, index: 0, bytes });
      const size = { byteLength: bytes.length, parts: gap ? 0 : 1 };
      show.segment({ ...common, ...size, number, init: 0, discontinuity: false });
    };
    for (let number = 1; number <= 8; number += 1) {
      const own = units.slice((number - 1) * 100, number * 100);
      const samples = own.map(({ data }) => ({ data, duration: 960, keyframe: true }));
      const baseTime = (number - 1) * 96_000;
      segment("opus", number, {
        bytes: serializeFragment({ format: opusStereo, sequence: number, baseTime, samples }),
      });
    }
    show.rendition({ id: "aac", kind: "audio" }, "added");
    const format = aacFormat(Uint8Array.of(0x11, 0x90));
    show.init({ rendition: "aac", version: 0, format, bytes: Uint8Array.of(9) });
    for (const number of [4, 5, 7, 8]) {
      if (number === 7) segment("aac", 6, { gap: true });
      segment("aac", number);
    }
    const text = show.playlist("aac", false)!.plain.toString();
    expect(text).toContain("#EXT-X-MEDIA-SEQUENCE:1\n");
    expect(text.match(/^\d+\.m4s$/gm)).toEqual(
      ["1", "2", "3", "4", "5", "6", "7", "8"].map((n) => `${n}.m4s`),
    );
    expect(text).not.toContain("GAP");
    expect(await show.segmentOf("aac", 5)).toEqual(Uint8Array.of(5));
    for (const number of [1, 3, 6]) {
      const made = await show.segmentOf("aac", number);
      const fragment = parseFragment(made as Uint8Array)!;
      expect(Math.abs(fragment.baseTime - (number - 1) * 96_000)).toBeLessThanOrEqual(1024);
      expect(fragment.samples.length).toBeGreaterThanOrEqual(92);
    }
    expect(await show.segmentOf("aac", 9)).toBeUndefined();
  });

  it("says that segments begin with keyframes when all that can be had do", () => {
    const says = () =>
      show
        .multivariant({ planned: [], isSparse: false, isGone }, ANYBODY)!
        .plain.toString()
        .includes("#EXT-X-INDEPENDENT-SEGMENTS");
    feed(show, 0);
    expect(says()).toBe(true);
    feed(show, 1, { independent: false });
    expect(says()).toBe(false);
    const last = 2 + Math.ceil((show.info.dvrMs * 1000) / SEGMENT_MICROS);
    for (let number = 2; number < last; number += 1) feed(show, number);
    expect(says()).toBe(false);
    feed(show, last);
    expect(says()).toBe(true);
  });
});
