import type { MediaPlaylist, RenditionReport, UnitFormat } from "@sameroom/protocol";
import type { InitSegment, PackagerSink, Part, RenditionInfo, Segment } from "../packager/types.ts";
import { ListedRendition } from "./listed-rendition.ts";

export interface LivePlaylistsOptions {
  /** As of the packager: length of a part that is aimed at, ms; default 250. */
  partMs?: number;
  /** As of the packager: longest segment, ms; default 6000. The target duration. */
  maxSegmentMs?: number;
  /** How far back playlists reach, ms; at least three target durations are listed. */
  dvrMs: number;
  /**
   * Of a rendition, by its id, the id of another: segments that the one does not have are listed as if it had, where the other has them.
   * Whoever serves them makes them. In set-ups of `format` only.
   */
  made?: Readonly<Record<string, { of: string; format: (format: UnitFormat) => boolean }>>;
}

/** Parts are listed of what ends within so many target durations of the end (RFC 8216bis section 4.4.4.9). */
const PARTS_TARGETS = 3;
/** Shortest playlist that segments are removed from (section 6.2.2), and where players without parts begin (section 4.4.3.8). */
const LEAST_TARGETS = 3;
const SKIP_TARGETS = 6;
/** PART-HOLD-BACK in part targets (section 4.4.3.8). */
const PART_HOLD_BACK = 3;

/**
 * The media playlists of one program's renditions, as models to be serialized: fed by a packager, bounded by the DVR window.
 * Addresses are relative to a rendition's `index.m3u8`: `init-V.mp4`, `N.m4s`, `N.P.m4s`, and `../ID/index.m3u8` of the others.
 * Segments of one number belong together in all of them, so the playlist of a rendition that came late begins with a greater one.
 */
export class LivePlaylists implements PackagerSink {
  readonly #partMs: number;
  readonly #target: number;
  readonly #windowMicros: number;
  readonly #leastMicros: number;
  readonly #partsMicros: number;
  readonly #made: NonNullable<LivePlaylistsOptions["made"]>;
  readonly #renditions = new Map<string, ListedRendition>();
  /** Numbers of segments with a discontinuity, and how many there were before those. */
  #discontinuities: number[] = [];
  #forgotten = 0;
  /** Number of the first segment behind all that was lost. */
  #behindLost = 0;
  #isEnded = false;

  constructor(options: LivePlaylistsOptions) {
    this.#partMs = options.partMs ?? 250;
    this.#target = Math.round((options.maxSegmentMs ?? 6000) / 1000);
    this.#partsMicros = PARTS_TARGETS * this.#target * 1e6;
    this.#made = options.made ?? {};
    this.#leastMicros = LEAST_TARGETS * this.#target * 1e6;
    this.#windowMicros = Math.max(options.dvrMs * 1000, this.#leastMicros);
  }

  /** The playlist as it is now; undefined while the rendition has no segment, and after its removal. */
  playlist(rendition: string): MediaPlaylist | undefined {
    const listed = this.#renditions.get(rendition);
    if (listed === undefined || (listed.segments.length === 0 && listed.open.length === 0)) return undefined;
    const partTarget = this.#partMs / 1000;
    const source = this.#renditions.get(this.#made[rendition]?.of ?? "");
    const { mediaSequence, segments } = source === undefined ? listed : listed.filledFrom(source);
    return {
      targetDuration: this.#target,
      partTarget,
      serverControl: {
        canBlockReload: true,
        canSkipUntil: SKIP_TARGETS * this.#target,
        holdBack: LEAST_TARGETS * this.#target,
        partHoldBack: PART_HOLD_BACK * partTarget,
      },
      mediaSequence,
      discontinuitySequence: this.#discontinuitiesBefore(mediaSequence),
      segments,
      open: this.#isEnded ? undefined : listed.openSegment(),
      preloadHint: this.#isEnded ? undefined : listed.nextPart,
      renditionReports: this.#isEnded ? undefined : this.#reports(rendition),
      isEnded: this.#isEnded,
    };
  }

  /** Whether the rendition lists a segment that it does not have. */
  isMade(rendition: string, segment: number): boolean {
    const listed = this.#renditions.get(rendition);
    const source = this.#renditions.get(this.#made[rendition]?.of ?? "");
    if (listed === undefined || listed.isEmpty || source === undefined) return false;
    if (listed.segments[segment - listed.mediaSequence]?.gap === false) return false;
    const { mediaSequence, segments } = listed.filledFrom(source);
    return segments[segment - mediaSequence]?.gap === false;
  }

  /** Capture time of the earliest picture or sound that is listed, Unix milliseconds; undefined: nothing is. */
  get beginsUnixMs(): number | undefined {
    const begins = [...this.#renditions.values()].flatMap(
      ({ segments }) => segments.find(({ gap }) => gap !== true)?.programDateTimeMs ?? [],
    );
    return begins.length === 0 ? undefined : Math.min(...begins);
  }

  init({ rendition, version, format }: InitSegment): void {
    this.#of(rendition).init(version, this.#made[rendition]?.format(format) ?? false);
  }

  part(part: Part): void {
    const listed = this.#of(part.rendition);
    if (!this.#lists(listed, part.segment, part.gap)) return;
    listed.part(part);
    listed.trimParts(this.#partsMicros);
  }

  segment(segment: Segment): void {
    const listed = this.#of(segment.rendition);
    if (segment.discontinuity && !this.#discontinuities.includes(segment.number)) {
      this.#discontinuities.push(segment.number);
      this.#discontinuities.sort((left, right) => left - right);
    }
    if (!this.#lists(listed, segment.number, segment.gap)) return;
    listed.segment(segment);
    listed.trim(this.#windowMicros);
    listed.trimBefore(this.#behindLost, this.#leastMicros);
    listed.trimParts(this.#partsMicros);
    this.#forget();
  }

  /**
   * Nobody has the bytes of a segment any more. All playlists begin behind it from now on, as far as they keep their least length: a hole in
   * what is listed is no way for players, which look for it in other renditions or stand still.
   */
  lose(segment: number): void {
    this.#behindLost = Math.max(this.#behindLost, segment + 1);
    for (const listed of this.#renditions.values()) listed.trimBefore(this.#behindLost, this.#leastMicros);
    this.#forget();
  }

  rendition({ id }: RenditionInfo, state: "added" | "removed"): void {
    if (state === "added") this.#renditions.set(id, new ListedRendition());
    else this.#renditions.delete(id);
  }

  ended(): void {
    this.#isEnded = true;
  }

  #of(rendition: string): ListedRendition {
    let listed = this.#renditions.get(rendition);
    if (listed === undefined) {
      listed = new ListedRendition();
      this.#renditions.set(rendition, listed);
    }
    return listed;
  }

  /** Whether this is listed. Gaps before the first picture are not: players take a gap for a failure, and leave. */
  #lists(listed: ListedRendition, number: number, gap: boolean): boolean {
    if (!listed.isEmpty) return true;
    if (gap) return false;
    listed.begin(number);
    return true;
  }

  #reports(rendition: string): RenditionReport[] {
    const reports: RenditionReport[] = [];
    for (const [id, { last }] of this.#renditions)
      if (id !== rendition && last !== undefined)
        reports.push({ uri: `../${id}/index.m3u8`, lastMsn: last.msn, lastPart: last.part });
    return reports;
  }

  #discontinuitiesBefore(number: number): number {
    let count = this.#forgotten;
    for (const one of this.#discontinuities) if (one < number) count += 1;
    return count;
  }

  /** Discontinuities that every playlist has left behind become a number. */
  #forget(): void {
    if (this.#discontinuities.length === 0) return;
    let first = Number.POSITIVE_INFINITY;
    for (const listed of this.#renditions.values())
      if (!listed.isEmpty) first = Math.min(first, listed.mediaSequence);
    const kept = this.#discontinuities.filter((number) => number >= first);
    this.#forgotten += this.#discontinuities.length - kept.length;
    this.#discontinuities = kept;
  }
}
