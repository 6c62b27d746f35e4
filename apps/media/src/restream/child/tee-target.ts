/**
 * One output of FFmpeg's `tee` muxer, as its specification is written: the only muxer through which options reach the protocol
 * below (node-av opens addresses without any).
 */
export function teeTarget(url: string, muxer: string, options: Readonly<Record<string, string>>): string {
  const settings = Object.entries({ f: muxer, ...options })
    // Taken apart as an option, after the outputs were taken apart from each other.
    .map(([name, value]) => `${name}=${escaped(value)}`)
    .join(":");
  return escaped(`[${settings}]${url}`, /[\\'|]/g);
}

/** As `av_get_token` reads it: a backslash makes the next character an ordinary one. */
function escaped(text: string, special = /[\\'|:[\] ]/g): string {
  return text.replace(special, (character) => `\\${character}`);
}
