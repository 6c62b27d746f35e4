import { describe, expect, it } from "vitest";
import { livePlaylist, MULTIVARIANT } from "./playlists.fixture.ts";
import { serializeMediaPlaylist } from "./serialize-media-playlist.ts";
import { serializeMultivariant } from "./serialize-multivariant.ts";

describe("a media playlist", () => {
  it("that is live has parts, hint and reports", () => {
    expect(serializeMediaPlaylist(livePlaylist(7, 1))).toBe(`#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:3
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=18,PART-HOLD-BACK=0.75
#EXT-X-PART-INF:PART-TARGET=0.25
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-MAP:URI="init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:34.000Z
#EXT-X-PART:DURATION=0.25,URI="7.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.25,URI="7.1.m4s"
#EXT-X-PART:DURATION=0.25,URI="7.2.m4s"
#EXT-X-PART:DURATION=0.25,URI="7.3.m4s"
#EXT-X-PART:DURATION=0.25,URI="7.4.m4s"
#EXT-X-PART:DURATION=0.25,URI="7.5.m4s"
#EXT-X-PART:DURATION=0.25,URI="7.6.m4s"
#EXT-X-PART:DURATION=0.25,URI="7.7.m4s"
#EXTINF:2,
7.m4s
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:36.000Z
#EXT-X-PART:DURATION=0.25,URI="8.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.25,URI="8.1.m4s"
#EXT-X-PART:DURATION=0.25,URI="8.2.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="8.3.m4s"
#EXT-X-RENDITION-REPORT:URI="../opus/index.m3u8",LAST-MSN=8,LAST-PART=2
`);
  });

  it("that has ended says so; gaps, discontinuities and other formats are marked", () => {
    const text = serializeMediaPlaylist({
      targetDuration: 2,
      mediaSequence: 0,
      discontinuitySequence: 3,
      type: "VOD",
      segments: [
        { uri: "0.m4s", duration: 2, map: "a.mp4" },
        { uri: "1.m4s", duration: 1.98333333, map: "a.mp4", gap: true },
        { uri: "2.m4s", duration: 0.04, map: "b.mp4", discontinuity: true },
      ],
      isEnded: true,
    });
    expect(text).toBe(`#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="a.mp4"
#EXTINF:2,
0.m4s
#EXT-X-GAP
#EXTINF:1.98333,
1.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="b.mp4"
#EXTINF:0.04,
2.m4s
#EXT-X-ENDLIST
`);
  });

  it("as a delta leaves out what lies behind the skip boundary, and nothing when all is within", () => {
    const playlist = livePlaylist(10, 20);
    const lines = serializeMediaPlaylist(playlist, { skip: true }).split("\n");
    // 0.75 s of parts and nine segments make 18.75 s: the ninth reaches across the boundary and stays.
    expect(lines).toContain("#EXT-X-SKIP:SKIPPED-SEGMENTS=11");
    expect(lines).toContain("#EXT-X-MEDIA-SEQUENCE:10");
    expect(lines.filter((line) => line.startsWith("#EXTINF"))).toHaveLength(9);
    expect(lines.some((line) => line.startsWith("#EXT-X-MAP"))).toBe(false);
    expect(lines).not.toContain("20.m4s");
    expect(lines).toContain("21.m4s");
    const short = livePlaylist(10, 8);
    expect(serializeMediaPlaylist(short, { skip: true })).toBe(serializeMediaPlaylist(short));
  });

  it("is never written with what would be read as something else", () => {
    const write = (uri: string) => () =>
      serializeMediaPlaylist({ ...livePlaylist(), segments: [{ uri, duration: 1 }] });
    expect(write("#x")).toThrow(RangeError);
    expect(write("a\nb")).toThrow(RangeError);
    expect(() => serializeMediaPlaylist({ ...livePlaylist(), preloadHint: 'a"b' })).toThrow(RangeError);
    expect(() =>
      serializeMediaPlaylist({ ...livePlaylist(), segments: [{ uri: "a", duration: Number.NaN }] }),
    ).toThrow(RangeError);
  });
});

describe("a multivariant playlist", () => {
  it("names renditions and variants", () => {
    const data = { "org.example.begins": "2026-11-21T12:00:00.250Z" };
    const lines = serializeMultivariant({ ...MULTIVARIANT, data }).split("\n");
    expect(lines.slice(0, 7)).toEqual([
      "#EXTM3U",
      "#EXT-X-VERSION:6",
      "#EXT-X-INDEPENDENT-SEGMENTS",
      '#EXT-X-SESSION-DATA:DATA-ID="org.example.begins",VALUE="2026-11-21T12:00:00.250Z"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="opus",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="e1/opus/index.m3u8"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="e1/aac/index.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=1000000,AVERAGE-BANDWIDTH=800000,CODECS="avc1.42e01f,opus",RESOLUTION=640x360,FRAME-RATE=30.000,AUDIO="opus"',
    ]);
    expect(lines[7]).toBe("e1/v-1/index.m3u8");
    expect(lines.at(-1)).toBe("");
  });

  it("of sound alone has no resolution", () => {
    const text = serializeMultivariant({
      variants: [{ uri: "aac/index.m3u8", bandwidth: 64_000.2, codecs: ["mp4a.40.2"] }],
    });
    expect(text).toBe(
      '#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-STREAM-INF:BANDWIDTH=64001,CODECS="mp4a.40.2"\naac/index.m3u8\n',
    );
  });
});
