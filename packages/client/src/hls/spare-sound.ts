/** What a player knows of a level: address of its picture, or of its sound where there is no picture, and its codecs (RFC 6381). */
export interface SoundingLevel {
  uri: string;
  videoCodec: string | undefined;
  audioCodec: string | undefined;
}

/**
 * Which levels, all of which can be played, have the AAC that is made for players that cannot play the sound of the same picture as it was
 * sent. hls.js would take either: the one that comes first where a level is named to begin with, and then never the other.
 */
export function indicesOfSpareSound(levels: readonly SoundingLevel[]): number[] {
  const sent = levels.filter(({ audioCodec }) => audioCodec !== undefined && !isAac(audioCodec));
  const withSent = new Set(sent.map(pictureOf));
  const isSpare = (level: SoundingLevel) => isAac(level.audioCodec) && withSent.has(pictureOf(level));
  return levels.flatMap((level, index) => (isSpare(level) ? [index] : []));
}

function isAac(audioCodec: string | undefined): boolean {
  return audioCodec?.startsWith("mp4a.") ?? false;
}

function pictureOf({ uri, videoCodec }: SoundingLevel): string {
  return videoCodec === undefined ? "" : uri;
}
