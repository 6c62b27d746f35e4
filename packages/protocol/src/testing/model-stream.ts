import type { SeededRandom } from "@sameroom/base/testing";
import type { CodecName } from "../codec/types.ts";
import { serializeRtp } from "../rtp/serialize-rtp.ts";
import { dependencyDescriptor, vp8Payload, vp9Payload } from "./payloads.ts";

export interface ModelStreamOptions {
  codec: CodecName | "other";
  ssrc: number;
  payloadType: number;
  /** 1 to 3. */
  temporalLayers: 1 | 2 | 3;
  /** Width of VP8 and VP9 picture ids; 0 for none. */
  pictureIdBits: 0 | 7 | 15;
  /** Id of the dependency descriptor, when the stream has one. */
  descriptorId?: number;
  /** Timestamp ticks between frames. */
  frameTicks: number;
  /** First values; counters wrap as in a real stream. */
  start: { index: number; timestamp: number; pictureId: number; tl0: number; frameNumber: number };
}

/** A packet as a publisher sends it, and what a test knows about it. */
export interface ModelPacket {
  packet: Uint8Array;
  /** Extended sequence number. */
  index: number;
  timestamp: number;
  /** Counts frames from 0. */
  frame: number;
  first: boolean;
  last: boolean;
  keyframe: boolean;
  temporalLayer: number;
  /** A frame of this layer needs none of its layer from before. */
  isSync: boolean;
}

const PATTERNS: Record<1 | 2 | 3, readonly number[]> = { 1: [0], 2: [0, 1], 3: [0, 2, 1, 2] };

/** A publisher's stream with picture ids, temporal layers and frame numbers, but no picture. */
export class ModelStream {
  readonly options: ModelStreamOptions;
  readonly #random: SeededRandom;
  #index: number;
  #timestamp: number;
  #pictureId: number;
  #tl0: number;
  #frameNumber: number;
  #frame = 0;
  #place = 0;
  /** Layers that have had no frame since the keyframe: their first one is a sync frame. */
  #fresh = new Set<number>();

  constructor(options: ModelStreamOptions, random: SeededRandom) {
    this.options = options;
    this.#random = random;
    this.#index = options.start.index;
    this.#timestamp = options.start.timestamp;
    this.#pictureId = options.start.pictureId;
    this.#tl0 = options.start.tl0 - 1;
    this.#frameNumber = options.start.frameNumber;
  }

  /** The next frame's packets, in order. The first frame should be a keyframe. */
  nextFrame(options: { keyframe: boolean; packets: number }): ModelPacket[] {
    const { codec, temporalLayers, frameTicks } = this.options;
    if (options.keyframe) {
      this.#place = 0;
      this.#fresh = new Set([1, 2]);
    }
    const pattern = PATTERNS[temporalLayers];
    const temporalLayer = pattern[this.#place % pattern.length]!;
    this.#place += 1;
    const isSync = temporalLayer > 0 && (this.#fresh.delete(temporalLayer) || this.#random.next() < 0.3);
    if (temporalLayer === 0) this.#tl0 += 1;
    const count = codec === "opus" ? 1 : options.packets;
    const packets = Array.from({ length: count }, (_, place) =>
      this.#packet({
        frame: this.#frame,
        first: place === 0,
        last: place === count - 1,
        keyframe: options.keyframe,
        temporalLayer,
        isSync,
      }),
    );
    this.#frame += 1;
    this.#pictureId += 1;
    this.#frameNumber = (this.#frameNumber + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + frameTicks) >>> 0;
    return packets;
  }

  #packet(fields: Omit<ModelPacket, "packet" | "index" | "timestamp">): ModelPacket {
    const { ssrc, payloadType, descriptorId } = this.options;
    const index = this.#index++;
    const extensions =
      descriptorId === undefined
        ? []
        : [
            {
              id: descriptorId,
              data: dependencyDescriptor({
                ...fields,
                frameNumber: this.#frameNumber,
                temporalLayers: this.options.temporalLayers,
              }),
            },
          ];
    const packet = serializeRtp({
      marker: fields.last,
      payloadType,
      ssrc,
      sequenceNumber: index & 0xffff,
      timestamp: this.#timestamp,
      extensions,
      payload: this.#payload(fields),
    });
    return { ...fields, packet, index, timestamp: this.#timestamp };
  }

  #payload(fields: Pick<ModelPacket, "first" | "keyframe" | "temporalLayer" | "isSync">): Uint8Array {
    const { codec, pictureIdBits, temporalLayers } = this.options;
    const ids = {
      ...fields,
      pictureId: pictureIdBits === 0 ? undefined : this.#pictureId & (2 ** pictureIdBits - 1),
      isLong: pictureIdBits === 15,
      hasLayers: temporalLayers > 1,
      tl0: this.#tl0 & 0xff,
      data: this.#random.bytes(this.#random.integer(1, 40)),
    };
    if (codec === "vp8") return vp8Payload(ids);
    if (codec === "vp9") return vp9Payload(ids);
    if (codec === "av1")
      return Uint8Array.of(fields.keyframe && fields.first ? 0x18 : 0x10, 0x0a, ...ids.data);
    if (codec === "h264") return Uint8Array.of(fields.keyframe && fields.first ? 0x67 : 0x41, ...ids.data);
    return ids.data;
  }
}
