import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { ICY_INTERVAL_BYTES, IcyStream } from "./icy-stream.ts";

/** Takes sound and titles apart again, as a radio does. */
function readIcy(stream: Uint8Array): { sound: Uint8Array; titles: string[] } {
  const sound: Uint8Array[] = [];
  const titles: string[] = [];
  let at = 0;
  while (at < stream.length) {
    sound.push(stream.subarray(at, at + ICY_INTERVAL_BYTES));
    at += ICY_INTERVAL_BYTES;
    if (at >= stream.length) break;
    const length = stream[at]! * 16;
    if (length > 0) titles.push(new TextDecoder().decode(stream.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return { sound: Buffer.concat(sound), titles };
}

describe("sound with titles in it", () => {
  it("is the same sound, with a title where it has changed", () => {
    const random = new SeededRandom(3);
    const icy = new IcyStream();
    const sent: Uint8Array[] = [];
    const sound: Uint8Array[] = [];
    for (let index = 0; index < 200; index++) {
      const bytes = random.bytes(random.integer(0, 1500) + (index === 50 ? 40_000 : 0));
      sound.push(bytes);
      sent.push(icy.write(bytes, index < 100 ? "It's on" : "Über alles"));
    }
    const read = readIcy(Buffer.concat(sent));
    expect(Buffer.compare(read.sound, Buffer.concat(sound))).toBe(0);
    expect(read.titles.map((text) => text.replaceAll("\0", ""))).toEqual([
      "StreamTitle='It’s on';",
      "StreamTitle='Über alles';",
    ]);
  });

  it("leaves a title out that no block can hold", () => {
    const icy = new IcyStream();
    const { titles } = readIcy(icy.write(new Uint8Array(ICY_INTERVAL_BYTES * 2), "x".repeat(5000)));
    expect(titles).toEqual([]);
  });
});
