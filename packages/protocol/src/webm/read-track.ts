import { parseAacConfiguration } from "../units/aac-format.ts";
import { opusFormat } from "../units/opus-format.ts";
import type { TrackSetUp } from "../units/sample-reader.ts";
import type { AudioFormat, VideoFormat } from "../units/types.ts";
import { readElements, readUnsigned } from "./read-element.ts";

/** Element ids (RFC 9559 section 5.1.4). */
const TRACK_NUMBER = 0xd7;
const CODEC_ID = 0x86;
const CODEC_PRIVATE = 0x63a2;
const CODEC_DELAY = 0x56aa;
const ENCODINGS = 0x6d80;

const PICTURES: Record<string, VideoFormat["codec"]> = {
  V_VP8: "vp8",
  V_VP9: "vp9",
  V_AV1: "av1",
  "V_MPEG4/ISO/AVC": "h264",
  "V_MPEGH/ISO/HEVC": "hevc",
};
const WITH_CONFIGURATION = new Set(["h264", "hevc"]);
/** `OpusHead`, version, channels (RFC 7845 section 5.1). */
const OPUS_CHANNELS_AT = 9;

/** Nanoseconds; more is a mistake. */
const MOST_DELAY = 1_000_000_000;

export interface WebmTrack {
  number: number;
  /** Undefined: of a kind that is not taken. */
  setUp: TrackSetUp | undefined;
  /** For people: the codec's id. */
  name: string;
  /** What its times have too much: sound that only sets the decoder up (RFC 9559 section 5.1.4.1.25). */
  delayMicros: number;
}

/** Reads the payload of a `TrackEntry`; undefined when it has no number. Never throws. */
export function readTrack(entry: Uint8Array): WebmTrack | undefined {
  let number: number | undefined;
  let name = "";
  let configuration: Uint8Array | undefined;
  let delay = 0;
  let isEncoded = false;
  for (const { id, payload } of readElements(entry)) {
    if (id === TRACK_NUMBER) number = readUnsigned(payload);
    else if (id === CODEC_ID) name = ascii(payload);
    else if (id === CODEC_PRIVATE && payload.length > 0) configuration = payload.slice();
    else if (id === CODEC_DELAY) delay = readUnsigned(payload) ?? 0;
    else if (id === ENCODINGS) isEncoded = true;
  }
  if (number === undefined) return undefined;
  const setUp = isEncoded ? undefined : setUpOf(name, configuration);
  return { number, name, setUp, delayMicros: delay <= MOST_DELAY ? delay / 1000 : 0 };
}

function setUpOf(name: string, configuration: Uint8Array | undefined): TrackSetUp | undefined {
  const codec = PICTURES[name];
  if (codec !== undefined) {
    return {
      kind: "video",
      codec,
      configuration: WITH_CONFIGURATION.has(codec) ? configuration : undefined,
    };
  }
  const format = soundOf(name, configuration);
  return format && { kind: "audio", format };
}

function soundOf(name: string, configuration: Uint8Array | undefined): AudioFormat | undefined {
  if (name === "A_AAC") return configuration && parseAacConfiguration(configuration);
  if (name !== "A_OPUS") return undefined;
  const channels = configuration?.[OPUS_CHANNELS_AT];
  return channels === 1 || channels === 2 ? opusFormat(channels) : undefined;
}

/** Without the zeros that may fill it up. */
function ascii(payload: Uint8Array): string {
  const text = String.fromCharCode(...payload.subarray(0, 64));
  return text.split("\0", 1)[0]!;
}
