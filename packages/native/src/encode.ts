/** The contract's options in the addon's numbers. */
import type { ExtensionIds, SendPath, WireCodec, WireExtension } from "./types.ts";
import { WireError } from "./wire-error.ts";

/** Same order as `Extension` in extensions.h. */
const EXTENSIONS: readonly WireExtension[] = [
  "mid",
  "rid",
  "repairedRid",
  "audioLevel",
  "absSendTime",
  "transportCc",
  "absCaptureTime",
  "videoOrientation",
  "playoutDelay",
  "dependencyDescriptor",
];

/** Same order as `Codec` in keyframe.h. */
const CODECS: readonly WireCodec[] = ["opus", "h264", "vp8", "vp9", "av1", "other"];

/** Same order as `SendBatch::Path` in send_batch.h. */
export const SEND_PATHS: readonly SendPath[] = ["gso", "sendmmsg", "sendto"];

export function encodeExtensions(ids: ExtensionIds): Uint8Array {
  const out = new Uint8Array(EXTENSIONS.length);
  for (const [index, name] of EXTENSIONS.entries()) {
    const id = ids[name];
    if (id === undefined) continue;
    out[index] = checkInteger(id, 1, 255, `The id of header extension ${name}`);
  }
  return out;
}

export function encodeCodec(codec: WireCodec): number {
  const index = CODECS.indexOf(codec);
  if (index < 0) throw new WireError("wire.bad_argument", `Unknown codec ${codec}.`);
  return index;
}

export function encodeSendPath(path: SendPath | "auto"): number {
  const index = SEND_PATHS.indexOf(path as SendPath);
  return index < 0 ? SEND_PATHS.length : index;
}

/** The value, or a `wire.bad_argument` that says what is wrong with it. */
export function checkInteger(value: number, low: number, high: number, what: string): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new WireError(
    "wire.bad_argument",
    `${what} must be a whole number from ${low} to ${high}, not ${value}.`,
  );
}

/** A payload type is 7 bits; absent is -1 in the addon. */
export function checkPayloadType(value: number | undefined): number {
  return value === undefined ? -1 : checkInteger(value, 0, 127, "A payload type");
}

/** An SSRC is 32 bits; absent is -1 in the addon. */
export function checkSsrc(value: number | undefined): number {
  return value === undefined ? -1 : checkInteger(value, 0, 0xffff_ffff, "An SSRC");
}

export function checkText(text: string, most: number, what: string): string {
  if (new TextEncoder().encode(text).length <= most) return text;
  throw new WireError("wire.bad_argument", `${what} is longer than ${most} bytes.`);
}
