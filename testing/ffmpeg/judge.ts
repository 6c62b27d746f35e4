import { runProgram } from "./run-program.ts";

/** One stream as FFmpeg read and decoded it. */
export interface JudgedStream {
  /** FFmpeg's name of the decoder. */
  codec: string;
  packets: number;
  /** Decoded. */
  frames: number;
  /** Packets marked so. */
  keyframes: number;
  /** Presentation time of the first packet, and where the last one ends. */
  firstSeconds: number;
  endSeconds: number;
  /** Of decoded pictures, each time they change. */
  sizes: string[];
  /** Of each decoded picture. */
  digests: string[];
}

export interface Verdict {
  /** What FFmpeg logged at warning level or worse. */
  messages: string[];
  streams: JudgedStream[];
}

export interface JudgeOptions {
  /** Stops once every stream has come so far from where it began; default: at the end. For playlists of running shows. */
  forSeconds?: number;
}

/** Lets FFmpeg demux and decode a media file or playlist, from a path or an address; rejects when it cannot. */
export async function judge(
  file: string,
  { forSeconds = Number.POSITIVE_INFINITY }: JudgeOptions = {},
): Promise<Verdict> {
  const { stdout, stderr } = await runProgram("judge-program.ts", file, String(forSeconds));
  const messages = stderr.split("\n").filter((line) => line !== "");
  return { messages, streams: JSON.parse(stdout.toString()) as JudgedStream[] };
}
