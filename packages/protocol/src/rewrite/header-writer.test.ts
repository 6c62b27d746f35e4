import { describe, expect, it } from "vitest";
import type { ExtensionIds } from "../rtp/extension-uris.ts";
import { writeAudioLevel, writeSdesText } from "../rtp/extension-values.ts";
import { parseRtp, rtpPayload } from "../rtp/parse-rtp.ts";
import { serializeRtp } from "../rtp/serialize-rtp.ts";
import { rewriteRtp } from "./header-writer.ts";

const PUBLISHER: ExtensionIds = {
  mid: 1,
  rid: 2,
  audioLevel: 3,
  transportCc: 4,
  absSendTime: 5,
  absCaptureTime: 6,
};
const STAMP = {
  payloadType: 111,
  sequenceNumber: 77,
  timestamp: 88,
  absSendTime: 0x123456,
  transportSequence: 0xabcd,
};

function published(extra: { id: number; data: Uint8Array }[] = []): Uint8Array {
  return serializeRtp({
    marker: true,
    payloadType: 96,
    sequenceNumber: 5,
    timestamp: 6,
    ssrc: 7,
    csrcs: [1, 2],
    extensions: [
      { id: 1, data: writeSdesText("theirs") },
      { id: 2, data: writeSdesText("hi") },
      { id: 3, data: writeAudioLevel({ voiceActivity: true, level: 40 }) },
      { id: 4, data: Uint8Array.of(0, 1) },
      { id: 5, data: Uint8Array.of(0, 0, 1) },
      ...extra,
    ],
    payload: Uint8Array.of(1, 2, 3),
    paddingLength: 4,
  });
}

describe("rewriteRtp", () => {
  it("gives a packet the output's identity and the viewer's extensions", () => {
    const extensions = { mid: 9, audioLevel: 8, absSendTime: 7, transportCc: 6, rid: 5, videoOrientation: 4 };
    const output = { target: { ssrc: 42, mid: "0", extensions }, stamp: STAMP };
    const packet = rewriteRtp(published([{ id: 14, data: Uint8Array.of(1) }]), PUBLISHER, output)!;
    const header = parseRtp(packet)!;
    expect(header).toMatchObject({
      marker: true,
      payloadType: 111,
      sequenceNumber: 77,
      timestamp: 88,
      ssrc: 42,
      csrcs: [],
      extensionProfile: 0xbede,
      paddingLength: 0,
    });
    expect(header.extensions).toEqual([
      { id: 9, data: writeSdesText("0") },
      { id: 8, data: writeAudioLevel({ voiceActivity: true, level: 40 }) },
      { id: 7, data: Uint8Array.of(0x12, 0x34, 0x56) },
      { id: 6, data: Uint8Array.of(0xab, 0xcd) },
    ]);
    expect(rtpPayload(packet, header)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("chooses the two-byte form for large ids and long values, and no block for nothing", () => {
    const target = (extensions: ExtensionIds): { ssrc: number; extensions: ExtensionIds } => ({
      ssrc: 42,
      extensions,
    });
    const profile = (extensions: ExtensionIds, packet = published()): number | undefined =>
      parseRtp(rewriteRtp(packet, PUBLISHER, { target: target(extensions), stamp: STAMP })!)!
        .extensionProfile;
    expect(profile({ audioLevel: 14 })).toBe(0xbede);
    expect(profile({ audioLevel: 15 })).toBe(0x1000);
    expect(profile({ absCaptureTime: 1 }, published([{ id: 6, data: new Uint8Array(17) }]))).toBe(0x1000);
    expect(profile({})).toBeUndefined();
    // MID negotiated but the section has none; capture time negotiated but not sent.
    expect(profile({ mid: 1, absCaptureTime: 2 })).toBeUndefined();
  });

  it("drops what is not RTP", () => {
    expect(
      rewriteRtp(new Uint8Array(5), PUBLISHER, { target: { ssrc: 1, extensions: {} }, stamp: STAMP }),
    ).toBeUndefined();
  });
});
