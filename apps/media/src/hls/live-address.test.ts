import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLiveAddress } from "./live-address.ts";

const still = { msn: undefined, part: undefined, skip: false };

describe("addresses below /live/", () => {
  it("names what is asked for", () => {
    const read = (rest: string) => parseLiveAddress(`/live/studio/${rest}`);
    const place = { epoch: "mx1", rendition: "v-f" };
    expect(read("index.m3u8")).toEqual({
      room: "studio",
      token: undefined,
      isInRoom: false,
      takesOpus: false,
      target: { kind: "multivariant" },
    });
    expect(read("~a.b.c-_/audio.mp3")).toEqual({
      room: "studio",
      token: "a.b.c-_",
      isInRoom: false,
      takesOpus: false,
      target: { kind: "audio" },
    });
    expect(read("index.m3u8?sound=opus&in-room=1")).toMatchObject({ isInRoom: true, takesOpus: true });
    expect(read("index.m3u8?sound=aac")).toMatchObject({ takesOpus: false });
    expect(read("mx1/v-f/index.m3u8")).toMatchObject({
      target: { kind: "playlist", ...place, directives: still },
    });
    expect(read("mx1/v-f/index.m3u8?in-room=1&_HLS_msn=3")).toMatchObject({
      isInRoom: true,
      target: { kind: "playlist", ...place, directives: { ...still, msn: 3 } },
    });
    expect(read("mx1/v-f/init-2.mp4")).toMatchObject({ target: { kind: "init", ...place, version: 2 } });
    expect(read("mx1/v-f/17.m4s")).toMatchObject({ target: { kind: "segment", ...place, segment: 17 } });
    expect(read("~t/mx1/v-f/17.3.m4s")).toMatchObject({
      token: "t",
      target: { kind: "part", ...place, segment: 17, part: 3 },
    });
  });

  it("reads the directives of a reload", () => {
    const read = (query: string) => {
      const address = parseLiveAddress(`/live/studio/e/opus/index.m3u8?${query}`);
      return typeof address === "object" && address.target.kind === "playlist"
        ? address.target.directives
        : address;
    };
    expect(read("_HLS_msn=12")).toEqual({ ...still, msn: 12 });
    expect(read("_HLS_msn=12&_HLS_part=0&_HLS_skip=YES")).toEqual({ msn: 12, part: 0, skip: true });
    expect(read("_HLS_skip=v2&other=1")).toEqual({ ...still, skip: true });
    for (const bad of [
      "_HLS_part=1",
      "_HLS_msn=-1",
      "_HLS_msn=1e3",
      "_HLS_msn=",
      `_HLS_msn=${"9".repeat(13)}`,
    ])
      expect(read(bad)).toBe("invalid");
    expect(read("_HLS_msn=1&_HLS_part=x")).toBe("invalid");
  });

  it.each([
    "/live/studio/",
    "/live/studio/../../etc/passwd",
    "/live/../live/studio/index.m3u8",
    "/live/studio/e/..%2f..%2fx/1.m4s",
    "/live/studio/e/opus/%2e%2e/1.m4s",
    "/live/studio/e/opus/1.2.3.m4s",
    "/live/STUDIO/index.m3u8",
    "/live/studio//index.m3u8",
    "/live/studio/e/opus/-1.m4s",
    `/live/studio/e/opus/${"1".repeat(13)}.m4s`,
    `/live/studio/~${"a".repeat(4097)}/index.m3u8`,
    "/live/studio/e/opus/index.m3u8/",
  ])("knows nothing of %s", (url) => {
    expect(parseLiveAddress(url)).toBeUndefined();
  });

  it("survives any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        parseLiveAddress(text);
        const address = parseLiveAddress(`/live/studio/${text}`);
        if (typeof address === "object") expect(address.token ?? "").not.toMatch(/[/%]/);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
