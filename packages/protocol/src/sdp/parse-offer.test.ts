import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { answerPublisher } from "./answer-publisher.ts";
import { answerViewer } from "./answer-viewer.ts";
import { SDP_LIMITS } from "./limits.ts";
import * as offers from "./offers.fixture.ts";
import { parseOffer } from "./parse-offer.ts";
import { parseSdpFragment } from "./sdp-fragment.ts";

function failure(sdp: string): string {
  const result = parseOffer(sdp);
  return result.ok ? "accepted" : result.error.code;
}

const OBS = offers.OBS;
const AUDIO_ONLY = OBS.slice(0, OBS.indexOf("m=video")).replace("BUNDLE 0 1", "BUNDLE 0");

describe("parseOffer", () => {
  it("reads an offer whatever its line ends", () => {
    expect(parseOffer(OBS.replaceAll("\n", "\r\n"))).toEqual(parseOffer(OBS));
  });

  it("takes ICE and DTLS parameters from the session or the sections", () => {
    const offer = parseOffer(OBS);
    expect(offer.ok && offer.value).toMatchObject({
      ice: { ufrag: "8mQf", password: "AvZ4pFdE4NE0mSBzVZkRhq" },
      setup: "actpass",
      bundle: ["0", "1"],
    });
    const firefox = parseOffer(offers.FIREFOX);
    expect(firefox.ok && firefox.value.ice.ufrag).toBe("3f9c1b7e");
  });

  it("keeps credentials that look like numbers as they were written", () => {
    const offer = parseOffer(
      OBS.replace("ice-ufrag:8mQf", "ice-ufrag:1234").replace(/ice-pwd:.*/, `ice-pwd:${"1".repeat(24)}`),
    );
    expect(offer.ok && offer.value.ice).toEqual({ ufrag: "1234", password: "1".repeat(24) });
  });

  it.each([
    ["nothing", "", "sdp.malformed"],
    ["another text", "hello", "sdp.malformed"],
    ["a line that is none", OBS.replace("s=-", "s-"), "sdp.malformed"],
    ["no section", OBS.slice(0, OBS.indexOf("m=audio")), "sdp.no_media"],
    [
      "only a data channel",
      OBS.slice(0, OBS.indexOf("m=audio")) + offers.SAFARI.slice(offers.SAFARI.indexOf("m=application")),
      "sdp.no_media",
    ],
    ["plain RTP", AUDIO_ONLY.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "sdp.no_media"],
    ["disabled sections", AUDIO_ONLY.replace("m=audio 41413", "m=audio 0"), "sdp.no_media"],
    ["no ICE", OBS.replace(/a=ice-ufrag.*\n/, ""), "sdp.no_ice"],
    ["a short ICE password", OBS.replace(/a=ice-pwd.*/, "a=ice-pwd:short"), "sdp.no_ice"],
    ["an ICE-lite peer", OBS.replace("t=0 0", "t=0 0\na=ice-lite"), "sdp.ice_lite"],
    ["no fingerprint", OBS.replace(/a=fingerprint.*\n/, ""), "sdp.no_fingerprint"],
    [
      "a short fingerprint",
      OBS.replace(/a=fingerprint.*/, "a=fingerprint:sha-256 AA:BB"),
      "sdp.no_fingerprint",
    ],
    ["an unknown hash", OBS.replace("fingerprint:sha-256", "fingerprint:constructor"), "sdp.no_fingerprint"],
    [
      "a peer that does not want to connect yet",
      OBS.replace("setup:actpass", "setup:holdconn"),
      "sdp.bad_setup",
    ],
    ["no rtcp-mux", OBS.replace("a=rtcp-mux\n", ""), "sdp.no_rtcp_mux"],
    ["no BUNDLE", OBS.replace("a=group:BUNDLE 0 1\n", ""), "sdp.not_bundled"],
    ["a section outside BUNDLE", OBS.replace("BUNDLE 0 1", "BUNDLE 0"), "sdp.not_bundled"],
    ["one MID twice", OBS.replace("a=mid:1", "a=mid:0"), "sdp.malformed"],
    ["a broken m-line", OBS.replace("m=audio 41413", "m=audio x"), "sdp.malformed"],
    ["a payload type past 127", OBS.replace("SAVPF 96", "SAVPF 300"), "sdp.malformed"],
    ["one extension id for two", `${OBS}a=extmap:1 urn:a\na=extmap:1 urn:b\n`, "sdp.malformed"],
    ["too many sections", OBS + "m=audio 9 UDP/TLS/RTP/SAVPF 111\n".repeat(SDP_LIMITS.sections), "sdp.limit"],
    ["too many payload types", OBS.replace("SAVPF 96", `SAVPF 96${" 1".repeat(64)}`), "sdp.limit"],
    ["too long a line", OBS.replace("s=-", `s=${"x".repeat(5000)}`), "sdp.limit"],
    ["too many lines", OBS + "a=x\n".repeat(SDP_LIMITS.lines), "sdp.limit"],
    ["too much", OBS + "a=xxxxxxxx\n".repeat(7000), "sdp.too_large"],
    ["too many SSRC lines", OBS + "a=ssrc:1 x\n".repeat(300), "sdp.limit"],
  ])("refuses %s", (_what, sdp, code) => {
    expect(failure(sdp)).toBe(code);
  });

  it("says what is wrong in a sentence", () => {
    const messages = [
      OBS.replace("a=rtcp-mux\n", ""),
      OBS.slice(0, OBS.indexOf("m=audio")),
      OBS.replace(/a=fingerprint.*\n/, ""),
    ].map((sdp) => {
      const result = parseOffer(sdp);
      return result.ok ? "" : result.error.message;
    });
    expect(messages).toEqual([
      "media section 0 (audio) is without rtcp-mux; RTP and RTCP must share a port",
      "the offer has no audio or video section",
      "the offer has no DTLS fingerprint",
    ]);
  });

  it("survives any mutation of real offers, and so do the answers", () => {
    const local = { iceUfrag: "abcd", icePassword: "p".repeat(22), fingerprint: "AA", candidates: [] };
    const slot = { ssrc: 1, rtxSsrc: 2, cname: "c", streamId: "s", trackId: "t" };
    const corpus = [...Object.values(offers.PUBLISHER_OFFERS), ...Object.values(offers.VIEWER_OFFERS)];
    const random = new SeededRandom(11);
    let accepted = 0;
    for (let round = 0; round < 1500; round++) {
      const mutated = mutate(random.pick(corpus), random);
      const offer = parseOffer(mutated);
      parseSdpFragment(mutated);
      if (!offer.ok) continue;
      accepted += 1;
      for (const result of [
        answerPublisher(offer.value, local),
        answerViewer(offer.value, local, () => slot),
      ]) {
        if (result.ok) expect(result.value.sdp).not.toMatch(/undefined|NaN/);
      }
    }
    expect(accepted).toBeGreaterThan(100);
  });
});

/** Cuts, doubles, swaps or garbles a few lines. */
function mutate(sdp: string, random: SeededRandom): string {
  const lines = sdp.split("\n");
  for (let changes = random.integer(1, 4); changes > 0; changes--) {
    const at = random.integer(0, lines.length - 1);
    const line = lines[at]!;
    const cut = random.integer(0, line.length);
    const junk = String.fromCharCode(random.integer(32, 0x2ff)).repeat(random.integer(0, 20));
    lines[at] = random.pick([
      "",
      `${line}\n${line}`,
      lines[random.integer(0, lines.length - 1)]!,
      line.slice(0, cut),
      line.slice(0, cut) + junk + line.slice(cut),
      line.replace(/\d+/, String(random.integer(0, 1e9))),
      line.replaceAll(/[a-z]/g, (letter) => (random.next() < 0.1 ? "_" : letter)),
    ]);
  }
  return lines.join("\n");
}
