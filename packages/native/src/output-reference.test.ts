import { SeededRandom } from "@sameroom/base/testing";
import {
  type CodecName,
  type ExtensionIds,
  OutputRewriter,
  parseRtp,
  type RewriteRule,
  RewriteSource,
  type RewrittenPacket,
  serializeRtp,
} from "@sameroom/protocol";
import { type ModelPacket, ModelStream } from "@sameroom/protocol/testing";
import { describe, expect, it } from "vitest";
import { binding } from "./binding.ts";
import { encodeCodec, encodeExtensions } from "./encode.ts";

const DESCRIPTOR = 12;
const SSRC = 42;
const MID = "v";
const PRIMER = 99;
/** Of the output; small enough that packets are forgotten within a test. */
const CACHE = 256;

/** Every stream's counters wrap soon after its start. */
function startOf(random: SeededRandom) {
  return {
    index: random.integer(65_400, 65_535),
    timestamp: 2 ** 32 - random.integer(0, 300_000),
    pictureId: random.pick([0x7fe0, 0x7f, 0x50, 12_345]),
    tl0: random.integer(200, 255),
    frameNumber: random.integer(65_400, 65_535),
  };
}

/** A quick look first: matchers take their time over bytes. */
function expectSame(native: Uint8Array | false | undefined, reference: Uint8Array | undefined): void {
  const isSame =
    native instanceof Uint8Array && reference !== undefined
      ? Buffer.compare(native, reference) === 0
      : native === reference;
  if (!isSame) expect(native).toEqual(reference);
}

/** Extensions and payload descriptor are within the first 40 bytes. */
function damaged(random: SeededRandom, packet: Uint8Array): Uint8Array {
  const out = packet.slice(0, random.next() < 0.2 ? random.integer(12, packet.length) : packet.length);
  for (let count = random.integer(0, 4); count > 0; count -= 1) {
    const at = random.integer(4, Math.min(39, out.length - 1));
    out[at] = random.integer(0, 255);
  }
  return out;
}

/** One output of the wire and one of the reference, fed with the same packets. */
class Pair {
  readonly #random: SeededRandom;
  /** Share of packets that come with wrong bytes. */
  readonly #damage: number;
  readonly #native;
  readonly #reference: OutputRewriter;
  readonly #feeds: { source: RewriteSource; stream: ModelStream }[] = [];
  #held: { place: number; packet: ModelPacket }[] = [];
  #micros = 1_000_000;
  #lastIndex = 0;
  readonly sent = new Map<number, Uint8Array>();
  switches = 0;
  blanks = 0;
  leftOut = 0;
  pastStarts = 0;

  constructor(random: SeededRandom, viewer: ExtensionIds, damage = 0) {
    this.#random = random;
    this.#damage = damage;
    this.#native = new binding.testing.OutputRewriter(SSRC, MID, encodeExtensions(viewer));
    const target = { ssrc: SSRC, mid: MID, extensions: viewer };
    // The wire starts at random numbers; a first packet without ids tells which.
    const primer = new RewriteSource({
      id: PRIMER,
      peer: PRIMER,
      codec: "other",
      clockRate: 90_000,
      payloadType: 96,
      ssrc: 1,
      extensions: {},
    });
    this.#native.addSource(
      PRIMER,
      PRIMER,
      true,
      encodeCodec("other"),
      90_000,
      encodeExtensions({}),
      CACHE,
      0,
    );
    this.#native.attach(PRIMER, 96, true, 7, -1, false);
    const payload = Uint8Array.of(1);
    const packet = serializeRtp({ payloadType: 96, sequenceNumber: 5, timestamp: 6, ssrc: 1, payload });
    const first = this.#native.handle(PRIMER, packet, 5, this.#micros, 0, 0) as Uint8Array;
    const { sequenceNumber, timestamp } = parseRtp(first)!;
    this.#reference = new OutputRewriter(target, { firstIndex: sequenceNumber, firstTimestamp: timestamp });
    this.#reference.attach(primer, { payloadType: 96, waitForKeyframe: true });
    const received = primer.receive(packet, 5, this.#micros)!;
    const stamp = { absSendTime: 0, transportSequence: 0 };
    expect(this.#reference.handle(primer, received, stamp)?.packet).toEqual(first);
  }

  addFeed(codec: CodecName, options: { peer: number; withDescriptor: boolean }): void {
    const random = this.#random;
    const id = this.#feeds.length + 1;
    const isAudio = codec === "opus";
    const pastPackets = random.pick([0, 30, CACHE]);
    const stream = new ModelStream(
      {
        codec,
        ssrc: id,
        payloadType: 96,
        temporalLayers: random.pick([1, 2, 3, 3]),
        pictureIdBits: random.pick([0, 7, 15, 15]),
        ...(options.withDescriptor ? { descriptorId: DESCRIPTOR } : {}),
        frameTicks: isAudio ? 960 : 3000,
        start: startOf(random),
      },
      random,
    );
    const extensions: ExtensionIds = { dependencyDescriptor: DESCRIPTOR };
    const clockRate = isAudio ? 48_000 : 90_000;
    const source = new RewriteSource({
      id,
      peer: options.peer,
      codec,
      clockRate,
      payloadType: 96,
      ssrc: id,
      extensions,
      cachePackets: CACHE,
      pastPackets,
    });
    const ids = encodeExtensions(extensions);
    this.#native.addSource(
      id,
      options.peer,
      !isAudio,
      encodeCodec(codec),
      clockRate,
      ids,
      CACHE,
      pastPackets,
    );
    this.#feeds.push({ source, stream });
  }

  /** One frame of each source, in whatever state it arrives, and whatever the application does meanwhile. */
  step(): void {
    const random = this.#random;
    this.#micros += random.integer(1, 40_000);
    // For seconds at a time nothing is lost: a past needs every packet since a keyframe.
    const isGood = this.#micros % 4_000_000 > 2_000_000;
    if (random.next() < 0.06) this.#attach();
    if (random.next() < 0.005) {
      this.#native.detach();
      this.#reference.detach();
    }
    const arriving = this.#held.filter(() => random.next() < 0.4);
    this.#held = this.#held.filter((each) => !arriving.includes(each));
    for (const [place, { stream }] of this.#feeds.entries()) {
      const keyframe = random.next() < 0.06;
      for (const packet of stream.nextFrame({ keyframe, packets: random.integer(1, 4) })) {
        const fate = isGood ? 0.5 : random.next();
        if (fate < 0.03) continue;
        if (fate < 0.12) this.#held.push({ place, packet });
        else arriving.push({ place, packet });
        if (fate > 0.98) arriving.push({ place, packet });
      }
    }
    if (!isGood && random.next() < 0.2) arriving.reverse();
    for (const { place, packet } of arriving) this.#deliver(place, packet);
    this.#recall();
  }

  #attach(): void {
    const random = this.#random;
    const { source } = random.pick(this.#feeds);
    const rule: RewriteRule = {
      payloadType: random.integer(96, 127),
      waitForKeyframe: random.next() < 0.9,
      maxTemporalLayer: random.integer(0, 3),
      ...(random.next() < 0.5 ? { redPayloadType: 63 } : {}),
      startFromPast: random.next() < 0.5,
    };
    this.#reference.attach(source, rule);
    const { payloadType, waitForKeyframe, maxTemporalLayer, redPayloadType = -1, startFromPast } = rule;
    this.#native.attach(
      source.options.id,
      payloadType,
      waitForKeyframe,
      maxTemporalLayer!,
      redPayloadType,
      startFromPast!,
    );
    this.#startFromPast();
  }

  #startFromPast(): void {
    const stamp = { absSendTime: 5, transportSequence: 6 };
    const native = this.#native.startFromPast(stamp.absSendTime, stamp.transportSequence);
    const reference = this.#reference.startFromPast(stamp);
    expect(native).toHaveLength(reference.length);
    for (const [place, rewritten] of reference.entries()) {
      expectSame(native[place], rewritten.packet);
      this.#note(rewritten);
    }
    if (reference.length > 0) this.pastStarts += 1;
  }

  #note({ index, packet, switched, blank }: RewrittenPacket): void {
    if (this.sent.has(index)) throw new Error(`number ${index} was given twice`);
    this.sent.set(index, packet);
    this.#lastIndex = Math.max(this.#lastIndex, index);
    if (switched) this.switches += 1;
    if (blank) this.blanks += 1;
  }

  #deliver(place: number, { packet: intact, index, timestamp }: ModelPacket): void {
    const random = this.#random;
    const packet = random.next() < this.#damage ? damaged(random, intact) : intact;
    const { source } = this.#feeds[place]!;
    if (random.next() < 0.05) {
      const unixMicros = 1_700_000_000_000_000 + this.#micros - random.integer(0, 3) * 500_000;
      source.clock = { unixMicros, rtpTimestamp: timestamp };
      this.#native.setClock(source.options.id, unixMicros, timestamp);
    }
    this.#micros += random.integer(0, 300);
    const stamp = {
      absSendTime: random.integer(0, 2 ** 24 - 1),
      transportSequence: random.integer(0, 65_535),
    };
    const { absSendTime, transportSequence } = stamp;
    const native = this.#native.handle(
      source.options.id,
      packet,
      index,
      this.#micros,
      absSendTime,
      transportSequence,
    );
    const received = source.receive(packet, index, this.#micros);
    if (received === undefined) {
      if (native !== false) throw new Error("only the wire took the packet");
      return;
    }
    const rewritten = this.#reference.handle(source, received, stamp);
    expectSame(native, rewritten?.packet);
    if (rewritten === undefined) {
      if (this.#reference.current === source.options.id) this.leftOut += 1;
      return;
    }
    this.#note(rewritten);
  }

  /** Something recent is sent again, as both remember it. */
  #recall(): void {
    const index = this.#lastIndex - this.#random.integer(0, 60);
    const native = this.#native.recall(index & 0xffff, 7, 8);
    if (!this.sent.has(index)) return;
    const again = this.#reference.recall(index, { absSendTime: 7, transportSequence: 8 });
    expectSame(native, again?.packet);
  }
}

describe("an output of the wire against the reference", () => {
  const viewer: ExtensionIds = { mid: 3, absSendTime: 2, transportCc: 4, dependencyDescriptor: 5 };
  const mixes: [name: string, codecs: CodecName[], withDescriptor: boolean][] = [
    ["VP8 layers", ["vp8", "vp8", "vp8"], false],
    ["VP8 with dependency descriptors", ["vp8", "vp8"], true],
    ["VP9", ["vp9", "vp9"], false],
    ["AV1", ["av1", "av1"], true],
    ["H.264", ["h264", "h264"], false],
    ["codecs that change", ["vp8", "vp9", "av1", "h264"], true],
    ["Opus, plain and as RED", ["opus", "opus"], false],
  ];

  it.each(mixes)("sends the same bytes: %s", (_name, codecs, withDescriptor) => {
    const total = { packets: 0, switches: 0, blanks: 0, leftOut: 0, pastStarts: 0 };
    for (let seed = 1; seed <= 6; seed += 1) {
      const pair = new Pair(new SeededRandom(seed), viewer);
      for (const [place, codec] of codecs.entries()) {
        pair.addFeed(codec, { peer: 1 + Math.floor(place / 2), withDescriptor });
      }
      for (let step = 0; step < 300; step += 1) pair.step();
      total.packets += pair.sent.size;
      total.switches += pair.switches;
      total.blanks += pair.blanks;
      total.leftOut += pair.leftOut;
      total.pastStarts += pair.pastStarts;
    }
    expect(total.packets).toBeGreaterThan(800);
    expect(total.switches).toBeGreaterThan(15);
    expect(total.pastStarts).toBeGreaterThan(3);
    const hasLayers = codecs.some((codec) => codec === "vp8" || codec === "vp9" || withDescriptor);
    if (hasLayers) expect(Math.min(total.blanks, total.leftOut)).toBeGreaterThan(5);
    else expect(total.blanks).toBe(0);
  });

  it.each(mixes)("sends the same bytes of damaged packets: %s", (_name, codecs, withDescriptor) => {
    let packets = 0;
    for (let seed = 101; seed <= 104; seed += 1) {
      const pair = new Pair(new SeededRandom(seed), viewer, 0.2);
      for (const codec of codecs) pair.addFeed(codec, { peer: 1, withDescriptor });
      for (let step = 0; step < 200; step += 1) pair.step();
      packets += pair.sent.size;
    }
    expect(packets).toBeGreaterThan(200);
  });

  it("without extensions for the viewer sends the same bytes, too", () => {
    const pair = new Pair(new SeededRandom(77), {});
    for (const codec of ["vp8", "av1"] as const) pair.addFeed(codec, { peer: 1, withDescriptor: true });
    for (let step = 0; step < 300; step += 1) pair.step();
    expect(pair.sent.size).toBeGreaterThan(100);
  });
});
