import { TagInput } from "./tag-input.ts";
import type { FlvPacket } from "./types.ts";

/** Which number means what: sound and pictures differ (E-RTMP v2, AudioPacketType and VideoPacketType). */
export interface EnhancedNumbers {
  multitrack: number;
  /** Numbers of packets that are taken; others are passed over. */
  kinds: ReadonlyMap<number, FlvPacket["kind"]>;
  /** Whether a packet of this number and codec begins with a composition time. */
  hasComposition(number: number, codec: string): boolean;
}

const MOD_EX = 7;
const TIMESTAMP_OFFSET_NANO = 0;
const MOST_NANOS = 999_999;
/** AvMultitrackType. */
const ONE_TRACK = 0;
const MANY_TRACKS_MANY_CODECS = 2;
/** Modifiers in front of one packet; only one is known. */
const MOST_MODIFIERS = 8;
const MOST_TRACKS = 32;

/**
 * The packets in a tag of enhanced RTMP v2, behind its first byte, of which `number` are the lower four bits. What is not known
 * is passed over; undefined when the tag is malformed. Never throws.
 */
export function readEnhancedTag(
  body: Uint8Array,
  number: number,
  numbers: EnhancedNumbers,
): Omit<FlvPacket, "keyframe">[] | undefined {
  const input = new TagInput(body, 1);
  const modified = readModifiers(input, number);
  if (modified === undefined) return undefined;
  const { offsetNanos } = modified;
  if (modified.number !== numbers.multitrack) {
    const codec = input.fourCc();
    const packet = readPacket(
      input.rest(),
      { number: modified.number, codec, track: 0, offsetNanos },
      numbers,
    );
    return input.isShort ? undefined : packet;
  }
  const types = input.uint8();
  const layout = types >> 4;
  const common = layout === MANY_TRACKS_MANY_CODECS ? undefined : input.fourCc();
  const packets: Omit<FlvPacket, "keyframe">[] = [];
  for (let tracks = 0; !input.isOver && tracks < MOST_TRACKS; tracks += 1) {
    const codec = common ?? input.fourCc();
    const track = input.uint8();
    const data = layout === ONE_TRACK ? input.rest() : input.bytes(input.uint24());
    if (input.isShort) return undefined;
    const read = readPacket(data, { number: types & 15, codec, track, offsetNanos }, numbers);
    if (read === undefined) return undefined;
    packets.push(...read);
  }
  return input.isShort ? undefined : packets;
}

/** E-RTMP v2, section on ModEx: any number of them, each with the number of what follows. */
function readModifiers(input: TagInput, first: number): { number: number; offsetNanos: number } | undefined {
  let number = first;
  let offsetNanos = 0;
  for (let count = 0; number === MOD_EX; count += 1) {
    if (count === MOST_MODIFIERS) return undefined;
    const short = input.uint8() + 1;
    const data = new TagInput(input.bytes(short === 256 ? input.uint16() + 1 : short), 0);
    const types = input.uint8();
    if (input.isShort) return undefined;
    if (types >> 4 === TIMESTAMP_OFFSET_NANO) offsetNanos = Math.min(MOST_NANOS, data.uint24());
    number = types & 15;
  }
  return { number, offsetNanos };
}

function readPacket(
  data: Uint8Array,
  { number, ...fields }: { number: number; codec: string; track: number; offsetNanos: number },
  { kinds, hasComposition }: EnhancedNumbers,
): Omit<FlvPacket, "keyframe">[] | undefined {
  const kind = kinds.get(number);
  if (kind === undefined) return [];
  const input = new TagInput(data, 0);
  const compositionMs = hasComposition(number, fields.codec) ? input.int24() : 0;
  if (input.isShort) return undefined;
  return [{ kind, compositionMs, data: input.rest(), ...fields }];
}
