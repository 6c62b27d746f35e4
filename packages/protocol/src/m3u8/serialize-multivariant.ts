import { formatAttributes, formatUri } from "./attributes.ts";
import type { AudioRendition, MultivariantPlaylist, Variant } from "./types.ts";

/** No tag in it needs a later one. */
const VERSION = 6;

/** The text of a multivariant playlist (RFC 8216bis section 4.4.6). Throws a RangeError on values that cannot be written. */
export function serializeMultivariant({
  independentSegments = false,
  variants,
  audio = [],
  data = {},
}: MultivariantPlaylist): string {
  const lines = ["#EXTM3U", `#EXT-X-VERSION:${VERSION}`];
  if (independentSegments) lines.push("#EXT-X-INDEPENDENT-SEGMENTS");
  for (const [id, value] of Object.entries(data))
    lines.push(
      `#EXT-X-SESSION-DATA:${formatAttributes({ "DATA-ID": { quoted: id }, VALUE: { quoted: value } })}`,
    );
  for (const rendition of audio) lines.push(`#EXT-X-MEDIA:${writeAudio(rendition)}`);
  for (const variant of variants)
    lines.push(`#EXT-X-STREAM-INF:${writeVariant(variant)}`, formatUri(variant.uri));
  lines.push("");
  return lines.join("\n");
}

function writeAudio({ groupId, name, uri, isDefault, channels }: AudioRendition): string {
  return formatAttributes({
    TYPE: "AUDIO",
    "GROUP-ID": { quoted: groupId },
    NAME: { quoted: name },
    DEFAULT: isDefault ? "YES" : "NO",
    AUTOSELECT: "YES",
    CHANNELS: { quoted: String(channels) },
    URI: uri === undefined ? undefined : { quoted: uri },
  });
}

function writeVariant({ codecs, resolution, frameRate, ...variant }: Variant): string {
  return formatAttributes({
    BANDWIDTH: Math.ceil(variant.bandwidth),
    "AVERAGE-BANDWIDTH":
      variant.averageBandwidth === undefined ? undefined : Math.ceil(variant.averageBandwidth),
    CODECS: { quoted: codecs.join(",") },
    RESOLUTION: resolution && `${resolution.width}x${resolution.height}`,
    "FRAME-RATE": frameRate?.toFixed(3),
    AUDIO: variant.audioGroup === undefined ? undefined : { quoted: variant.audioGroup },
  });
}
