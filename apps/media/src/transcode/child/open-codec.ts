import { AV_OPT_SEARCH_CHILDREN, type FFDecoderCodec, type FFEncoderCodec } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Option } from "node-av/lib";

/** Settings by FFmpeg's own names (`ffmpeg -h encoder=libx264`). */
export type CodecOptions = Readonly<Record<string, string>>;

/** An encoder, ready for frames. `configure` sets the context up before it is opened. Throws; then nothing is left open. */
export function openEncoder(
  name: FFEncoderCodec,
  configure: (context: CodecContext) => void,
  options: CodecOptions = {},
): CodecContext {
  return open(Codec.findEncoderByName(name), name, configure, options);
}

/** A decoder, ready for packets; otherwise like {@link openEncoder}. */
export function openDecoder(
  name: FFDecoderCodec,
  configure: (context: CodecContext) => void,
  options: CodecOptions = {},
): CodecContext {
  return open(Codec.findDecoderByName(name), name, configure, options);
}

function open(
  codec: Codec | null,
  name: string,
  configure: (context: CodecContext) => void,
  options: CodecOptions,
): CodecContext {
  if (codec === null) throw new Error(`this build of FFmpeg has no ${name}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  try {
    configure(context);
    // Not by a dictionary: `open2Sync` frees it twice (node-av 6.1.1), which ends the process some time later.
    for (const [option, value] of Object.entries(options)) {
      FFmpegError.throwIfError(
        Option.set(context.getNative(), option, value, AV_OPT_SEARCH_CHILDREN),
        `${name} ${option}`,
      );
    }
    FFmpegError.throwIfError(context.open2Sync(codec, null), `open ${name}`);
    return context;
  } catch (error) {
    context.freeContext();
    throw error;
  }
}
