import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { originOf, splitAddress } from "./address.ts";

describe("an address as an owner pastes it", () => {
  it("stays as it is when the key is given apart", () => {
    expect(splitAddress("rtmp://a.rtmp.youtube.com/live2/", "abcd-efgh")).toEqual({
      url: "rtmp://a.rtmp.youtube.com/live2",
      key: "abcd-efgh",
      passphrase: null,
    });
  });

  it("gives up the key at its end, with the query that belongs to it", () => {
    expect(splitAddress("rtmps://live-api-s.facebook.com:443/rtmp/FB-1-x?s_bl=1&a=2", null)).toEqual({
      url: "rtmps://live-api-s.facebook.com:443/rtmp",
      key: "FB-1-x?s_bl=1&a=2",
      passphrase: null,
    });
  });

  it("has no key where there is only the application", () => {
    expect(splitAddress("rtmp://live.twitch.tv/app", null)?.key).toBeNull();
  });

  it("gives up what is secret of an SRT address", () => {
    const url =
      "srt://ingest.example:9000?mode=caller&streamid=%23!::r=x,m=publish&passphrase=0123456789&latency=200000";
    expect(splitAddress(url, null)).toEqual({
      url: "srt://ingest.example:9000?latency=200000",
      key: "#!::r=x,m=publish",
      passphrase: "0123456789",
    });
  });

  it("is refused without a host, a path or an SRT port, and with a user in it", () => {
    for (const url of [
      "rtmp:///live/x",
      "rtmp://host",
      "rtmp://host/",
      "srt://host",
      "rtmp://me:pw@host/live/x",
    ])
      expect(splitAddress(url, null), url).toBeNull();
  });

  it("keeps port 80 and addresses of IPv6", () => {
    expect(splitAddress("rtmp://[2001:db8::1]:80/live/x", null)?.url).toBe("rtmp://[2001:db8::1]:80/live");
  });

  it("never throws and never keeps a passphrase in the address", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.webPath(), (url, path) => {
        for (const scheme of ["rtmp", "rtmps", "srt"]) {
          const text = `${url.replace(/^https?/, scheme)}${path}?passphrase=geheimgeheim`;
          const split = splitAddress(text, null);
          expect(split?.url ?? "").not.toContain("geheim");
        }
      }),
      { numRuns: 30 },
    );
  });

  it("has an origin without path and query", () => {
    expect(originOf("RTMPS://Host.example:443/app?x")).toBe("rtmps://host.example:443");
  });
});
