import type { SeededRandom } from "@sameroom/base/testing";
import { type FrameInfo, readFrameInfo } from "../codec/frame-info.ts";
import { findExtension, parseRtp, rtpPayload } from "../rtp/parse-rtp.ts";
import { type ModelPacket, ModelStream, type ModelStreamOptions } from "../testing/model-stream.ts";
import { OutputRewriter, type RewrittenPacket } from "./output-rewriter.ts";
import { RewriteSource } from "./rewrite-source.ts";
import type { RewriteRule } from "./segment-list.ts";

/** Id of the dependency descriptor at the publisher; the viewer has 5. */
export const DESCRIPTOR = 12;
export const STAMP = { absSendTime: 0, transportSequence: 0 };
/** Every counter is about to wrap. */
const START = { index: 65_500, timestamp: 2 ** 32 - 9000, pictureId: 0x7ffe, tl0: 254, frameNumber: 65_534 };

/** A publisher's stream and the source that takes it in. */
export class Feed {
  readonly source: RewriteSource;
  readonly stream: ModelStream;
  clockMicros = 0;

  constructor(id: number, random: SeededRandom, options: Partial<ModelStreamOptions> = {}) {
    this.stream = new ModelStream(
      {
        codec: "vp8",
        ssrc: id,
        payloadType: 96,
        temporalLayers: 3,
        pictureIdBits: 15,
        frameTicks: 3000,
        start: { ...START, pictureId: id * 1000, tl0: id * 50, frameNumber: id * 9000 },
        ...options,
      },
      random,
    );
    const { codec, payloadType, ssrc } = this.stream.options;
    const clockRate = codec === "opus" ? 48_000 : 90_000;
    const extensions = { dependencyDescriptor: DESCRIPTOR };
    this.source = new RewriteSource({ id, peer: 1, codec, clockRate, payloadType, ssrc, extensions });
  }

  /** Frames of this feed through the output; packets named in `lost` do not come. */
  send(
    output: OutputRewriter,
    frame: { keyframe?: boolean; packets?: number; lost?: readonly number[] } = {},
  ): { sent: RewrittenPacket[]; packets: ModelPacket[] } {
    const packets = this.stream.nextFrame({ keyframe: frame.keyframe ?? false, packets: frame.packets ?? 2 });
    this.clockMicros += 33_333;
    const sent = packets
      .filter((_, place) => frame.lost?.includes(place) !== true)
      .flatMap((packet) => this.deliver(output, packet) ?? []);
    return { sent, packets };
  }

  deliver(output: OutputRewriter, packet: ModelPacket): RewrittenPacket | undefined {
    const received = this.source.receive(packet.packet, packet.index, this.clockMicros);
    return received && output.handle(this.source, received, STAMP);
  }
}

export function newOutput(): OutputRewriter {
  const extensions = { dependencyDescriptor: 5 };
  return new OutputRewriter({ ssrc: 42, extensions }, { firstIndex: 100, firstTimestamp: 5000 });
}

export function rule(fields: Partial<RewriteRule> = {}): RewriteRule {
  return { payloadType: 102, waitForKeyframe: true, ...fields };
}

/** What the viewer's depacketizer reads. */
export function frameOf(codec: "vp8" | "vp9", { packet }: RewrittenPacket): FrameInfo {
  return readFrameInfo(codec, rtpPayload(packet, parseRtp(packet)!), false);
}

/** Of the dependency descriptor, as the viewer reads it. */
export function frameNumber({ packet }: RewrittenPacket): number {
  const descriptor = findExtension(parseRtp(packet)!, 5)!;
  return (descriptor[1]! << 8) | descriptor[2]!;
}
