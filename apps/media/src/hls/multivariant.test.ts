import { serializeMultivariant } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { composeMultivariant, type ListedRendition, withOneSound } from "./multivariant.ts";

const picture = (id: string, height: number, bps: number): ListedRendition => ({
  ...{ id, kind: "video", codecs: "avc1.42e01f", width: (height * 16) / 9, height },
  peakBps: bps * 2,
  averageBps: bps,
});
const sound = (id: string, codecs: string): ListedRendition => ({
  ...{ id, kind: "audio", codecs, channels: 2, peakBps: 60_000, averageBps: 50_000 },
});

describe("the multivariant playlist of a show", () => {
  it("offers every picture with every sound, best first", () => {
    const model = composeMultivariant("e1", [
      picture("v-l", 180, 150_000),
      sound("opus", "opus"),
      picture("v-h", 720, 1_500_000),
      sound("aac", "mp4a.40.2"),
    ]);
    expect(model.variants.map(({ uri, audioGroup }) => [uri, audioGroup])).toEqual([
      ["e1/v-h/index.m3u8", "opus"],
      ["e1/v-l/index.m3u8", "opus"],
      ["e1/v-h/index.m3u8", "aac"],
      ["e1/v-l/index.m3u8", "aac"],
    ]);
    expect(model.variants[0]).toMatchObject({
      bandwidth: 3_060_000,
      averageBandwidth: 1_550_000,
      codecs: ["avc1.42e01f", "opus"],
      resolution: { width: 1280, height: 720 },
    });
    expect(model.audio?.map(({ groupId, uri }) => [groupId, uri])).toEqual([
      ["opus", "e1/opus/index.m3u8"],
      ["aac", "e1/aac/index.m3u8"],
    ]);
    expect(serializeMultivariant(model)).toContain('AUDIO="aac"');
  });

  it("has one sound for each player: Opus for who takes it, AAC for all others, and what there is", () => {
    const [top, low] = [picture("v-h", 720, 1_500_000), picture("v-l", 180, 150_000)];
    const [opus, aac] = [sound("opus", "opus"), sound("aac", "mp4a.40.2")];
    const namesOf = (listed: readonly ListedRendition[], takesOpus: boolean) =>
      withOneSound(listed, takesOpus).map(({ id }) => id);
    expect(namesOf([top, opus, low, aac], true)).toEqual(["v-h", "opus", "v-l"]);
    expect(namesOf([top, opus, low, aac], false)).toEqual(["v-h", "v-l", "aac"]);
    expect(namesOf([top, opus], false)).toEqual(["v-h", "opus"]);
    expect(namesOf([top, aac], true)).toEqual(["v-h", "aac"]);
    expect(namesOf([top], false)).toEqual(["v-h"]);
  });

  it("offers a picture without sound, and sound without a picture", () => {
    const silent = composeMultivariant("e1", [picture("v-single", 720, 1_000_000)]);
    expect(silent.variants).toMatchObject([{ codecs: ["avc1.42e01f"], audioGroup: undefined }]);
    const radio = composeMultivariant("e1", [sound("opus", "opus")]);
    expect(radio.variants).toMatchObject([
      { uri: "e1/opus/index.m3u8", codecs: ["opus"], audioGroup: "opus", resolution: undefined },
    ]);
  });
});
