import type { VideoFormat } from "@sameroom/protocol";
import {
  FF_DECODER_H264,
  FF_DECODER_HEVC,
  FF_DECODER_LIBDAV1D,
  FF_DECODER_VP8,
  FF_DECODER_VP9,
  type FFVideoDecoder,
} from "node-av/constants";
import { type CodecContext, Frame, Packet, Rational } from "node-av/lib";
import { type CodecOptions, openDecoder } from "./open-codec.ts";

const decoders: Record<VideoFormat["codec"], { name: FFVideoDecoder; options: CodecOptions }> = {
  h264: { name: FF_DECODER_H264, options: {} },
  hevc: { name: FF_DECODER_HEVC, options: {} },
  vp8: { name: FF_DECODER_VP8, options: {} },
  vp9: { name: FF_DECODER_VP9, options: {} },
  av1: { name: FF_DECODER_LIBDAV1D, options: { max_frame_delay: "1" } },
};

/** Whose configuration FFmpeg wants as "extradata", as it lies in the MP4 box. */
const configured: ReadonlySet<VideoFormat["codec"]> = new Set(["h264", "hevc", "av1"]);

/** Access units to pictures. Holds back none but what B-frames need. */
export class VideoDecoder {
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();

  constructor(format: VideoFormat) {
    const { name, options } = decoders[format.codec];
    this.#context = openDecoder(
      name,
      (context) => {
        // Threads by frame would hold pictures back; what is decoded here is small or has a process of its own.
        context.threadCount = 1;
        context.pktTimebase = new Rational(1, 1_000_000);
        if (configured.has(format.codec)) context.extraData = Buffer.from(format.configuration);
      },
      options,
    );
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** Decodes a unit presented at `micros`, and hands over each picture, valid during the call, with its own time. */
  decode(data: Uint8Array, micros: number, use: (frame: Frame, micros: number) => void): void {
    const packet = this.#packet;
    packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    packet.pts = BigInt(micros);
    this.#context.sendPacketSync(packet);
    packet.unref();
    this.#drain(use);
  }

  /** Hands over what is still held back; nothing can be decoded after it. */
  flush(use: (frame: Frame, micros: number) => void): void {
    this.#context.sendPacketSync(null);
    this.#drain(use);
  }

  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }

  #drain(use: (frame: Frame, micros: number) => void): void {
    const frame = this.#frame;
    while (this.#context.receiveFrameSync(frame) >= 0) {
      try {
        use(frame, Number(frame.pts));
      } finally {
        frame.unref();
      }
    }
  }
}
