import {
  aacFormat,
  serializeMediaPlaylist,
  type UnitFormat,
  validateMediaPlaylist,
} from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { pictureFormat, START, Stage, sound } from "../packager/packager.fixture.ts";
import type { InitSegment, PackagerSink, Part, RenditionInfo, Segment } from "../packager/types.ts";
import { LivePlaylists, type LivePlaylistsOptions } from "./live-playlists.ts";

/** Validates every playlist of every rendition, whole and as a delta, after everything that changes one. */
class ValidatingSink implements PackagerSink {
  readonly playlists: LivePlaylists;
  readonly faults = new Set<string>();
  readonly #texts = new Map<string, string>();
  validated = 0;

  constructor(options: LivePlaylistsOptions) {
    this.playlists = new LivePlaylists(options);
  }

  init(init: InitSegment): void {
    this.playlists.init(init);
  }

  part(part: Part): void {
    this.playlists.part(part);
    this.#validate(part.rendition);
  }

  segment(segment: Segment): void {
    this.playlists.segment(segment);
    this.#validate(segment.rendition);
  }

  rendition(info: RenditionInfo, state: "added" | "removed"): void {
    this.playlists.rendition(info, state);
  }

  ended(): void {
    this.playlists.ended();
    for (const rendition of this.#texts.keys()) this.#validate(rendition);
  }

  textOf(rendition: string, skip = false): string {
    return serializeMediaPlaylist(this.playlists.playlist(rendition)!, { skip });
  }

  #validate(rendition: string): void {
    // Nothing but gaps so far.
    if (this.playlists.playlist(rendition) === undefined) return;
    const text = this.textOf(rendition);
    const previous = this.#texts.get(rendition);
    this.#texts.set(rendition, text);
    this.validated += 1;
    const found = validateMediaPlaylist(text, { lowLatency: true, ...(previous && { previous }) });
    for (const fault of found) this.faults.add(`${rendition}: ${fault}`);
  }
}

const layers = () => [
  { id: "v-l", format: pictureFormat(), delayMs: 30 },
  { id: "v-h", format: pictureFormat("large"), delayMs: 45 },
];

function stageWith(options: LivePlaylistsOptions) {
  const sink = new ValidatingSink(options);
  return { sink, stage: new Stage(layers(), { sink, ...options }) };
}

describe("live playlists", () => {
  it("list what can be made of another rendition: before the first segment, and where there are gaps", () => {
    const format = aacFormat(Uint8Array.of(0x11, 0x90));
    const made = { aac: { of: "opus", format: ({ codecs }: UnitFormat) => codecs === "mp4a.40.2" } };
    const { sink, stage } = stageWith({ dvrMs: 40_000, maxSegmentMs: 4000, made });
    const { packager } = stage;
    let nextMs = 0;
    const listen = (untilMs: number) => {
      nextMs = (packager.join("aac")! - START) / 1000 - 50;
      for (let atMs = stage.nowMs; atMs <= untilMs; atMs += 100) {
        stage.run(atMs);
        for (; nextMs < atMs; nextMs += 1024 / 48)
          packager.push("aac", { ...sound(format, nextMs), samples: 1024 });
      }
    };
    stage.run(15_000);
    packager.addRendition({ id: "aac", kind: "audio" }, { pastMs: 4000 });
    listen(20_000);
    packager.pause("aac");
    stage.run(35_000);
    listen(50_000);
    packager.end();
    expect([...sink.faults]).toEqual([]);
    const numbersOf = (rendition: string) => sink.textOf(rendition).match(/^\d+\.m4s$/gm);
    expect(numbersOf("aac")).toEqual(numbersOf("opus"));
    expect(sink.textOf("aac")).not.toContain("GAP");
    const first = Number(numbersOf("aac")![0]!.split(".")[0]);
    const own = (number: number) => sink.playlists.isMade("aac", number);
    expect([own(first), own(first - 1), own(first + 200)]).toEqual([true, false, false]);
    expect(sink.playlists.isMade("opus", first)).toBe(false);
  });

  it("list gaps as gaps where nothing can be made, and make nothing of another format", () => {
    const format = aacFormat(Uint8Array.of(0x12, 0x10));
    const made = { aac: { of: "opus", format: () => false } };
    const { sink, stage } = stageWith({ dvrMs: 40_000, maxSegmentMs: 4000, made });
    stage.run(9000);
    stage.packager.addRendition({ id: "aac", kind: "audio" });
    for (; stage.nowMs < 20_000; stage.run(stage.nowMs + 20))
      stage.packager.push("aac", { ...sound(format, stage.nowMs), samples: 1024 });
    expect([...sink.faults]).toEqual([]);
    expect(sink.playlists.playlist("aac")!.mediaSequence).toBeGreaterThan(1);
  });

  it("are valid at each moment of a show: layers that rest and come back, another format, a host who returns, the end", () => {
    const { sink, stage } = stageWith({ dvrMs: 20_000, maxSegmentMs: 4000 });
    const [low] = stage.layers;
    stage.run(9000);
    low!.isFlowing = false;
    stage.packager.pause("v-l");
    stage.run(15_000);
    low!.isFlowing = true;
    stage.run(20_000);
    stage.layers[1]!.format = pictureFormat("small");
    stage.run(26_000);
    stage.packager.discontinuity();
    stage.nowMs += 10_000;
    for (const layer of stage.layers) Object.assign(layer, { everyMs: 2000 });
    stage.run(50_000);
    stage.packager.end();
    expect([...sink.faults]).toEqual([]);
    expect(sink.validated).toBeGreaterThan(400);
    const text = sink.textOf("v-h");
    expect(text).toContain("#EXT-X-ENDLIST");
    expect(text).not.toContain("PRELOAD-HINT");
  });

  it("list what is there and hint at what comes next", () => {
    const { sink, stage } = stageWith({ dvrMs: 60_000 });
    stage.run(5000);
    const playlist = sink.playlists.playlist("v-h")!;
    const open = playlist.open!.parts!;
    expect(playlist.mediaSequence).toBe(1);
    expect(playlist.segments.map(({ uri }) => uri)).toEqual(["1.m4s", "2.m4s"]);
    expect(playlist.segments[0]!.map).toBe("init-0.mp4");
    expect(open[0]).toMatchObject({ uri: "3.0.m4s", independent: true });
    expect(playlist.preloadHint).toBe(`3.${open.length}.m4s`);
    expect(playlist.renditionReports!.map(({ uri }) => uri)).toEqual([
      "../v-l/index.m3u8",
      "../opus/index.m3u8",
    ]);
    expect(playlist.renditionReports![0]).toMatchObject({ lastMsn: 3 });
    expect(playlist.partTarget).toBe(0.25);
    expect(sink.playlists.playlist("nobody")).toBeUndefined();
    expect(sink.playlists.beginsUnixMs).toBe(playlist.segments[0]!.programDateTimeMs);
  });

  it("reach as far back as asked, and list parts only near the end", () => {
    const { sink, stage } = stageWith({ dvrMs: 60_000, maxSegmentMs: 4000 });
    stage.run(180_000);
    const playlist = sink.playlists.playlist("v-h")!;
    const seconds = playlist.segments.reduce((sum, { duration }) => sum + duration, 0);
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThan(64);
    const withParts = playlist.segments.filter(({ parts }) => parts !== undefined);
    expect(withParts.length).toBeLessThanOrEqual(7);
    expect(playlist.segments.slice(-withParts.length)).toEqual(withParts);
    expect(sink.textOf("v-h", true).length).toBeLessThan(sink.textOf("v-h").length);
    expect([...sink.faults]).toEqual([]);
  });

  it("begin where a rendition begins, under the same numbers: no gaps before its first picture", () => {
    const { sink, stage } = stageWith({ dvrMs: 60_000 });
    stage.run(20_000);
    stage.layers.push({ id: "h264-480", format: pictureFormat(), delayMs: 60, everyMs: 400 });
    stage.packager.addRendition({ id: "h264-480", kind: "video" });
    stage.run(30_000);
    const late = sink.playlists.playlist("h264-480")!;
    const high = sink.playlists.playlist("v-h")!;
    expect(late.mediaSequence).toBeGreaterThanOrEqual(high.mediaSequence + 8);
    expect(late.segments.length).toBeGreaterThan(3);
    expect(late.segments.every(({ gap }) => !gap)).toBe(true);
    const at = (playlist: typeof late, number: number) => playlist.segments[number - playlist.mediaSequence]!;
    const number = late.mediaSequence + 2;
    const apart = at(late, number).programDateTimeMs! - at(high, number).programDateTimeMs!;
    expect(Math.abs(apart)).toBeLessThan(500);
    expect([...sink.faults]).toEqual([]);
  });

  it("begin behind what is lost, all of them, and grow again; never are they shorter than they may be", () => {
    const { sink, stage } = stageWith({ dvrMs: 600_000, maxSegmentMs: 4000 });
    const ids = ["v-h", "v-l", "opus"];
    const lengthOf = (id: string) =>
      sink.playlists.playlist(id)!.segments.reduce((sum, { duration }) => sum + duration, 0);
    stage.run(60_000);
    sink.playlists.lose(8);
    for (const id of ids) expect(sink.playlists.playlist(id)!.mediaSequence).toBe(9);
    expect(sink.playlists.beginsUnixMs).toBe(
      Math.min(...ids.map((id) => sink.playlists.playlist(id)!.segments[0]!.programDateTimeMs!)),
    );
    const last = sink.playlists.playlist("opus")!.segments.length + 8;
    sink.playlists.lose(last);
    for (const id of ids) expect(lengthOf(id)).toBeGreaterThanOrEqual(12);
    for (const id of ids) expect(sink.playlists.playlist(id)!.mediaSequence).toBeLessThanOrEqual(last);
    stage.run(120_000);
    for (const id of ids) expect(sink.playlists.playlist(id)!.mediaSequence).toBe(last + 1);
    expect(lengthOf("v-h")).toBeGreaterThan(50);
    expect([...sink.faults]).toEqual([]);
  });

  it("count discontinuities alike in all renditions once they have left", () => {
    const { sink, stage } = stageWith({ dvrMs: 20_000, maxSegmentMs: 4000 });
    stage.run(5000);
    stage.packager.discontinuity();
    for (const layer of stage.layers) Object.assign(layer, { everyMs: 2000 });
    stage.run(60_000);
    for (const id of ["v-h", "v-l", "opus"]) {
      const playlist = sink.playlists.playlist(id)!;
      expect(playlist.discontinuitySequence).toBe(1);
      expect(playlist.segments.some(({ discontinuity }) => discontinuity)).toBe(false);
    }
    expect([...sink.faults]).toEqual([]);
  });

  it("keep to their part target whatever pictures do: one that is held, three a second, ten, fifteen", () => {
    const { sink, stage } = stageWith({ dvrMs: 20_000, maxSegmentMs: 4000 });
    const lengths = new Map<number, number[]>();
    for (const frameMs of [40, 65, 100, 335]) {
      for (const layer of stage.layers) layer.frameMs = frameMs;
      stage.run(stage.nowMs + 12_000);
      const { segments } = sink.playlists.playlist("v-h")!;
      lengths.set(
        frameMs,
        segments.slice(-3).map(({ duration }) => duration),
      );
    }
    for (const layer of stage.layers) layer.frameMs = 40;
    stage.run(stage.nowMs + 5000);
    for (const layer of stage.layers) layer.isFlowing = false;
    stage.run(stage.nowMs + 1200);
    for (const layer of stage.layers) layer.isFlowing = true;
    stage.run(stage.nowMs + 3000);
    expect([...sink.faults]).toEqual([]);
    expect(sink.playlists.playlist("v-h")!.partTarget).toBe(0.25);
    for (const durations of lengths.values())
      for (const duration of durations) expect(Math.abs(duration - 2)).toBeLessThan(0.45);
  });
});
