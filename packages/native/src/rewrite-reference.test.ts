import { SeededRandom } from "@sameroom/base/testing";
import {
  type CodecName,
  type ExtensionIds,
  isKeyframeStart,
  parseRtp,
  RTP_EXTENSION_URIS,
  type RtpExtensionName,
  rewriteRtp,
  serializeRtp,
} from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { binding } from "./binding.ts";
import { encodeCodec, encodeExtensions } from "./encode.ts";

const NAMES = Object.keys(RTP_EXTENSION_URIS) as RtpExtensionName[];
const CODECS: readonly CodecName[] = ["opus", "h264", "vp8", "vp9", "av1"];

const below = (random: SeededRandom, bound: number) => Math.floor(random.next() * bound);

/** Some extensions under distinct ids; ids above 14 need the two-byte form. */
function randomIds(random: SeededRandom): ExtensionIds {
  const largest = random.next() < 0.7 ? 14 : 255;
  const ids: ExtensionIds = {};
  const used = new Set<number>();
  for (const name of NAMES) {
    const id = 1 + below(random, largest);
    if (random.next() < 0.3 || used.has(id)) continue;
    used.add(id);
    ids[name] = id;
  }
  return ids;
}

function randomPacket(random: SeededRandom, ids: ExtensionIds): Uint8Array {
  const extensions = NAMES.flatMap((name) => {
    const id = ids[name];
    if (id === undefined || random.next() < 0.4) return [];
    return [{ id, data: random.bytes(random.next() < 0.9 ? 1 + below(random, 8) : below(random, 40)) }];
  });
  return serializeRtp({
    marker: random.next() < 0.5,
    payloadType: below(random, 128),
    sequenceNumber: below(random, 65_536),
    timestamp: below(random, 2 ** 32),
    ssrc: below(random, 2 ** 32),
    csrcs: Array.from({ length: below(random, 4) }, () => below(random, 2 ** 32)),
    extensions,
    payload: random.bytes(below(random, 200)),
    paddingLength: random.next() < 0.2 ? 1 + below(random, 40) : 0,
  });
}

function mutate(random: SeededRandom, packet: Uint8Array): Uint8Array {
  const out = packet.slice(0, random.next() < 0.3 ? below(random, packet.length + 1) : packet.length);
  for (let count = below(random, 4); count > 0 && out.length > 0; count -= 1) {
    out[below(random, Math.min(out.length, 40))] = below(random, 256);
  }
  return out;
}

function compareRewrites(random: SeededRandom, packet: Uint8Array, incoming: ExtensionIds): void {
  const target = {
    ssrc: below(random, 2 ** 32),
    mid: ["", "0", "audio", "a-long-media-id-17"][below(random, 4)]!,
    extensions: randomIds(random),
  };
  const stamp = {
    payloadType: below(random, 128),
    sequenceNumber: below(random, 65_536),
    timestamp: below(random, 2 ** 32),
    absSendTime: below(random, 2 ** 24),
    transportSequence: below(random, 65_536),
  };
  const native = binding.testing.rewrite(
    packet,
    encodeExtensions(incoming),
    encodeExtensions(target.extensions),
    target.mid,
    stamp.payloadType,
    target.ssrc,
    stamp.sequenceNumber,
    stamp.timestamp,
    stamp.absSendTime,
    stamp.transportSequence,
    0,
  );
  expect(native).toEqual(rewriteRtp(packet, incoming, { target, stamp }));
}

describe("the wire's parsers against the reference", () => {
  it("rewrite well-formed packets to the same bytes", () => {
    const random = new SeededRandom(21);
    for (let count = 0; count < 2000; count += 1) {
      const incoming = randomIds(random);
      compareRewrites(random, randomPacket(random, incoming), incoming);
    }
  });

  it("agree on damaged packets", () => {
    const random = new SeededRandom(22);
    for (let count = 0; count < 4000; count += 1) {
      const incoming = randomIds(random);
      const packet = mutate(random, randomPacket(random, incoming));
      const header = parseRtp(packet);
      const native = binding.testing.parseRtp(packet);
      expect(native).toEqual(
        header && [header.payloadOffset, packet.length - header.paddingLength - header.payloadOffset],
      );
      compareRewrites(random, packet, incoming);
    }
  });

  it.each(CODECS)("agree on what starts a keyframe of %s", (codec) => {
    const random = new SeededRandom(23);
    let keyframes = 0;
    for (let count = 0; count < 5000; count += 1) {
      const payload = random.bytes(below(random, 12));
      const native = binding.testing.isKeyframe(encodeCodec(codec), payload);
      expect(native).toBe(isKeyframeStart(codec, payload));
      if (native) keyframes += 1;
    }
    expect(keyframes).toBeGreaterThan(50);
  });
});

describe("padding to equal sizes", () => {
  const equalize = (...sizes: number[]) => Array.from(binding.testing.equalize(Uint16Array.from(sizes)));

  it("fills the packets of a frame up to its longest one", () => {
    expect(equalize(1150, 1151, 1150, 1151)).toEqual([1, 0, 1, 0]);
  });

  it("leaves the shorter last packet of a run as it is", () => {
    expect(equalize(1150, 1151, 1150, 400)).toEqual([1, 0, 1, 0]);
  });

  it("starts a new run where sizes differ by more than 32 bytes", () => {
    expect(equalize(1000, 1100, 1101, 1100, 900)).toEqual([0, 1, 0, 1, 0]);
  });

  it("never grows a packet beyond the longest of its run, nor by more than 32 bytes", () => {
    const random = new SeededRandom(24);
    for (let count = 0; count < 500; count += 1) {
      const sizes = Array.from({ length: 1 + below(random, 70) }, () => 1000 + below(random, 100));
      const padding = equalize(...sizes);
      expect(Math.max(...padding)).toBeLessThanOrEqual(32);
      expect(Math.max(...sizes.map((size, index) => size + padding[index]!))).toBe(Math.max(...sizes));
    }
  });
});
