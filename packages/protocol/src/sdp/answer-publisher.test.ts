import { parse } from "sdp-transform";
import { describe, expect, it } from "vitest";
import { answerPublisher } from "./answer-publisher.ts";
import { dtlsRoleFor } from "./answer-session.ts";
import * as offers from "./offers.fixture.ts";
import { parseOffer } from "./parse-offer.ts";
import type { LocalTransport, PublisherAnswer } from "./types.ts";

const LOCAL: LocalTransport = {
  iceUfrag: "loca",
  icePassword: "localPassword0123456789",
  fingerprint: "AA:BB:CC",
  candidates: [
    { address: "192.0.2.1", port: 8082 },
    { address: "2001:db8::1", port: 8082 },
    { address: "192.0.2.1", port: 9082, transport: "tcp" },
  ],
  sessionId: "4242424242",
};

function answer(sdp: string): PublisherAnswer {
  const offer = parseOffer(sdp);
  if (!offer.ok) throw offer.error;
  const result = answerPublisher(offer.value, LOCAL);
  if (!result.ok) throw result.error;
  return result.value;
}

describe("answerPublisher", () => {
  it.each([
    ["actpass", "passive", "server"],
    ["active", "passive", "server"],
    ["passive", "active", "client"],
  ] as const)("answers a peer that is %s as %s", (offered, answered, role) => {
    const sdp = offers.OBS.replace("a=setup:actpass", `a=setup:${offered}`);
    const offer = parseOffer(sdp);
    expect(offer.ok && dtlsRoleFor(offer.value)).toBe(role);
    expect(parse(answer(sdp).sdp).media.map(({ setup }) => setup)).toEqual([answered, answered]);
  });

  it.each(Object.entries(offers.PUBLISHER_OFFERS))(
    "answers %s as an ICE-lite, passive receiver",
    (_name, offer) => {
      const { sdp, negotiated } = answer(offer);
      const session = parse(sdp);
      expect(session.icelite).toBe("ice-lite");
      expect(session.media).toHaveLength(parse(offer).media.length);
      const live = session.media.filter((media) => media.port !== 0);
      expect(live.map((media) => media.type).sort()).toEqual(["audio", "video"]);
      expect(session.groups).toEqual([
        { type: "BUNDLE", mids: live.map((media) => String(media.mid)).join(" ") },
      ]);
      for (const media of live) {
        expect(media).toMatchObject({
          direction: "recvonly",
          setup: "passive",
          rtcpMux: "rtcp-mux",
          iceUfrag: "loca",
          icePwd: "localPassword0123456789",
          fingerprint: { type: "sha-256", hash: "AA:BB:CC" },
        });
      }
      expect(live[0]!.candidates).toEqual([
        expect.objectContaining({
          component: 1,
          transport: "udp",
          ip: "192.0.2.1",
          port: 8082,
          type: "host",
        }),
        expect.objectContaining({ ip: "2001:db8::1", port: 8082, type: "host" }),
        expect.objectContaining({ transport: "tcp", ip: "192.0.2.1", port: 9082, tcptype: "passive" }),
      ]);
      expect(live[0]!.candidates![0]!.priority).toBeGreaterThan(live[0]!.candidates![1]!.priority);
      expect(live[0]!.endOfCandidates).toBe("end-of-candidates");
      const video = negotiated.sections.find((section) => section.kind === "video")!;
      expect(video.codecs[0]!.name).toBe("h264");
      expect(negotiated.sections.find((section) => section.kind === "audio")!.codecs[0]!.name).toBe("opus");
      // Each payload type of the answer was offered with the same meaning.
      for (const media of live) {
        const offered = parse(offer).media.find((other) => other.mid === media.mid)!;
        for (const { payload, codec } of media.rtp) {
          const same = offered.rtp.find((entry) => entry.payload === payload)!;
          expect(same.codec.toLowerCase()).toBe(codec.toLowerCase());
        }
      }
      expect(sdp).toMatch(/^v=0\r\no=- 4242424242 1 IN IP4 0\.0\.0\.0\r\n/);
      expect(sdp.replaceAll("\r\n", "")).not.toMatch(/[\r\n]|undefined|NaN/);
    },
  );

  it("asks Chromium for constrained baseline H.264 first, then VP8, VP9 and AV1, each with RTX", () => {
    const { negotiated } = answer(offers.CHROMIUM);
    const video = negotiated.sections.find((section) => section.kind === "video")!;
    expect(
      video.codecs.map(({ name, payloadType, rtxPayloadType }) => [name, payloadType, rtxPayloadType]),
    ).toEqual([
      ["h264", 106, 107],
      ["vp8", 96, 97],
      ["vp9", 98, 99],
      ["av1", 45, 46],
    ]);
    expect(video.codecs[0]!.fmtp).toContain("profile-level-id=42e034");
    expect(video.feedback).toEqual(["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"]);
    expect(video.extensions).toEqual({
      mid: 4,
      rid: 10,
      repairedRid: 11,
      absSendTime: 2,
      transportCc: 3,
      absCaptureTime: 9,
      videoOrientation: 13,
      playoutDelay: 5,
      dependencyDescriptor: 12,
    });
    expect(video.ssrcs).toEqual([
      {
        ssrc: 2231627014,
        rtxSsrc: 632943048,
        cname: "Gb1sOm9Z0Xe0k1Qd",
        msid: "be2f3a6c-0c0a-4f7f-9d53-1fdc3d1d4ac9 6a4f0d0e-7f86-4f29-bb0c-0b6fd1dd7b21",
      },
    ]);
    expect(negotiated.ice).toEqual({ ufrag: "hAp5", password: "VZc0Pe1OmOr3f4VZc0Pe1OmO" });
    expect(negotiated.fingerprint.algorithm).toBe("sha-256");
  });

  it("takes all simulcast layers that have a RID", () => {
    const { sdp, negotiated } = answer(offers.CHROMIUM_SIMULCAST);
    expect(negotiated.sections.find((section) => section.kind === "video")!.rids).toEqual(["q", "h", "f"]);
    expect(sdp).toContain("a=rid:q recv\r\na=rid:h recv\r\na=rid:f recv\r\n");
    expect(sdp).toContain("a=simulcast:recv q;h;f\r\n");
  });

  it("leaves simulcast out when RIDs cannot be told apart", () => {
    const { sdp, negotiated } = answer(offers.CHROMIUM_SIMULCAST.replace(/a=extmap:10 .*\n/, ""));
    expect(negotiated.sections.find((section) => section.kind === "video")!.rids).toEqual([]);
    expect(sdp).not.toContain("simulcast");
  });

  it("keeps stereo and in-band FEC for OBS", () => {
    const audio = answer(offers.OBS).negotiated.sections.find((section) => section.kind === "audio")!;
    expect(audio.codecs).toEqual([
      {
        name: "opus",
        payloadType: 111,
        clockRate: 48_000,
        channels: 2,
        fmtp: "minptime=10;maxaveragebitrate=96000;stereo=1;useinbandfec=1",
        rtxPayloadType: undefined,
        redPayloadType: undefined,
        feedback: [],
      },
    ]);
  });

  it("takes OBS 31's single layer by its SSRC, though the RID extension is there", () => {
    const { sdp, negotiated } = answer(offers.OBS_31);
    expect(sdp).not.toContain("simulcast");
    const video = negotiated.sections.find((section) => section.kind === "video")!;
    expect(video).toMatchObject({ rids: [], extensions: { mid: 1, rid: 2 } });
    expect(video.ssrcs.map(({ ssrc }) => ssrc)).toEqual([2684109518]);
    expect(video.feedback).toEqual(["goog-remb", "ccm fir", "nack", "nack pli"]);
  });

  it.each([1, 2, 3, 4])("takes all of OBS 32's layers, or it would not begin: %i", (count) => {
    const names = Array.from({ length: count }, (_, index) => String(index));
    const offer = offers.OBS_32_SIMULCAST.replace(
      /(a=rid.*\n)+a=simulcast.*\n/,
      `${names.map((name) => `a=rid:${name} send\n`).join("")}a=simulcast:send ${names.join(";")}\n`,
    );
    const { sdp, negotiated } = answer(offer);
    const video = negotiated.sections.find((section) => section.kind === "video")!;
    expect(video).toMatchObject({ rids: names, ssrcs: [], simulcastSsrcs: [], extensions: { rid: 2 } });
    // It counts the semicolons of the first line that begins with this, up to a CRLF.
    const line = /a=simulcast[\s\S]*?\r\n/.exec(sdp)![0];
    expect(line.split(";")).toHaveLength(count);
    expect(line).toBe(`a=simulcast:recv ${names.join(";")}\r\n`);
  });

  it("takes AV1 of OBS, which comes without parameters", () => {
    const av1 = offers.OBS_31.replace("H264/90000", "AV1/90000").replace(/a=fmtp:96.*\n/, "");
    const video = answer(av1).negotiated.sections.find((section) => section.kind === "video")!;
    expect(video.codecs).toMatchObject([{ name: "av1", payloadType: 96, rtxPayloadType: undefined }]);
  });

  it.each(["CHROMIUM", "SAFARI"] as const)("asks %s for Opus inside RED", (name) => {
    const { sdp, negotiated } = answer(offers.PUBLISHER_OFFERS[name]!);
    const audio = negotiated.sections.find((section) => section.kind === "audio")!;
    expect(audio.codecs[0]).toMatchObject({ name: "opus", payloadType: 111, redPayloadType: 63 });
    expect(audio.codecs[0]!.fmtp).toContain("useinbandfec=1");
    expect(sdp).toMatch(/\r\nm=audio 9 UDP\/TLS\/RTP\/SAVPF 63 111\r\n/);
    expect(sdp).toContain("a=rtpmap:63 red/48000/2\r\n");
    expect(sdp).toContain("a=fmtp:63 111/111\r\n");
  });

  it.each(["FIREFOX", "OBS", "OBS_31", "FFMPEG", "GSTREAMER"] as const)(
    "does not speak of RED to %s",
    (name) => {
      const { sdp, negotiated } = answer(offers.PUBLISHER_OFFERS[name]!);
      expect(sdp).not.toMatch(/ red\//);
      const codecs = negotiated.sections.flatMap((section) => section.codecs);
      expect(codecs.every((codec) => codec.redPayloadType === undefined)).toBe(true);
    },
  );

  it("leaves RED of mixed, foreign or unnamed formats out", () => {
    for (const fmtp of ["111/0", "9/9", "111/111/63", "x", ""]) {
      const offer = offers.CHROMIUM.replace("a=fmtp:63 111/111", fmtp === "" ? "a=x" : `a=fmtp:63 ${fmtp}`);
      expect(answer(offer).sdp).not.toContain("red/48000");
    }
  });

  it("takes simulcast by SSRC group, as browsers wrote it before RIDs", () => {
    const old = offers.CHROMIUM.replace(
      /a=ssrc-group:FID[\s\S]*$/,
      `a=ssrc-group:SIM 100 200 300
a=ssrc-group:FID 100 101
a=ssrc-group:FID 200 201
a=ssrc-group:FID 300 301
${[100, 101, 200, 201, 300, 301].map((ssrc) => `a=ssrc:${ssrc} cname:c\n`).join("")}`,
    );
    const { sdp, negotiated } = answer(old);
    const video = negotiated.sections.find((section) => section.kind === "video")!;
    expect(video.simulcastSsrcs.map(({ ssrc, rtxSsrc }) => [ssrc, rtxSsrc])).toEqual([
      [100, 101],
      [200, 201],
      [300, 301],
    ]);
    expect(video.rids).toEqual([]);
    expect(sdp).toContain("a=x-google-flag:conference\r\n");
    const strange = answer(old.replace("SIM 100 200 300", "SIM 100 100 999"));
    expect(strange.negotiated.sections.at(-1)!.simulcastSsrcs).toEqual([]);
    expect(strange.sdp).not.toContain("x-google-flag");
  });

  it("refuses Safari's data channel with port 0 and keeps its place", () => {
    const media = parse(answer(offers.SAFARI).sdp).media[2]!;
    expect(media).toMatchObject({
      type: "application",
      port: 0,
      protocol: "UDP/DTLS/SCTP",
      payloads: "webrtc-datachannel",
      mid: 2,
    });
    expect(media.setup).toBeUndefined();
  });

  it("reads GStreamer's bundle-only section and leaves its parameter sets out of the answer", () => {
    const { sdp, negotiated } = answer(offers.GSTREAMER);
    const [video, audio] = negotiated.sections;
    expect([video!.mid, audio!.mid]).toEqual(["video0", "audio1"]);
    expect(video!.feedback).toEqual(["transport-cc", "ccm fir", "nack", "nack pli"]);
    expect(audio!.codecs[0]!.fmtp).toBe("stereo=1;useinbandfec=1");
    expect(sdp).not.toContain("sprop-parameter-sets");
  });

  it("takes one video and one audio section and refuses the others", () => {
    const second = offers.OBS.slice(offers.OBS.indexOf("m=video")).replace("a=mid:1", "a=mid:2");
    const { sdp, negotiated } = answer(`${offers.OBS}${second}`.replace("BUNDLE 0 1", "BUNDLE 0 1 2"));
    expect(negotiated.sections.map((section) => section.mid)).toEqual(["0", "1"]);
    expect(parse(sdp).media.map((media) => media.port)).toEqual([9, 9, 0]);
    expect(sdp).toContain("a=group:BUNDLE 0 1\r\n");
  });

  it("says which codecs were offered when none is accepted", () => {
    const hevc = offers.OBS.replace("H264/90000", "H265/90000");
    const offer = parseOffer(hevc);
    const result = offer.ok ? answerPublisher(offer.value, LOCAL) : offer;
    expect(result).toMatchObject({ ok: false, error: { code: "sdp.no_common_codec" } });
    expect(!result.ok && result.error.message).toBe(
      "no video codec of the offer is accepted here (offered: H265)",
    );
  });

  it("refuses an offer that only receives", () => {
    const offer = parseOffer(offers.WERIFT_VIEWER);
    const result = offer.ok ? answerPublisher(offer.value, LOCAL) : offer;
    expect(result).toMatchObject({ ok: false, error: { code: "sdp.direction" } });
  });

  it("answers a lone section that has neither MID nor BUNDLE", () => {
    const lone = offers.OBS.slice(0, offers.OBS.indexOf("m=video")).replaceAll(/a=(?:group|mid):.*\n/g, "");
    const { sdp, negotiated } = answer(lone);
    expect(negotiated.sections).toHaveLength(1);
    expect(sdp).not.toMatch(/a=mid|a=group/);
    expect(sdp).toContain("a=candidate:1 1 udp 2130706431 192.0.2.1 8082 typ host\r\n");
  });
});
