import { HLS_BEGINS, HLS_SPARSE, markInRoom } from "@sameroom/contract";
import type { AudioRendition, MultivariantPlaylist, Variant } from "@sameroom/protocol";

/** A rendition as players may choose it: one that is there, or one that is made when somebody asks for it. */
export interface ListedRendition {
  id: string;
  kind: "audio" | "video";
  /** RFC 6381. */
  codecs: string;
  /** Bits a second of the worst segment, and on the average. */
  peakBps: number;
  averageBps: number;
  /** In pixels; video only. */
  width?: number | undefined;
  height?: number | undefined;
  /** Audio only. */
  channels?: number | undefined;
}

export interface MultivariantOptions {
  independent?: boolean;
  beginsUnixMs?: number | undefined;
  sparse?: boolean;
  inRoom?: boolean;
}

/** What the one sound of a show is called, in whichever codec. */
const SOUND = "Main";

/**
 * Every picture with every sound, best picture first, in the order of `renditions` the sounds; without pictures the sounds alone.
 * Addresses are relative to that of the multivariant playlist, below `epoch`. `independent`: every segment begins with a keyframe.
 * `beginsUnixMs`: capture time of the earliest that can be had. `sparse`: see {@link HLS_SPARSE}. `inRoom`: addresses say that who asks is in the room.
 */
export function composeMultivariant(
  epoch: string,
  renditions: readonly ListedRendition[],
  { independent = true, beginsUnixMs, sparse = false, inRoom = false }: MultivariantOptions = {},
): MultivariantPlaylist {
  const data = {
    ...(beginsUnixMs === undefined ? {} : { [HLS_BEGINS]: new Date(beginsUnixMs).toISOString() }),
    ...(sparse ? { [HLS_SPARSE]: "YES" } : {}),
  };
  const about = { independentSegments: independent, data };
  const uriOf = ({ id }: ListedRendition) => {
    const uri = `${epoch}/${id}/index.m3u8`;
    return inRoom ? markInRoom(uri) : uri;
  };
  const pictures = renditions
    .filter(({ kind }) => kind === "video")
    .sort((left, right) => areaOf(right) - areaOf(left) || right.averageBps - left.averageBps);
  const sounds = renditions.filter(({ kind }) => kind === "audio");
  const audio = sounds.map((sound): AudioRendition => {
    const { id, channels = 2 } = sound;
    return { groupId: id, name: SOUND, uri: uriOf(sound), isDefault: true, channels };
  });
  if (pictures.length === 0) {
    const variants = sounds.map((sound) => createVariant(uriOf(sound), [sound], sound.id));
    return { ...about, variants, audio };
  }
  const variants = (sounds.length === 0 ? [undefined] : sounds).flatMap((sound) =>
    pictures.map((picture) => {
      const parts = sound === undefined ? [picture] : [picture, sound];
      return createVariant(uriOf(picture), parts, sound?.id);
    }),
  );
  return { ...about, variants, audio };
}

/**
 * What players are told of who either take Opus, where there is some, or get AAC: some change codecs with the size of the picture, which
 * their decoders cannot.
 */
export function withOneSound(renditions: readonly ListedRendition[], takesOpus: boolean): ListedRendition[] {
  const isOpus = ({ codecs }: ListedRendition) => codecs === "opus";
  const sounds = renditions.filter(({ kind }) => kind === "audio");
  const wanted = sounds.filter((sound) => isOpus(sound) === takesOpus);
  return renditions.filter((each) => each.kind === "video" || wanted.length === 0 || wanted.includes(each));
}

function createVariant(
  uri: string,
  parts: readonly ListedRendition[],
  audioGroup: string | undefined,
): Variant {
  const picture = parts.find(({ kind }) => kind === "video");
  const { width, height } = picture ?? {};
  return {
    uri,
    bandwidth: parts.reduce((sum, { peakBps }) => sum + peakBps, 0),
    averageBandwidth: parts.reduce((sum, { averageBps }) => sum + averageBps, 0),
    codecs: parts.map(({ codecs }) => codecs),
    resolution: width === undefined || height === undefined ? undefined : { width, height },
    audioGroup,
  };
}

function areaOf({ width = 0, height = 0 }: ListedRendition): number {
  return width * height;
}
