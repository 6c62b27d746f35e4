import type { QualityState, WatchDetails, WatchStats } from "@sameroom/client";
import { describe, expect, it } from "vitest";
import {
  connectionWords,
  detailRows,
  detailsText,
  layerLabel,
  qualityOptions,
  replayRows,
} from "./quality-words.ts";

const layer = (id: string, height: number, active = true) => ({
  ...{ id, height, active, width: (height * 16) / 9, framesPerSecond: 30, bitrate: height * 2000 },
});
const QUALITY: QualityState = {
  choice: "auto",
  layers: [layer("f", 720), layer("h", 360), layer("q", 180, false)],
  layer: "h",
  switchingTo: null,
  reason: "shown",
};
const STATS: WatchStats = {
  path: "hls",
  latencyMs: 120,
  roundTripMs: 41.6,
  bitrate: 720_000,
  framesPerSecond: 29.7,
  width: 640,
  height: 360,
  lossRatio: 0.012,
  freezes: 1,
  frozenMs: 640,
  jitterMs: 3.2,
  repairedPackets: 17,
  concealedRatio: 0,
  connection: "good",
};

describe("the quality menu", () => {
  it("offers automatic, every layer, and sound alone", () => {
    expect(qualityOptions(QUALITY).map(({ choice, label, hint }) => [choice, label, hint])).toEqual([
      ["auto", "Auto", "now 360p"],
      ["f", "720p", "1.4 Mbit/s"],
      ["h", "360p", "720 kbit/s"],
      ["q", "180p", "not sent now"],
      ["audio", "Audio only", "no picture, little data"],
    ]);
  });

  it("offers no choice of layers where there is one", () => {
    const options = qualityOptions({ ...QUALITY, layers: [layer("single", 720)], layer: "single" });
    expect(options.map(({ choice }) => choice)).toEqual(["auto", "audio"]);
  });

  it("names layers by their lines, also upright ones and fast ones", () => {
    expect(layerLabel({ id: "f", width: 720, height: 1280, framesPerSecond: 30 })).toBe("720p");
    expect(layerLabel({ id: "f", width: 1920, height: 1080, framesPerSecond: 59 })).toBe("1080p60");
    expect(layerLabel({ id: "f", width: 0, height: 0, framesPerSecond: 0 })).toBe("f");
  });
});

describe("the connection in words", () => {
  it("says nothing before anything is known", () => {
    expect(connectionWords(null, null)).toBeNull();
  });

  it("tells a smaller picture from a stuttering one", () => {
    const weak: WatchStats = { ...STATS, connection: "weak" };
    expect(connectionWords(weak, { ...QUALITY, reason: "bandwidth" })?.advice).toContain("smaller picture");
    expect(connectionWords(weak, QUALITY)?.advice).toContain("stutter");
  });

  it("has a tone for each state", () => {
    const tones = (["excellent", "good", "weak", "lost"] as const).map(
      (connection) => connectionWords({ ...STATS, connection }, QUALITY)?.tone,
    );
    expect(tones).toEqual(["good", "good", "warn", "bad"]);
  });
});

describe("the details", () => {
  const details: WatchDetails = {
    path: "hls",
    transport: "tcp",
    serverAddress: "192.0.2.1",
    videoCodec: "H264",
    audioCodec: "opus",
    quality: QUALITY,
    stats: STATS,
    estimate: 1_900_000,
    session: "abcdefghijkl",
  };

  it("name what support people ask for", () => {
    expect(Object.fromEntries(detailRows(details))).toMatchObject({
      Path: "LL-HLS",
      Picture: "640 × 360, 30 fps",
      Layer: "360p (h), automatic",
      "Network takes": "1.9 Mbit/s",
      "Round trip": "42 ms",
      Loss: "1.2 %",
      Repaired: "17 packets",
      Transport: "TCP, 192.0.2.1",
      Session: "abcdefgh",
    });
  });

  it("leave out what is not known", () => {
    const unknown = { stats: null, estimate: null, transport: null, serverAddress: null };
    const rows = detailRows({ ...details, ...unknown, path: "webrtc" });
    expect(rows[0]).toEqual(["Path", "WebRTC"]);
    expect(rows.map(([name]) => name)).toEqual(["Path", "Picture", "Layer", "Codecs", "Session"]);
  });

  it("are text to paste", () => {
    expect(detailsText(detailRows(details)).split("\n").slice(0, 2)).toEqual([
      "Path: LL-HLS",
      "Picture: 640 × 360, 30 fps",
    ]);
  });

  it("of a replay are those of a file", () => {
    const rows = replayRows({
      recording: "01234567-89ab",
      width: 1280,
      height: 720,
      quality: QUALITY,
      aheadS: 12.4,
      decodedFrames: 900,
      droppedFrames: 2,
    });
    expect(Object.fromEntries(rows)).toMatchObject({
      Path: "HLS, recorded",
      Picture: "1280 × 720",
      "Loaded ahead": "12 s",
      Frames: "900 shown, 2 dropped",
      Recording: "01234567",
    });
  });
});
