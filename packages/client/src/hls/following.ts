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

/** Segments that follow each other are no further apart than this where they are buffered, seconds. */
const HOLE_S = 0.2;

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

/** hls.js's sound that goes on behind what is there. */
export class FollowingSound extends following(AudioStreamController) {}

/**
 * hls.js's picture that goes on behind what is there, and begins with a keyframe: where it is to begin in a segment without one, it loads from the one
 * before that has it, which decoders need. From a segment that has one it does not go further back, as hls.js does after a part without:
 * what is before may be older than all this player can hold, and would be loaded again and again.
 */
export class FollowingPicture extends following(Hls.DefaultConfig.streamController) {
  /** The segment that is to be loaded begins with a keyframe, as its parts tell. */
  protected hasKeyframe = false;

  protected override get couldBacktrack(): boolean {
    return super.couldBacktrack && !this.hasKeyframe;
  }

  protected override set couldBacktrack(isPossible: boolean) {
    super.couldBacktrack = isPossible;
  }

  protected override getNextFragment(positionS: number, details: LevelDetails): MediaFragment | null {
    const segment = this.findNext(positionS, details);
    this.hasKeyframe =
      details.partList?.some(
        ({ fragment, index, independent }) => fragment.sn === segment?.sn && index === 0 && independent,
      ) === true;
    return segment;
  }

  private findNext(positionS: number, details: LevelDetails): MediaFragment | null {
    const segment = super.getNextFragment(positionS, details);
    if (segment === null) return null;
    const first = beginsAt(details, segment);
    if (first === segment) return segment;
    const ranges = rangesOf(this.mediaBuffer ?? this.media);
    const endS = ranges.find(
      ([startS, endS]) => startS <= first.start + HOLE_S && endS > first.start + HOLE_S,
    )?.[1];
    if (endS === undefined) return first;
    return endS > segment.start - HOLE_S ? segment : super.getNextFragment(endS, details);
  }
}

/** The segment that decoding begins with to show one, as far as the playlist's parts tell. */
function beginsAt({ fragments, partList }: LevelDetails, segment: MediaFragment): MediaFragment {
  const isDependent = ({ sn }: MediaFragment) =>
    partList?.some(
      ({ fragment, index, independent, gap }) => fragment.sn === sn && index === 0 && !independent && !gap,
    );
  let first = segment;
  while (isDependent(first)) {
    const before = fragments.find(({ sn }) => sn === first.sn - 1);
    if (before === undefined || before.gap || before.cc !== first.cc) return segment;
    first = before;
  }
  return first;
}

function rangesOf(media: { buffered: TimeRanges } | null): [startS: number, endS: number][] {
  const { buffered } = media ?? {};
  if (buffered === undefined) return [];
  return Array.from({ length: buffered.length }, (_, at) => [buffered.start(at), buffered.end(at)]);
}
