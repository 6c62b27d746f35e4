import type { CodecContext } from "node-av/lib";
import { Dictionary, FFmpegError, FormatContext, type Packet, type Stream } from "node-av/lib";
import type { DemoTarget } from "../supervisor/demo-control.ts";

/** A connected WHIP session (RFC 9725). */
export interface WhipOutput {
  /** Sends one packet of the codec context that was `index`-th in {@link openWhipOutput}. Throws when the session is gone. */
  write(index: number, packet: Packet): void;
  /** Ends the session (DELETE) and frees everything. Never throws. */
  close(): Promise<void>;
}

/**
 * Connects through FFmpeg's WHIP muxer: offer, ICE, DTLS, all before this resolves. Rejects when the server refuses
 * or does not answer. Our server is the DTLS server, so the muxer must be the client (`dtls_active`).
 */
export async function openWhipOutput(
  target: DemoTarget,
  encoders: readonly CodecContext[],
): Promise<WhipOutput> {
  const format = new FormatContext();
  FFmpegError.throwIfError(format.allocOutputContext2(null, "whip", target.url), "whip muxer");
  const streams: Stream[] = [];
  try {
    for (const encoder of encoders) {
      const stream = format.newStream(null);
      stream.timeBase = encoder.timeBase;
      FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), "codec parameters");
      streams.push(stream);
    }
    const options = Dictionary.fromObject({
      authorization: target.streamKey,
      whip_flags: "dtls_active",
      handshake_timeout: 5000,
      pkt_size: 1200,
    });
    FFmpegError.throwIfError(await format.writeHeader(options), "WHIP");
  } catch (error) {
    format.freeContext();
    throw error;
  }
  return {
    write(index, packet) {
      const stream = streams[index]!;
      packet.streamIndex = index;
      packet.rescaleTs(encoders[index]!.timeBase, stream.timeBase);
      FFmpegError.throwIfError(format.writeFrameSync(packet), "send");
    },
    async close() {
      // The order is FFmpeg's: the trailer ends the session, only then the context may go.
      await format.writeTrailer().catch(() => {});
      format.freeContext();
    },
  };
}
