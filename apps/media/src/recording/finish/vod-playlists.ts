import { basename } from "node:path";
import {
  type AudioFormat,
  type MediaSegment,
  type MultivariantPlaylist,
  serializeMediaPlaylist,
  serializeMultivariant,
  type UnitFormat,
} from "@sameroom/protocol";
import type { Timeline, TimelineSegment, TimelineTrack } from "./timeline.ts";

/** Name of the audio renditions' group. */
const SOUND_GROUP = "sound";

/** The playlists of a finished recording, by their paths below its directory; every address in them is relative. */
export function vodPlaylists(timeline: Timeline): Record<string, string> {
  const { video, audio, moments } = timeline;
  const hasVideo = video.fragments.length > 0;
  const hasAudio = audio.fragments.length > 0;
  const texts: Record<string, string> = { "index.m3u8": serializeMultivariant(multivariant(timeline)) };
  if (hasVideo) texts["video/index.m3u8"] = mediaPlaylist(moments, (moment) => moment.video);
  if (hasAudio) texts["opus/index.m3u8"] = mediaPlaylist(moments, (moment) => moment.audio);
  return texts;
}

/** The playlist of one track: the same moments and discontinuities on each, so that players keep them in step. */
function mediaPlaylist(
  moments: Timeline["moments"],
  of: (moment: Timeline["moments"][number]) => TimelineSegment | undefined,
): string {
  const seconds = moments.map((moment) => of(moment)?.seconds ?? moment.seconds);
  return serializeMediaPlaylist({
    targetDuration: Math.max(1, Math.round(Math.max(...seconds))),
    mediaSequence: 0,
    discontinuitySequence: 0,
    type: "VOD",
    segments: moments.map((moment, index): MediaSegment => {
      const taken = of(moment);
      return {
        uri: `${moment.number}.m4s`,
        duration: seconds[index]!,
        discontinuity: moment.discontinuity,
        gap: taken === undefined,
        map: taken && basename(taken.init),
        programDateTimeMs: taken && taken.captureMicros / 1000,
      };
    }),
    isEnded: true,
  });
}

function multivariant({ video, audio, moments }: Timeline): MultivariantPlaylist {
  const pictures = video.formats.filter((format) => format.kind === "video");
  const sounds = audio.formats.filter((format) => format.kind === "audio");
  const rate = (of: (moment: Timeline["moments"][number]) => (TimelineSegment | undefined)[]) => {
    let [bytes, seconds, peak] = [0, 0, 0];
    for (const moment of moments) {
      const taken = of(moment).filter((segment) => segment !== undefined);
      const own = taken.reduce((sum, { byteLength }) => sum + byteLength, 0);
      bytes += own;
      seconds += moment.seconds;
      peak = Math.max(peak, (own * 8) / moment.seconds);
    }
    return { bandwidth: Math.max(1, peak), averageBandwidth: Math.max(1, (bytes * 8) / seconds) };
  };
  if (pictures.length === 0)
    return {
      variants: [{ uri: "opus/index.m3u8", ...rate((moment) => [moment.audio]), codecs: codecsOf(sounds) }],
    };
  const largest = pictures.reduce((most, format) =>
    format.width * format.height > most.width * most.height ? format : most,
  );
  const [sound] = sounds;
  return {
    variants: [
      {
        uri: "video/index.m3u8",
        ...rate((moment) => [moment.video, moment.audio]),
        codecs: codecsOf([...pictures, ...sounds]),
        resolution: { width: largest.width, height: largest.height },
        frameRate: frameRate(video, moments),
        audioGroup: sound && SOUND_GROUP,
      },
    ],
    audio: sound && [rendition(sound)],
  };
}

function rendition({ channels }: AudioFormat) {
  return { groupId: SOUND_GROUP, name: "Opus", uri: "opus/index.m3u8", isDefault: true, channels };
}

/** Each codec once, in the order they came. */
function codecsOf(formats: readonly UnitFormat[]): string[] {
  return [...new Set(formats.map(({ codecs }) => codecs))];
}

/** Pictures a second on the average. */
function frameRate({ fragments }: TimelineTrack, moments: Timeline["moments"]): number | undefined {
  let [pictures, seconds] = [0, 0];
  for (const { samples } of fragments) pictures += samples.length;
  for (const { video } of moments) seconds += video?.seconds ?? 0;
  return seconds > 0 ? pictures / seconds : undefined;
}
