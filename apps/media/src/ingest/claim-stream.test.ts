import { SeededRandom } from "@sameroom/base/testing";
import { type PublisherSection, serializeRtp } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { announcedStreams, claimStream } from "./claim-stream.ts";

const codec = (name: "h264" | "vp8" | "opus", payloadType: number) => ({
  name,
  payloadType,
  clockRate: name === "opus" ? 48_000 : 90_000,
  channels: name === "opus" ? 2 : 1,
  fmtp: "",
  rtxPayloadType: name === "opus" ? undefined : payloadType + 1,
  redPayloadType: name === "opus" ? 63 : undefined,
  feedback: [],
});

function sections(overrides: Partial<PublisherSection> = {}): PublisherSection[] {
  const common = { rids: [], simulcastSsrcs: [], ssrcs: [], feedback: [], receiverRoundTrip: false };
  return [
    {
      ...common,
      index: 0,
      kind: "video",
      mid: "0",
      codecs: [codec("h264", 96), codec("vp8", 98)],
      extensions: { mid: 1, rid: 2 },
      ...overrides,
    },
    { ...common, index: 1, kind: "audio", mid: "1", codecs: [codec("opus", 111)], extensions: { mid: 1 } },
  ];
}

const text = (value: string) => Uint8Array.from(Buffer.from(value));

function packet(
  payloadType: number,
  ssrc: number,
  extensions: { id: number; data: Uint8Array }[] = [],
): Uint8Array {
  return serializeRtp({ payloadType, ssrc, sequenceNumber: 1, timestamp: 2, extensions, payload: text("x") });
}

describe("claiming a stream", () => {
  it("goes by the announced SSRC", () => {
    const all = sections({ ssrcs: [{ ssrc: 5, rtxSsrc: 6, cname: undefined, msid: undefined }] });
    expect(claimStream(packet(98, 5), all)).toMatchObject({
      section: { mid: "0" },
      codec: { name: "vp8" },
      rtxSsrc: 6,
    });
    expect(announcedStreams(all)).toMatchObject([{ ssrc: 5, rtxSsrc: 6, codec: { name: "h264" } }]);
  });

  it("goes by the MID, then by a payload type that is used once", () => {
    expect(claimStream(packet(111, 9, [{ id: 1, data: text("1") }]), sections())).toMatchObject({
      section: { kind: "audio" },
    });
    expect(claimStream(packet(96, 9), sections())).toMatchObject({
      section: { kind: "video" },
      rtxSsrc: undefined,
    });
  });

  it("tells layers by their RID, and takes none that was not negotiated", () => {
    const all = sections({ rids: ["l", "h"] });
    const layer = (rid: string) =>
      packet(96, 9, [
        { id: 1, data: text("0") },
        { id: 2, data: text(rid) },
      ]);
    expect(claimStream(layer("h"), all)).toMatchObject({ rid: "h" });
    expect(claimStream(layer("x"), all)).toBeUndefined();
    expect(claimStream(packet(96, 9, [{ id: 1, data: text("0") }]), all)).toBeUndefined();
    expect(announcedStreams(all)).toEqual([]);
  });

  it("leaves retransmissions and unknown payload types alone", () => {
    expect(claimStream(packet(97, 9, [{ id: 1, data: text("0") }]), sections())).toBeUndefined();
    expect(claimStream(packet(50, 9), sections())).toBeUndefined();
  });

  it("survives any bytes", () => {
    const random = new SeededRandom(6);
    const valid = packet(96, 9, [{ id: 1, data: text("0") }]);
    for (let round = 0; round < 3000; round++) {
      const bytes = random.next() < 0.5 ? random.bytes(random.integer(0, 60)) : Uint8Array.from(valid);
      if (bytes.length > 0) bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
      expect(() => claimStream(bytes, sections())).not.toThrow();
    }
  });
});
