import { describe, expect, it } from "vitest";
import { answerPreferring, rankCodecs } from "./codec-preference.ts";

describe("codecs", () => {
  const codecs = [
    { mimeType: "video/VP8" },
    { mimeType: "video/rtx" },
    { mimeType: "video/AV1" },
    { mimeType: "video/H264", sdpFmtpLine: "packetization-mode=1;profile-level-id=4d001f" },
    { mimeType: "video/H264", sdpFmtpLine: "packetization-mode=0;profile-level-id=42e01f" },
    { mimeType: "video/H264", sdpFmtpLine: "packetization-mode=1;profile-level-id=42e01f" },
  ];
  const names = (list: typeof codecs) =>
    list.map(({ mimeType, sdpFmtpLine = "" }) => mimeType + sdpFmtpLine.slice(-6));

  it("put H.264 constrained baseline first, then VP8, and leave out what cannot carry a frame", () => {
    expect(names(rankCodecs(codecs))).toEqual([
      "video/H26442e01f",
      "video/H2644d001f",
      "video/VP8",
      "video/AV1",
      "video/rtx",
    ]);
  });

  it("put the wanted one first, and keep the others behind it", () => {
    expect(names(rankCodecs(codecs, "vp8"))[0]).toBe("video/VP8");
    expect(names(rankCodecs(codecs, "av1"))).toEqual([
      "video/AV1",
      "video/H26442e01f",
      "video/H2644d001f",
      "video/VP8",
      "video/rtx",
    ]);
    expect(names(rankCodecs(codecs, "h264"))).toEqual(names(rankCodecs(codecs)));
  });
});

describe("an answer", () => {
  const answer = [
    "v=0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=rtpmap:111 opus/48000/2",
    "m=video 9 UDP/TLS/RTP/SAVPF 102 103 96 97",
    "a=rtpmap:102 H264/90000",
    "a=rtpmap:103 rtx/90000",
    "a=rtpmap:96 VP8/90000",
    "a=rtpmap:97 rtx/90000",
    "",
  ].join("\r\n");

  it("is sent in the wanted codec when that stands first", () => {
    expect(answerPreferring(answer, "vp8")).toBe(answer.replace("102 103 96 97", "96 102 103 97"));
  });

  it("stays as it is when the codec was not agreed on", () => {
    expect(answerPreferring(answer, "av1")).toBe(answer);
    expect(answerPreferring(answer, "h264")).toBe(answer);
  });
});
