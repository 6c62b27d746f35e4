import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOutputAddress } from "./output-address.ts";
import { teeTarget } from "./tee-target.ts";

describe("an order's address", () => {
  it.each([
    [
      "rtmp://live.twitch.tv/app",
      { protocol: "rtmp", host: "live.twitch.tv", port: 1935, application: "app" },
    ],
    ["rtmps://h.example:4443/a/b/", { protocol: "rtmps", port: 4443, application: "a/b" }],
    ["rtmps://h.example/live?backup=1", { port: 443, application: "live?backup=1" }],
    [
      "srt://[2001:db8::1]:9000?latency=300000",
      { protocol: "srt", host: "[2001:db8::1]", port: 9000, latencyMs: 300 },
    ],
    ["srt://h.example:9000", { latencyMs: 120 }],
    ["srt://h.example:9000?latency=999999999", { latencyMs: 8000 }],
  ])("is taken apart: %s", (url, expected) => expect(readOutputAddress({ url })).toMatchObject(expected));

  it.each([
    "http://h/x",
    "rtmp://",
    "rtmp://user@h/x",
    "rtmp://h:0/x",
    "rtmp://h:70000/x",
    "rtmp://a b/x",
    "srt://[x]:1",
  ])("is refused where it is none: %s", (url) => expect(readOutputAddress({ url })).toBeUndefined());
});

/** What `av_get_token` makes of a text up to a delimiter (FFmpeg, libavutil/avstring.c). */
function token(text: string, delimiters: string): [string, string] {
  let out = "";
  let at = 0;
  while (at < text.length && !delimiters.includes(text[at]!)) {
    if (text[at] === "\\" && at + 1 < text.length) out += text[++at];
    else if (text[at] === "'") while (++at < text.length && text[at] !== "'") out += text[at];
    else out += text[at];
    at++;
  }
  return [out, text.slice(at)];
}

describe("a target of FFmpeg's tee", () => {
  it("brings every character of a key through both readings, and opens no second output", () => {
    const nasty = fc.string({ unit: fc.constantFrom("\\", "'", "|", ":", "]", "[", "=", "a", "?", "&") });
    fc.assert(
      fc.property(nasty, (key) => {
        const [output, more] = token(
          teeTarget("rtmp://127.0.0.1:1/a", "flv", { rtmp_playpath: `x${key}y` }),
          "|",
        );
        expect(more).toBe("");
        const [format, rest] = token(output.slice(1), ":]");
        expect(format).toBe("f=flv");
        const [option, address] = token(rest.slice(1), ":]");
        expect(option).toBe(`rtmp_playpath=x${key}y`);
        expect(address).toBe("]rtmp://127.0.0.1:1/a");
      }),
    );
  });
});
