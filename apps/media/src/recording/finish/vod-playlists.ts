import { posix } from "node:path";
import {
  type AudioFormat,
  type AudioRendition,
  type MediaSegment,
  type MultivariantPlaylist,
  serializeMediaPlaylist,
  serializeMultivariant,
  type UnitFormat,
  type Variant,
} from "@sameroom/protocol";
import { OPUS_PLAYLIST, PLAYLIST } from "../playlist-names.ts";
import { joinPictures } from "./join-segments.ts";
import type { Timeline, TimelineSegment, TimelineTrack } from "./timeline.ts";

/** What the one sound of a show is called, in whichever codec. */
const SOUND_NAME = "Main";

type Moment = Timeline["moments"][number];

/** Sound in one codec, as players may choose it. */
interface Sound {
  /** Directory of its playlist, and name of its group. */
  id: "opus" | "aac";
  formats: AudioFormat[];
  of(moment: Moment): TimelineSegment | undefined;
}

/** The playlists of a finished recording, by their paths below its directory; every address in them is relative. */
export function vodPlaylists(timeline: Timeline): Record<string, string> {
  const { video, moments } = timeline;
  const sounds = soundsOf(timeline);
  const opus = sounds.find(({ id }) => id === "opus");
  const plain = sounds.find(({ id }) => id === "aac") ?? opus;
  const texts: Record<string, string> = {
    [PLAYLIST]: serializeMultivariant(multivariant(timeline, plain)),
  };
  if (opus !== undefined) texts[OPUS_PLAYLIST] = serializeMultivariant(multivariant(timeline, opus));
  if (video.fragments.length > 0) {
    const segments = joinPictures(moments).map((joined) => {
      const [first] = joined.moments;
      const seconds = joined.moments.reduce((sum, each) => sum + (each.video ?? each).seconds, 0);
      return segmentOf("video", first!, first!.video && { ...first!.video, file: joined.file!, seconds });
    });
    texts["video/index.m3u8"] = mediaPlaylist(segments);
  }
  for (const { id, of } of sounds)
    texts[`${id}/index.m3u8`] = mediaPlaylist(moments.map((moment) => segmentOf(id, moment, of(moment))));
  return texts;
}

/**
 * Opus where all of it came so; AAC where all of it is there in AAC. A host who changed from one to the other without the
 * second having been made of the first leaves both in one playlist.
 */
function soundsOf({ audio, aacFormats }: Timeline): Sound[] {
  if (audio.fragments.length === 0) return [];
  const came = audio.formats.filter((format) => format.kind === "audio");
  const made = aacFormats.filter((format) => format.kind === "audio");
  const isOpus = came.every(({ codec }) => codec === "opus");
  const hasAac = made.length > 0;
  const sounds: Sound[] = [];
  if (isOpus || !hasAac) sounds.push({ id: "opus", formats: came, of: (moment) => moment.audio });
  if (hasAac) sounds.push({ id: "aac", formats: made, of: (moment) => moment.aac });
  return sounds;
}

/** The playlist of one track: the same discontinuities on each, so that players keep them in step. */
function mediaPlaylist(segments: MediaSegment[]): string {
  const longest = segments.reduce((most, { duration }) => Math.max(most, duration), 0);
  return serializeMediaPlaylist({
    targetDuration: Math.max(1, Math.round(longest)),
    mediaSequence: 0,
    discontinuitySequence: 0,
    type: "VOD",
    segments,
    isEnded: true,
  });
}

/** What a track has of a moment, and perhaps of those behind it; undefined: nothing. */
function segmentOf(directory: string, moment: Moment, taken: TimelineSegment | undefined): MediaSegment {
  return {
    uri: relative(directory, taken?.file ?? `${directory}/${moment.number}.m4s`),
    duration: taken?.seconds ?? moment.seconds,
    discontinuity: moment.discontinuity,
    gap: taken === undefined,
    map: taken && relative(directory, taken.init),
    programDateTimeMs: taken && taken.captureMicros / 1000,
  };
}

function multivariant({ video, moments }: Timeline, sound: Sound | undefined): MultivariantPlaylist {
  const pictures = video.formats.filter((format) => format.kind === "video");
  const sounds = sound === undefined ? [] : [sound];
  const [first] = pictures;
  if (first === undefined) {
    const variants = sounds.map(
      ({ id, formats, of }): Variant => ({
        uri: `${id}/index.m3u8`,
        ...rate(moments, (moment) => [of(moment)]),
        codecs: codecsOf(formats),
      }),
    );
    return { variants };
  }
  const audio = sounds.map(({ id, formats }): AudioRendition => {
    const channels = Math.max(...formats.map((format) => format.channels));
    return { groupId: id, name: SOUND_NAME, uri: `${id}/index.m3u8`, isDefault: true, channels };
  });
  const { width, height } = pictures.reduce((most, format) =>
    format.width * format.height > most.width * most.height ? format : most,
  );
  const variant: Variant = {
    uri: "video/index.m3u8",
    ...rate(moments, (moment) => [moment.video, sound?.of(moment)]),
    codecs: codecsOf([...pictures, ...(sound?.formats ?? [])]),
    resolution: { width, height },
    frameRate: frameRate(video, moments),
    audioGroup: sound?.id,
  };
  const independentSegments = joinPictures(moments).every(
    ({ moments: [first] }) => first!.video?.independent !== false,
  );
  return { independentSegments, variants: [variant], audio };
}

/** Bits a second: of the worst moment, and on the average. */
function rate(moments: readonly Moment[], of: (moment: Moment) => (TimelineSegment | undefined)[]) {
  let [bytes, seconds, peak] = [0, 0, 0];
  for (const moment of moments) {
    const own = of(moment).reduce((sum, taken) => sum + (taken?.byteLength ?? 0), 0);
    bytes += own;
    seconds += moment.seconds;
    peak = Math.max(peak, (own * 8) / moment.seconds);
  }
  return { bandwidth: Math.max(1, peak), averageBandwidth: Math.max(1, (bytes * 8) / seconds) };
}

/** Each codec once, in the order they came. */
function codecsOf(formats: readonly UnitFormat[]): string[] {
  return [...new Set(formats.map(({ codecs }) => codecs))];
}

/** Pictures a second on the average. */
function frameRate({ fragments }: TimelineTrack, moments: readonly Moment[]): number | undefined {
  let [pictures, seconds] = [0, 0];
  for (const { samples } of fragments) pictures += samples.length;
  for (const { video } of moments) seconds += video?.seconds ?? 0;
  return seconds > 0 ? pictures / seconds : undefined;
}

/** The address of a file, seen from a directory beside its own. */
function relative(directory: string, file: string): string {
  return posix.relative(directory, file);
}
