import Hls, {
  AudioStreamController,
  type BaseStreamController,
  type BufferInfo,
  type Fragment,
  type LevelDetails,
  type MediaFragment,
  type Part,
  type PlaylistLevelType,
} from "hls.js";

/** Dates in playlists are exact to a millisecond, buffers to a microsecond: by so much media may end before its segment does, seconds. */
const ROUNDED_S = 0.002;

const IS_THERE = "OK";

// biome-ignore lint/suspicious/noExplicitAny: what TypeScript asks of a class that extends one it is given
type Constructor<T> = abstract new (...given: any[]) => T;

/**
 * A controller of hls.js that goes on behind a segment that is there. hls.js looks for the same segment again and again where what is buffered seems to end just before
 * it does; and behind one that was loaded whole it takes no part that does not begin with a keyframe. Picture and sound then stand still. ADR 0060.
 */
function following<T extends Constructor<BaseStreamController>>(Base: T): T {
  abstract class Following extends Base {
    protected override isLoopLoading(segment: Fragment, endS: number): boolean {
      if (super.isLoopLoading(segment, endS)) return true;
      return segment.end - endS < ROUNDED_S && isThere(this.fragmentTracker, segment);
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

    override getNextPart(parts: Part[], segment: Fragment, endS: number): number {
      const next = super.getNextPart(parts, segment, endS);
      const first = parts.findIndex((part) => part.fragment === segment);
      const before = parts[first - 1]?.fragment;
      if (next >= 0 || before === undefined || parts[first]!.index !== 0) return next;
      const isBegun = parts.some((part) => part.fragment === segment && (part.loaded || part.gap));
      return isBegun || !isThere(this.fragmentTracker, before) ? next : first;
    }
  }
  return Following;
}

function isThere(tracker: { getState(segment: Fragment): string }, segment: Fragment): boolean {
  return tracker.getState(segment) === IS_THERE;
}

export class FollowingSound extends following(AudioStreamController) {}
export class FollowingPicture extends following(Hls.DefaultConfig.streamController) {}
