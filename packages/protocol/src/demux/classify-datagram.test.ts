import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { createBindingRequest } from "../ice/binding-request.ts";
import { serializeRtcp } from "../rtcp/serialize-rtcp.ts";
import { serializeRtp } from "../rtp/serialize-rtp.ts";
import { classifyDatagram } from "./classify-datagram.ts";

function datagram(first: number, second: number, length = 40): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes[0] = first;
  bytes[1] = second;
  return bytes;
}

describe("classifyDatagram", () => {
  it("knows what we write", () => {
    const transactionId = new Uint8Array(12);
    const credentials = { localUfrag: "aaaa", remoteUfrag: "bbbb", remotePassword: "p" };
    expect(classifyDatagram(createBindingRequest({ transactionId, ...credentials }))).toBe("stun");
    expect(classifyDatagram(serializeRtcp([{ type: "pli", senderSsrc: 1, mediaSsrc: 2 }]))).toBe("rtcp");
    const rtp = { payloadType: 127, sequenceNumber: 1, timestamp: 1, ssrc: 1, payload: new Uint8Array(3) };
    expect(classifyDatagram(serializeRtp({ ...rtp, marker: true }))).toBe("rtp");
  });

  it("keeps to the first byte's ranges of RFC 7983", () => {
    const kinds = Array.from({ length: 256 }, (_, first) => classifyDatagram(datagram(first, 0)));
    const count = (kind: string): number => kinds.filter((each) => each === kind).length;
    expect(kinds.slice(0, 4)).toEqual(["stun", "stun", "stun", "stun"]);
    expect([kinds[19], kinds[20], kinds[63], kinds[64]]).toEqual(["unknown", "dtls", "dtls", "unknown"]);
    expect([kinds[127], kinds[128], kinds[191], kinds[192]]).toEqual(["unknown", "rtp", "rtp", "unknown"]);
    expect([count("stun"), count("dtls"), count("rtp")]).toEqual([4, 44, 64]);
  });

  it("tells RTCP by the second byte (RFC 5761)", () => {
    const kinds = Array.from({ length: 256 }, (_, second) => classifyDatagram(datagram(0x80, second)));
    expect(
      kinds.map((kind, second) => (kind === "rtcp" ? second : -1)).filter((second) => second >= 0),
    ).toEqual(Array.from({ length: 32 }, (_, index) => 192 + index));
  });

  it("calls unknown what is too short to be itself", () => {
    expect(classifyDatagram(new Uint8Array(0))).toBe("unknown");
    expect(classifyDatagram(datagram(0, 1, 19))).toBe("unknown");
    expect(classifyDatagram(datagram(22, 254, 12))).toBe("unknown");
    expect(classifyDatagram(datagram(0x80, 96, 11))).toBe("unknown");
    expect(classifyDatagram(datagram(0x80, 200, 8))).toBe("rtcp");
    expect(classifyDatagram(datagram(0x80, 200, 7))).toBe("unknown");
  });

  it("survives any bytes", () => {
    const random = new SeededRandom(1);
    const seen = new Set<string>();
    for (let round = 0; round < 5000; round++)
      seen.add(classifyDatagram(random.bytes(random.integer(0, 40))));
    expect([...seen].sort()).toEqual(["dtls", "rtcp", "rtp", "stun", "unknown"]);
  });
});
