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

/** Lets FFmpeg demux and decode a whole media file or playlist; rejects when it cannot. */
export async function judge(file: string): Promise<Verdict> {
  const { stdout, stderr } = await runProgram("judge-program.ts", file);
  const messages = stderr.split("\n").filter((line) => line !== "");
  return { messages, streams: JSON.parse(stdout.toString()) as JudgedStream[] };
}
