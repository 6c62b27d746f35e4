import type { FrameView } from "@sameroom/contract";

/** What a picture was taken for. */
export interface FrameVerdict {
  /** How sure it is that the picture is not for everybody, 0 to 1. */
  wrong: number;
  /** What it may be, the surest first. */
  found: FrameView["found"];
}

/** Judges a JPEG; null: it could not be judged, or there is too much to do. */
export interface FrameScreen {
  judge(jpeg: Uint8Array): Promise<FrameVerdict | null>;
  close(): Promise<void>;
}

/** Guesses that are worth telling. */
const TELL_FROM = 0.05;
const MOST_TOLD = 5;

/** Names with scores as staff read them: what matters, the surest first. */
export function foundOf(scores: readonly (readonly [name: string, score: number])[]): FrameView["found"] {
  return scores
    .filter(([, score]) => score >= TELL_FROM)
    .map(([name, score]) => ({ name, score: Math.min(1, Math.round(score * 100) / 100) }))
    .sort((one, other) => other.score - one.score)
    .slice(0, MOST_TOLD);
}
