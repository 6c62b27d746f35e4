import { parse } from "sdp-transform";
import { describe, expect, it } from "vitest";
import { matchCodec } from "../codec/match-codec.ts";
import { answerViewer } from "./answer-viewer.ts";
import * as offers from "./offers.fixture.ts";
import { parseOffer } from "./parse-offer.ts";
import type { LocalTransport, SlotChooser, ViewerAnswer, ViewerAnswerOptions } from "./types.ts";

const LOCAL: LocalTransport = {
  iceUfrag: "loca",
  icePassword: "localPassword0123456789",
  fingerprint: "AA:BB:CC",
  candidates: [{ address: "192.0.2.1", port: 8082 }],
};

const chooseSlot: SlotChooser = ({ index, mid, kind }) => ({
  ssrc: 1000 + index,
  rtxSsrc: 2000 + index,
  cname: "room-1",
  streamId: "slot",
  trackId: `${kind}-${mid}`,
});

function answer(sdp: string, options?: ViewerAnswerOptions): ViewerAnswer {
  const offer = parseOffer(sdp);
  if (!offer.ok) throw offer.error;
  const result = answerViewer(offer.value, LOCAL, chooseSlot, options);
  if (!result.ok) throw result.error;
  return result.value;
}

describe("answerViewer", () => {
  it.each(Object.entries(offers.VIEWER_OFFERS))(
    "turns each receiving section of %s into a slot",
    (_name, offer) => {
      const { sdp, negotiated } = answer(offer);
      const media = parse(sdp).media.filter((each) => each.port !== 0);
      expect(media.map((each) => String(each.mid))).toEqual(negotiated.slots.map((slot) => slot.mid));
      expect(media.every((each) => each.direction === "sendonly" && each.setup === "passive")).toBe(true);
      for (const [index, slot] of negotiated.slots.entries()) {
        expect(slot.ssrc).toBe(1000 + slot.index);
        expect(sdp).toContain(`a=ssrc:${slot.ssrc} cname:room-1\r\n`);
        expect(sdp).toContain(`a=msid:slot ${slot.kind}-${slot.mid}\r\n`);
        expect(media[index]!.ssrcs![0]).toEqual({ id: slot.ssrc, attribute: "cname", value: "room-1" });
      }
      expect(sdp).not.toMatch(/undefined|NaN/);
    },
  );

  it("keeps every variant of every codec we forward, for Chromium, and drops RIDs and transport-cc", () => {
    const { sdp, negotiated } = answer(offers.CHROMIUM_VIEWER);
    expect(negotiated.slots.map((slot) => slot.kind)).toEqual(["audio", "video", "audio", "video"]);
    const video = negotiated.slots[1]!;
    expect(video.codecs.map((codec) => codec.name)).toEqual([
      ...new Array<string>(7).fill("h264"),
      "vp8",
      "vp9",
      "vp9",
      "av1",
    ]);
    expect(video.codecs.every((codec) => codec.rtxPayloadType !== undefined)).toBe(true);
    expect(Object.keys(video.extensions)).not.toContain("transportCc");
    expect(Object.keys(video.extensions)).not.toContain("rid");
    expect(video.feedback).toEqual(["goog-remb", "ccm fir", "nack", "nack pli"]);
    expect(sdp).toContain("a=ssrc-group:FID 1001 2001\r\n");
    expect(sdp).not.toContain("transport-cc");
    expect(negotiated.slots[0]!.codecs[0]!.fmtp).toBe("minptime=10;useinbandfec=1");
  });

  it("takes reference times of receivers where the offer has them", () => {
    const offer = offers.CHROMIUM_VIEWER.replaceAll(
      "a=rtcp-rsize\n",
      "a=rtcp-rsize\na=rtcp-xr:rcvr-rtt=all\n",
    );
    expect(offer).not.toBe(offers.CHROMIUM_VIEWER);
    const { sdp, negotiated } = answer(offer);
    expect(sdp.match(/a=rtcp-xr:rcvr-rtt=all\r\n/g)).toHaveLength(offer.match(/rtcp-xr/g)!.length);
    expect(negotiated.slots.every(({ receiverRoundTrip }) => receiverRoundTrip)).toBe(true);
    expect(answer(offers.CHROMIUM_VIEWER).sdp).not.toContain("rtcp-xr");
  });

  it("offers RED after plain Opus where the viewer knows it", () => {
    const { sdp, negotiated } = answer(offers.CHROMIUM_VIEWER);
    expect(negotiated.slots[0]!.codecs).toMatchObject([
      { name: "opus", payloadType: 111, redPayloadType: 63, fmtp: "minptime=10;useinbandfec=1" },
    ]);
    expect(sdp).toMatch(/\r\nm=audio 9 UDP\/TLS\/RTP\/SAVPF 111 63\r\n/);
    expect(sdp).toContain("a=fmtp:63 111/111\r\n");
    expect(negotiated.slots[1]!.codecs.every((codec) => codec.redPayloadType === undefined)).toBe(true);
    expect(answer(offers.WERIFT_VIEWER).sdp).not.toContain(" red/");
  });

  it("asks for transport-wide feedback when told to", () => {
    const { sdp, negotiated } = answer(offers.CHROMIUM_VIEWER, { transportCc: true });
    expect(negotiated.slots[1]!.extensions.transportCc).toBe(3);
    expect(sdp).toContain("a=rtcp-fb:106 transport-cc\r\n");
  });

  it("keeps to the most slots of a kind and refuses the rest", () => {
    const { sdp, negotiated } = answer(offers.CHROMIUM_VIEWER, { maxVideoSlots: 1, maxAudioSlots: 0 });
    expect(negotiated.slots.map((slot) => slot.mid)).toEqual(["1"]);
    expect(parse(sdp).media.map((media) => media.port)).toEqual([0, 9, 0, 0]);
    expect(sdp).toContain("a=group:BUNDLE 1\r\n");
    expect(parse(sdp).media[1]!.candidates).toHaveLength(1);
  });

  it("carries any publisher's codec in a slot of Chromium", () => {
    const { codecs } = answer(offers.CHROMIUM_VIEWER).negotiated.slots[1]!;
    const wanted = (fmtp: string): number | undefined =>
      matchCodec(codecs, { name: "h264", fmtp })?.payloadType;
    expect(wanted("profile-level-id=42e034;packetization-mode=1;level-asymmetry-allowed=1")).toBe(106);
    expect(wanted("profile-level-id=4d0028;packetization-mode=1")).toBe(127);
    expect(wanted("profile-level-id=640028;packetization-mode=1")).toBe(112);
    expect(wanted("profile-level-id=640c1f;packetization-mode=1")).toBe(112);
    expect(matchCodec(codecs, { name: "vp9", fmtp: "profile-id=2" })?.payloadType).toBe(100);
    expect(matchCodec(codecs, { name: "av1", fmtp: "" })?.payloadType).toBe(45);
    expect(matchCodec(codecs, { name: "av1", fmtp: "profile=1" })).toBeUndefined();
  });

  it("sends stereo to a viewer who asks for it", () => {
    const { negotiated } = answer(offers.SAFARI);
    expect(negotiated.slots[0]!.codecs[0]!.fmtp).toBe("minptime=10;stereo=1;sprop-stereo=1;useinbandfec=1");
  });

  it("refuses an offer that only sends, and one without a codec of ours", () => {
    const sending = parseOffer(offers.OBS);
    expect(sending.ok && answerViewer(sending.value, LOCAL, chooseSlot)).toMatchObject({
      ok: false,
      error: { code: "sdp.direction" },
    });
    const foreign = parseOffer(offers.WERIFT_VIEWER.replaceAll(/(H264|VP8|opus)\//g, "X$1/"));
    expect(foreign.ok && answerViewer(foreign.value, LOCAL, chooseSlot)).toMatchObject({
      ok: false,
      error: { code: "sdp.no_common_codec" },
    });
  });
});
