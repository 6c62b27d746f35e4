import type { UnitFormat } from "@sameroom/protocol";

/** Whether two formats, of which one crossed a process border, set a decoder up alike. */
export function sameFormat(one: UnitFormat, other: UnitFormat): boolean {
  if (one.codecs !== other.codecs || !sameBytes(one.configuration, other.configuration)) return false;
  if (one.kind === "video") {
    return other.kind === "video" && one.width === other.width && one.height === other.height;
  }
  return other.kind === "audio" && one.sampleRate === other.sampleRate && one.channels === other.channels;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
