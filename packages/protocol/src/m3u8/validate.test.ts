import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { livePlaylist, MULTIVARIANT } from "./playlists.fixture.ts";
import { serializeMediaPlaylist } from "./serialize-media-playlist.ts";
import { serializeMultivariant } from "./serialize-multivariant.ts";
import type { MediaPlaylist } from "./types.ts";
import { validateMediaPlaylist } from "./validate-media-playlist.ts";
import { validateMultivariant } from "./validate-multivariant.ts";

const LIVE = serializeMediaPlaylist(livePlaylist());
const sections = (faults: string[]) => faults.map((fault) => fault.split(":")[0]);
/** The sections that the live playlist offends with one text in place of another. */
function offended(search: string | RegExp, replacement: string, lowLatency = false): (string | undefined)[] {
  const text = LIVE.replace(search, replacement);
  expect(text).not.toBe(LIVE);
  return sections(validateMediaPlaylist(text, { lowLatency }));
}
/** The sections that the change from the live playlist to another one offends. */
const offendedBy = (change: Partial<MediaPlaylist>, from: MediaPlaylist = livePlaylist()) =>
  sections(
    validateMediaPlaylist(serializeMediaPlaylist({ ...from, ...change }), {
      previous: serializeMediaPlaylist(from),
    }),
  );

describe("the validator of media playlists", () => {
  it("finds nothing wrong with what we write, whole or as a delta, from one version to the next", () => {
    const versions = [livePlaylist(10, 20), livePlaylist(10, 21), livePlaylist(12, 20)].map((one) =>
      serializeMediaPlaylist(one),
    );
    for (const [index, text] of versions.entries()) {
      const previous = versions[index - 1];
      expect(validateMediaPlaylist(text, { lowLatency: true, ...(previous && { previous }) })).toEqual([]);
    }
    const delta = serializeMediaPlaylist(livePlaylist(12, 20), { skip: true });
    expect(validateMediaPlaylist(delta, { lowLatency: true, previous: versions[1]! })).toEqual([]);
    const ended = { ...livePlaylist(12, 20), preloadHint: undefined, isEnded: true };
    const last = { lowLatency: true, previous: versions[2]! };
    expect(validateMediaPlaylist(serializeMediaPlaylist(ended), last)).toEqual([]);
  });

  it("knows how a playlist must be written", () => {
    expect(offended("#EXTM3U\n", "")).toContain("4.4.1.1");
    expect(offended(/\n$/, "")).toEqual(["4.1"]);
    expect(offended("#EXTM3U", "\ufeff#EXTM3U")).toContain("4.1");
    expect(offended("#EXT-X-TARGETDURATION:3\n", "")).toContain("4.4.3.1");
    expect(
      offended("#EXT-X-TARGETDURATION:3\n", "#EXT-X-TARGETDURATION:3\n#EXT-X-TARGETDURATION:3\n"),
    ).toEqual(["4.4"]);
    expect(offended("#EXT-X-VERSION:9", "#EXT-X-VERSION:5")).toEqual(["8"]);
    expect(offended("#EXTINF:2,\n", "")).toContain("4.4.4.1");
    expect(offended("#EXTINF:2,\n", "#EXTINF:2,\n#EXTINF:2,\n")).toEqual(["4.4.4.1"]);
    expect(offended("10.m4s\n", "")).toContain("4.4.4.1");
    expect(offended(/#EXT-X-MAP.*\n/, "")).toContain("3.1.2");
    expect(offended(/(PROGRAM-DATE-TIME:.*)Z/, "$1")).toEqual(["4.4.4.6"]);
    expect(offended('URI="init-0.mp4"', "URI=init 0")).not.toEqual([]);
    expect(offended("#EXT-X-MAP", "#EXT-X-MEDIA:TYPE=AUDIO\n#EXT-X-MAP")).toEqual(["4.1"]);
  });

  it("knows the rules of durations", () => {
    expect(offended("#EXTINF:2,", "#EXTINF:3.6,")).toContain("4.4.3.1");
    expect(offended(/DURATION=0.25(,URI="29.3)/, "DURATION=0.26$1")).toEqual(["4.4.4.9"]);
    expect(offended(/DURATION=0.25(,URI="29.3)/, "DURATION=0.205$1")).toEqual(["4.4.4.9"]);
    // What begins with a keyframe or is the last of its segment may be shorter.
    expect(offended(/DURATION=0.25(,URI="29.7)/, "DURATION=0.21$1")).toEqual([]);
    expect(offended(/DURATION=0.25(,URI="29.0)/, "DURATION=0.21$1")).toEqual([]);
    expect(offended(/(PROGRAM-DATE-TIME:2023-11-14T22:13:)42/, "$130")).toEqual(["4.4.4.6"]);
    const old = livePlaylist();
    const segments = old.segments.map((segment) => ({ ...segment, parts: old.segments.at(-1)!.parts! }));
    const text = serializeMediaPlaylist({ ...old, segments });
    expect(sections(validateMediaPlaylist(text))).toContain("4.4.4.9");
  });

  it("knows the rules of low latency", () => {
    expect(offended("PART-HOLD-BACK=0.75", "PART-HOLD-BACK=0.7")).toEqual(["4.4.3.8"]);
    expect(offended(",PART-HOLD-BACK=0.75", "")).toEqual(["4.4.3.8"]);
    expect(offended("CAN-SKIP-UNTIL=18", "CAN-SKIP-UNTIL=17")).toEqual(["4.4.3.8"]);
    expect(offended("CAN-SKIP-UNTIL=18", "CAN-SKIP-UNTIL=18,HOLD-BACK=8")).toEqual(["4.4.3.8"]);
    expect(offended(/#EXT-X-PART-INF.*\n/, "")).toContain("4.4.3.7");
    expect(offended('PRELOAD-HINT:TYPE=PART,URI="30.3', 'PRELOAD-HINT:TYPE=PART,URI="30.2')).toEqual([
      "4.4.5.3",
    ]);
    expect(offended("TYPE=PART,", "")).toEqual(["4.4.5.3"]);
    expect(offended(",LAST-PART=2", "")).toEqual(["4.4.5.4"]);
    expect(offended("../opus", "https://example.com")).toEqual(["4.4.5.4"]);
    expect(offended(/\n$/, "\n#EXT-X-ENDLIST\n")).toEqual(["4.4.5.3"]);
    expect(offended("CAN-BLOCK-RELOAD=YES,", "", true)).toEqual(["B.1"]);
    expect(offended("CAN-SKIP-UNTIL=18,", "", true)).toEqual(["B.1"]);
    expect(offended(/#EXT-X-PRELOAD-HINT.*\n/, "", true)).toEqual(["B.1"]);
    expect(offended(/#EXT-X-PROGRAM-DATE-TIME.*\n/g, "", true)).toEqual(["B.1"]);
  });

  it("knows how much a delta may leave out", () => {
    const delta = serializeMediaPlaylist(livePlaylist(), { skip: true });
    const more = delta
      .replace("SEGMENTS=11", "SEGMENTS=12")
      .replace(/#EXT-X-PROGRAM.*\n(#EXT-X-PART:.*\n)*#EXTINF.*\n21.m4s\n/, "");
    expect(more).not.toContain("21.m4s");
    expect(sections(validateMediaPlaylist(more))).toEqual(["6.2.5.1"]);
    expect(sections(validateMediaPlaylist(delta.replace("CAN-SKIP-UNTIL=18,", "")))).toEqual(["6.2.5.1"]);
    expect(sections(validateMediaPlaylist(delta.replace("SEGMENTS=11", "SEGMENTS=0")))).toContain("4.4.5.2");
    // Whoever saw segments up to 20 cannot know of those that a later delta leaves out.
    const later = serializeMediaPlaylist(livePlaylist(40, 20), { skip: true });
    expect(sections(validateMediaPlaylist(later, { previous: LIVE }))).toContain("6.2.5.1");
  });

  it("knows what must not change", () => {
    const from = livePlaylist();
    expect(
      offendedBy({ targetDuration: 4, serverControl: { ...from.serverControl, canSkipUntil: 24 } }),
    ).toEqual(["4.4.3.1"]);
    expect(offendedBy({ mediaSequence: 9 })).toContain("4.4.3.2");
    expect(offendedBy({ discontinuitySequence: 1 })).toEqual(["4.4.3.3"]);
    const replace = (index: number, change: object) =>
      from.segments.map((segment, at) => (at === index ? { ...segment, ...change } : segment));
    expect(offendedBy({ segments: replace(3, { uri: "x.m4s" }) })).toEqual(["6.2.1"]);
    expect(offendedBy({ segments: replace(3, { duration: 1.9 }) })).toEqual(["6.2.1"]);
    expect(offendedBy({ segments: replace(3, { gap: true }) })).toEqual(["6.2.1"]);
    expect(offendedBy({ segments: replace(3, { discontinuity: true }) })).toEqual(["6.2.1"]);
    expect(offendedBy({ open: { ...from.open, parts: from.open!.parts!.slice(0, 2) } })).toContain("6.2.1");
    expect(offendedBy({ segments: from.segments.slice(0, -1) })).toContain("6.2.1");
    expect(offendedBy({ segments: from.segments.slice(1) })).toContain("6.2.1");
    const few = { mediaSequence: 28, segments: from.segments.slice(18) };
    expect(offendedBy(few)).toEqual(["6.2.2"]);
    expect(
      offendedBy({ mediaSequence: 11, segments: from.segments.slice(1) }, { ...from, type: "EVENT" }),
    ).toEqual(["4.4.3.5"]);
    const ended = { ...from, preloadHint: undefined, isEnded: true };
    expect(offendedBy({ isEnded: false }, ended)).toEqual(["4.4.3.4"]);
  });

  it("counts discontinuities that went with their segments", () => {
    const from = livePlaylist();
    const segments = from.segments.map((segment, index) => ({ ...segment, discontinuity: index === 1 }));
    const marked = { ...from, segments };
    expect(offendedBy({ mediaSequence: 11, segments: segments.slice(1) }, marked)).toEqual([]);
    const removed = { mediaSequence: 12, segments: segments.slice(2) };
    expect(offendedBy(removed, marked)).toEqual(["4.4.3.3"]);
    expect(offendedBy({ ...removed, discontinuitySequence: 1 }, marked)).toEqual([]);
  });

  it("survives any text", () => {
    const word = fc.constantFrom(
      ...LIVE.split(/(?=[,:=\n"])|\n/),
      "#EXT-X-SKIP:",
      "SKIPPED-SEGMENTS=1e9",
      "\n",
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.string()), { maxLength: 60 }),
        fc.string(),
        (words, previous) => {
          const text = words.join("");
          expect(validateMediaPlaylist(text, { previous: LIVE, lowLatency: true })).toBeInstanceOf(Array);
          expect(validateMediaPlaylist(LIVE, { previous: text })).toBeInstanceOf(Array);
          expect(validateMediaPlaylist(previous)).not.toEqual([]);
          expect(validateMultivariant(text)).toBeInstanceOf(Array);
        },
      ),
    );
  });
});

describe("the validator of multivariant playlists", () => {
  const text = serializeMultivariant(MULTIVARIANT);
  const faults = (search: string | RegExp, replacement: string) => {
    const changed = text.replace(search, replacement);
    expect(changed).not.toBe(text);
    return sections(validateMultivariant(changed));
  };

  it("finds nothing wrong with what we write", () => {
    expect(validateMultivariant(text)).toEqual([]);
  });

  it("knows the rules of variants and groups", () => {
    expect(faults("BANDWIDTH=1000000,", "")).toContain("4.4.6.2");
    expect(faults("AVERAGE-BANDWIDTH=800000", "AVERAGE-BANDWIDTH=1000001")).toEqual(["4.4.6.2"]);
    expect(faults(/CODECS="[^"]*",/, "")).toEqual(["4.4.6.2"]);
    expect(faults("RESOLUTION=640x360,", "")).toEqual(["4.4.6.2"]);
    expect(faults("RESOLUTION=640x360", "RESOLUTION=640")).toEqual(["4.4.6.2"]);
    expect(faults("FRAME-RATE=30.000", "FRAME-RATE=30.0001")).toEqual(["4.4.6.2"]);
    expect(faults('GROUP-ID="aac"', 'GROUP-ID="other"')).toEqual(["4.4.6.2", "4.4.6.2"]);
    expect(faults('GROUP-ID="aac"', 'GROUP-ID="opus"')).toContain("4.4.6.1.1");
    expect(faults('NAME="Sound",', "")).toEqual(["4.4.6.1"]);
    expect(faults("AUTOSELECT=YES", "AUTOSELECT=NO")).toEqual(["4.4.6.1"]);
    expect(faults("e1/v-1/index.m3u8\n", "")).toContain("4.4.6.2");
    expect(faults(/#EXT-X-STREAM-INF.*\n/, "")).toContain("4.4.6.2");
    expect(faults("#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-TARGETDURATION:2")).toEqual(["4.1"]);
    expect(sections(validateMultivariant("#EXTM3U\n"))).toEqual(["4.4.6.2"]);
  });
});
