import { type FrameInfo, readFrameInfo } from "../codec/frame-info.ts";
import { isKeyframeStart } from "../codec/keyframe-start.ts";
import type { CodecName } from "../codec/types.ts";
import { DependencyDescriptorReader } from "../rtp/dependency-descriptor.ts";
import type { ExtensionIds } from "../rtp/extension-uris.ts";
import { findExtension, parseRtp, rtpPayload } from "../rtp/parse-rtp.ts";
import { parseRed, RED_MAX_BLOCK_BYTES, RED_MAX_TIMESTAMP_OFFSET, type RedBlock } from "../rtp/red.ts";
import { timestampDelta } from "../rtp/sequence.ts";
import { serializeRtp } from "../rtp/serialize-rtp.ts";
import type { RtpHeader } from "../rtp/types.ts";

/** With the previous packet a RED payload must stay well below the path MTU. */
const RED_MOST_BYTES = 1100;
/** Redundant blocks looked at in one packet. */
const MOST_REDUNDANT = 4;

/** The publisher's clock: `rtpTimestamp` was captured at `unixMicros`. */
export interface RewriteClock {
  unixMicros: number;
  rtpTimestamp: number;
}

export interface RewriteSourceOptions {
  id: number;
  /** Whose source it is: sources of one peer share a clock. */
  peer: number;
  codec: CodecName | "other";
  clockRate: number;
  payloadType: number;
  ssrc: number;
  /** Ids as negotiated with the publisher. */
  extensions: ExtensionIds;
  /** Packets remembered; a power of two, default 1024. */
  cachePackets?: number;
  /** Packets remembered from the newest keyframe on; at most `cachePackets`, default 0. */
  pastPackets?: number;
}

/** A source's packet with what its receiver knows about it. */
export interface SourcePacket {
  packet: Uint8Array;
  header: RtpHeader;
  payload: Uint8Array;
  /** Extended sequence number of the source. */
  index: number;
  keyframe: boolean;
  arrivalMicros: number;
  frame: FrameInfo;
}

/** What RED makes of a packet, once, without payload types. */
type RedForm = Pick<RedBlock, "timestampOffset" | "data">[];

/** One RTP stream of a publisher: its recent packets. The reference of what the wire keeps. */
export class RewriteSource {
  readonly options: RewriteSourceOptions;
  clock: RewriteClock | undefined;
  readonly #capacity: number;
  readonly #slots: (SourcePacket | undefined)[];
  readonly #red = new WeakMap<SourcePacket, RedForm>();
  readonly #dependencies = new DependencyDescriptorReader();
  #first = -1;
  #highest = -1;
  /** Index of the newest keyframe, and its timestamp, while no packet since is missing. */
  #past: { first: number; keyframeTimestamp: number } | undefined;

  constructor(options: RewriteSourceOptions) {
    this.options = options;
    this.#capacity = options.cachePackets ?? 1024;
    this.#slots = new Array<SourcePacket | undefined>(this.#capacity);
  }

  /** Takes a packet in; undefined when it is malformed, was there already, or is older than what is remembered. */
  receive(packet: Uint8Array, index: number, arrivalMicros: number): SourcePacket | undefined {
    const header = parseRtp(packet);
    if (header === undefined || index + this.#capacity <= this.#highest || this.find(index) !== undefined)
      return undefined;
    const { codec, extensions } = this.options;
    const payload = rtpPayload(packet, header);
    const keyframe = codec === "other" ? payload.length > 0 : isKeyframeStart(codec, payload);
    const frame = readFrameInfo(codec, payload, keyframe && codec !== "opus");
    const descriptor = findExtension(header, extensions.dependencyDescriptor);
    if (descriptor !== undefined) this.#dependencies.read(descriptor, index > this.#highest, frame);
    const stored: SourcePacket = { packet, header, payload, index, keyframe, arrivalMicros, frame };
    this.#slots[index % this.#capacity] = stored;
    this.#rememberPast(stored);
    if (this.#first < 0) this.#first = index;
    this.#highest = Math.max(this.#highest, index);
    return stored;
  }

  /**
   * Takes in a packet that carries RED (RFC 2198): the packets its redundant blocks stand for that are missing, oldest first,
   * then its own. A redundant block is the packet as many places before. Empty when malformed.
   */
  receiveRed(packet: Uint8Array, index: number, arrivalMicros: number): SourcePacket[] {
    const header = parseRtp(packet);
    const blocks = header && parseRed(rtpPayload(packet, header));
    const primary = blocks?.at(-1);
    const { payloadType, ssrc } = this.options;
    if (header === undefined || blocks === undefined || primary?.payloadType !== payloadType) return [];
    const plain = { payloadType, ssrc, sequenceNumber: index & 0xffff, timestamp: header.timestamp };
    const received: (SourcePacket | undefined)[] = [];
    const redundant = blocks.slice(0, -1);
    for (const [place, block] of redundant.entries()) {
      const back = redundant.length - place;
      const timestamp = (header.timestamp - block.timestampOffset) >>> 0;
      if (back > MOST_REDUNDANT || !this.#isUsable(block) || !this.#lacks(index - back, timestamp)) continue;
      const repaired = serializeRtp({
        ...plain,
        sequenceNumber: (index - back) & 0xffff,
        timestamp,
        payload: block.data,
      });
      received.push(this.receive(repaired, index - back, arrivalMicros));
    }
    const { marker, csrcs, extensions } = header;
    const own = serializeRtp({ ...plain, marker, csrcs, extensions, payload: primary.data });
    received.push(this.receive(own, index, arrivalMicros));
    return received.filter((each) => each !== undefined);
  }

  /** All packets since the newest keyframe; undefined when one is missing, and when there are more than are kept. */
  past(): SourcePacket[] | undefined {
    if (this.#past === undefined) return undefined;
    const out: SourcePacket[] = [];
    for (let index = this.#past.first; index <= this.#highest; index += 1) out.push(this.find(index)!);
    return out;
  }

  /** The packet with this extended sequence number, while it is remembered. */
  find(index: number): SourcePacket | undefined {
    const slot = this.#slots[((index % this.#capacity) + this.#capacity) % this.#capacity];
    return slot?.index === index ? slot : undefined;
  }

  /**
   * The packet's payload as blocks of RED, the same whenever asked: with the packet before it when that was at hand the first
   * time and fits.
   */
  redBlocks(packet: SourcePacket, payloadType: number): RedBlock[] {
    let form = this.#red.get(packet);
    if (form === undefined) {
      form = this.#makeRed(packet);
      this.#red.set(packet, form);
    }
    return form.map((block) => ({ ...block, payloadType }));
  }

  /** Capture time of a timestamp in microseconds since 1970, when the clock is known. */
  captureMicros(timestamp: number): number | undefined {
    if (this.clock === undefined) return undefined;
    const ticks = timestampDelta(timestamp, this.clock.rtpTimestamp);
    return this.clock.unixMicros + Math.trunc((ticks * 1_000_000) / this.options.clockRate);
  }

  /** Before `#highest` takes the packet in. */
  #rememberPast({ index, keyframe, header }: SourcePacket): void {
    const most = this.options.pastPackets ?? 0;
    if (most === 0 || (this.#first >= 0 && index < this.#highest)) return;
    // A keyframe may have several packets that could begin one.
    if (keyframe && this.#past?.keyframeTimestamp !== header.timestamp) {
      this.#past = { first: index, keyframeTimestamp: header.timestamp };
    } else if (index !== this.#highest + 1) this.#past = undefined;
    if (this.#past !== undefined && index - this.#past.first >= most) this.#past = undefined;
  }

  #makeRed({ index, header, payload }: SourcePacket): RedForm {
    const own = { timestampOffset: 0, data: payload };
    const previous = this.find(index - 1);
    const size = previous?.payload.length ?? 0;
    if (previous === undefined || size === 0 || size > RED_MAX_BLOCK_BYTES) return [own];
    const timestampOffset = (header.timestamp - previous.header.timestamp) >>> 0;
    const fits = 5 + size + payload.length <= RED_MOST_BYTES;
    if (timestampOffset === 0 || timestampOffset > RED_MAX_TIMESTAMP_OFFSET || !fits) return [own];
    return [{ timestampOffset, data: previous.payload }, own];
  }

  #isUsable({ payloadType, timestampOffset, data }: RedBlock): boolean {
    return payloadType === this.options.payloadType && timestampOffset > 0 && data.length > 0;
  }

  /** True when a redundant block may stand for the packet missing at `index`: it is younger than the one before it. */
  #lacks(index: number, timestamp: number): boolean {
    if (this.#first < 0 || index < this.#first || index + this.#capacity <= this.#highest) return false;
    if (this.find(index) !== undefined) return false;
    const before = this.find(index - 1);
    return before === undefined || timestampDelta(timestamp, before.header.timestamp) > 0;
  }
}
