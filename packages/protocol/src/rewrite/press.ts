/** Pictures a millisecond apart stay apart; four seconds become a sixteenth of one. */
const PRESS_FACTOR = 64;

/**
 * Packets from before an output showed their source: their timestamps are drawn together towards the newest one's, so that
 * who gets them all at once shows the newest and is not behind.
 */
export interface Press {
  /** The first source index that is not pressed. */
  end: number;
  /** Timestamp that the others are drawn to. */
  newest: number;
}

/** A source's timestamp as an output that began with the past takes it, before its own offset. */
export function pressTimestamp(press: Press | undefined, index: number, timestamp: number): number {
  if (press === undefined || index >= press.end) return timestamp;
  const before = (press.newest - timestamp) | 0;
  return before <= 0 ? timestamp : (press.newest - Math.ceil(before / PRESS_FACTOR)) >>> 0;
}
