import { type EnhancedNumbers, readEnhancedTag } from "./read-enhanced-tag.ts";
import { TagInput } from "./tag-input.ts";
import type { FlvPacket } from "./types.ts";

const IS_ENHANCED = 0x80;
/** Frame types (FLV 10.1 section E.4.3.1). */
const KEYFRAME = 1;
const COMMAND = 5;

/** Codec ids of tags without FourCC; 12 and 13 are no standard, but cameras and phones sent HEVC and AV1 so for years. */
const CODECS: Record<number, string> = {
  2: "h263",
  3: "screen",
  4: "vp6",
  5: "vp6",
  7: "avc1",
  12: "hvc1",
  13: "av01",
};
const KINDS = ["start", "frame", "end"] as const;

/** E-RTMP v2, VideoPacketType. */
const CODED_FRAMES = 1;
const NUMBERS: EnhancedNumbers = {
  multitrack: 6,
  kinds: new Map([
    [0, "start"],
    [CODED_FRAMES, "frame"],
    [2, "end"],
    // Coded frames whose composition time is zero.
    [3, "frame"],
  ]),
  hasComposition: (number, codec) =>
    number === CODED_FRAMES && (codec === "avc1" || codec === "hvc1" || codec === "vvc1"),
};

/** What the body of a video tag has, by track (FLV 10.1 section E.4.3, E-RTMP v2); undefined when malformed. Never throws. */
export function readVideoTag(body: Uint8Array): FlvPacket[] | undefined {
  const first = body[0];
  if (first === undefined) return undefined;
  const type = (first >> 4) & 7;
  const keyframe = type === KEYFRAME;
  if ((first & IS_ENHANCED) !== 0) {
    // Of a command, what follows is another thing.
    if (type === COMMAND) return [];
    return readEnhancedTag(body, first & 15, NUMBERS)?.map((packet) => ({ keyframe, ...packet }));
  }
  if (type === COMMAND) return [];
  const number = first & 15;
  const codec = CODECS[number] ?? `video ${number}`;
  const fields = { track: 0, codec, keyframe, offsetNanos: 0 };
  if (number < 7) return [{ kind: "frame", compositionMs: 0, data: body.subarray(1), ...fields }];
  const input = new TagInput(body, 1);
  const kind = KINDS[input.uint8() as 0 | 1 | 2];
  const compositionMs = input.int24();
  if (input.isShort) return undefined;
  return kind === undefined ? [] : [{ kind, compositionMs, data: input.rest(), ...fields }];
}
