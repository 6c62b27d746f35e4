import { Decoder, Encoder, FilterAPI } from "node-av/api";
import { AVMEDIA_TYPE_VIDEO } from "node-av/constants";
import { avGetCodecName, FFmpegError, type Packet, type Stream } from "node-av/lib";
import type { Carrier } from "./carrier.ts";

/** One stream of a file on its way out: as it is where its carrier takes it, else encoded anew. */
export interface Track {
  /** For people: `h264`, or `mpeg2video as h264`. */
  readonly words: string;
  /** Packets that come of it have a time base of their own. */
  readonly isMade: boolean;
  /** What comes of a packet, which belongs to the caller again afterwards. `late`: a picture that is encoded anew is left out. */
  take(packet: Packet, late: boolean): Promise<Packet[]>;
  /** What was still held back, at the end. */
  drain(): Promise<Packet[]>;
  /** Sets up the output's stream. Undefined while that is not known yet. */
  describe(): ((stream: Stream) => void) | undefined;
  close(): void;
}

/** Chooses by codec. */
export async function openTrack(input: Stream, carrier: Carrier): Promise<Track> {
  return carrier.takes.has(input.codecpar.codecId) ? copy(input) : encodeAnew(input, carrier);
}

function copy(input: Stream): Track {
  return {
    words: avGetCodecName(input.codecpar.codecId) ?? "unknown",
    isMade: false,
    async take(packet) {
      const same = packet.clone();
      return same === null ? [] : [same];
    },
    drain: async () => [],
    describe: () => (output) => {
      FFmpegError.throwIfError(input.codecpar.copy(output.codecpar), "codec parameters");
      output.codecpar.codecTag = 0;
      output.timeBase = input.timeBase;
    },
    close() {},
  };
}

async function encodeAnew(input: Stream, carrier: Carrier): Promise<Track> {
  const isPicture = input.codecpar.codecType === AVMEDIA_TYPE_VIDEO;
  const making = isPicture ? carrier.picture(framesPerSecond(input)) : carrier.sound;
  const decoder = await Decoder.create(input);
  const filter = FilterAPI.create(making.filter);
  const encoder = await Encoder.create(making.encoder, making.options);
  const pass = async (packet: Packet | null, leavesOut = false) => {
    const made: Packet[] = [];
    for (const frame of await decoder.decodeAll(packet)) {
      if (leavesOut) {
        frame.free();
        continue;
      }
      for (const filtered of await filter.processAll(frame)) {
        made.push(...(await encoder.encodeAll(filtered)));
        filtered.free();
      }
      frame.free();
    }
    return made;
  };
  return {
    words: `${avGetCodecName(input.codecpar.codecId) ?? "unknown"} as ${making.encoder.replace("lib", "").replace("x264", "h264")}`,
    isMade: true,
    take: (packet, late) => pass(packet, late && isPicture),
    async drain() {
      const made = await pass(null);
      for (const filtered of await filter.processAll(null)) made.push(...(await encoder.encodeAll(filtered)));
      made.push(...(await encoder.encodeAll(null)));
      return made;
    },
    describe() {
      const context = encoder.getCodecContext();
      if (context === null || !encoder.isReady() || context.extraData === null) return undefined;
      return (output) => {
        FFmpegError.throwIfError(output.codecpar.fromContext(context), "codec parameters");
        output.timeBase = context.timeBase;
      };
    },
    close() {
      encoder.close();
      filter.close();
      decoder.close();
    },
  };
}

/** As the file says; 30 where it says nothing. */
function framesPerSecond({ avgFrameRate: { num, den } }: Stream): number {
  const rate = den > 0 ? num / den : 0;
  return rate >= 1 && rate <= 240 ? rate : 30;
}
