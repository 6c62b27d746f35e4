import { type EnhancedNumbers, readEnhancedTag } from "./read-enhanced-tag.ts";
import type { FlvPacket } from "./types.ts";

/** Sound formats (FLV 10.1 section E.4.2.1; 9: E-RTMP v2). */
const ENHANCED = 9;
const AAC = 10;
const FORMATS = [
  ...["pcm", "adpcm", "mp3", "pcm", "nellymoser", "nellymoser", "nellymoser", "g711a", "g711u"],
  ...["enhanced", "mp4a", "speex", "sound 12", "sound 13", "mp3", "sound 15"],
];

/** E-RTMP v2, AudioPacketType. */
const NUMBERS: EnhancedNumbers = {
  multitrack: 5,
  kinds: new Map([
    [0, "start"],
    [1, "frame"],
    [2, "end"],
  ]),
  hasComposition: () => false,
};

/** What the body of an audio tag has, by track (FLV 10.1 section E.4.2, E-RTMP v2); undefined when malformed. Never throws. */
export function readAudioTag(body: Uint8Array): FlvPacket[] | undefined {
  const first = body[0];
  if (first === undefined) return undefined;
  const format = first >> 4;
  if (format === ENHANCED) {
    return readEnhancedTag(body, first & 15, NUMBERS)?.map((packet) => ({ keyframe: true, ...packet }));
  }
  const fields = { track: 0, codec: FORMATS[format]!, keyframe: true, compositionMs: 0, offsetNanos: 0 };
  if (format !== AAC) return [{ kind: "frame", data: body.subarray(1), ...fields }];
  const type = body[1];
  if (type === undefined) return undefined;
  return type > 1 ? [] : [{ kind: type === 0 ? "start" : "frame", data: body.subarray(2), ...fields }];
}
