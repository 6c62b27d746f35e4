import {
  AudioStreamController,
  type BufferInfo,
  type Fragment,
  type LevelDetails,
  type MediaFragment,
  type PlaylistLevelType,
} from "hls.js";

/** Dates in playlists are exact to a millisecond: by so much sound may end before its segment does, seconds. */
const ROUNDED_S = 0.002;

const IS_THERE = "OK";

/**
 * hls.js's sound, which goes on behind a segment that is there. Its place in time is known by rounded dates: where what is buffered seems to end just before the
 * segment does, the same segment is looked for again and again, and picture and sound stand still. ADR 0060.
 */
export class FollowingSound extends AudioStreamController {
  protected override isLoopLoading(segment: Fragment, endS: number): boolean {
    if (super.isLoopLoading(segment, endS)) return true;
    return segment.end - endS < ROUNDED_S && String(this.fragmentTracker.getState(segment)) === IS_THERE;
  }

  protected override getNextFragmentLoopLoading(
    segment: MediaFragment,
    details: LevelDetails,
    buffer: BufferInfo,
    type: PlaylistLevelType,
    mostS: number,
  ): MediaFragment | null {
    const next = super.getNextFragmentLoopLoading(segment, details, buffer, type, mostS);
    if (next !== null || segment.gap) return next;
    const following = this.getNextFragment(segment.end + ROUNDED_S, details);
    return following === null || following.sn <= segment.sn ? null : following;
  }
}
