import { decodeUtf8, fail, ok, type Result } from "@sameroom/base";
import { crc32 } from "./crc32.ts";
import { readStunAddress } from "./stun-address.ts";
import {
  FINGERPRINT_XOR,
  STUN_ATTRIBUTE,
  STUN_HEADER_BYTES,
  STUN_MAGIC_COOKIE,
  STUN_MAX_BYTES,
} from "./stun-attributes.ts";
import type { StunAttributes, StunClass, StunMessage } from "./types.ts";

const CLASSES: readonly StunClass[] = ["request", "indication", "success", "error"];

/** Reads a STUN message; undefined when it is not a sound one. Never throws. MESSAGE-INTEGRITY is not verified here. */
export function parseStun(datagram: Uint8Array): StunMessage | undefined {
  const result = parseStunResult(datagram);
  return result.ok ? result.value : undefined;
}

/** Like {@link parseStun}, with the reason when it fails. */
export function parseStunResult(datagram: Uint8Array): Result<StunMessage, string> {
  const header = checkHeader(datagram);
  if (header !== undefined) return fail(header);
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const type = view.getUint16(0);
  const message: StunMessage = {
    class: CLASSES[((type >> 7) & 2) | ((type >> 4) & 1)]!,
    method: (type & 0xf) | ((type >> 1) & 0x70) | ((type >> 2) & 0xf80),
    transactionId: datagram.slice(8, STUN_HEADER_BYTES),
    attributes: {},
    unknownRequired: [],
    integrityOffset: -1,
    fingerprint: false,
  };
  let offset = STUN_HEADER_BYTES;
  while (offset < datagram.length) {
    if (message.fingerprint) return fail("an attribute follows FINGERPRINT");
    if (offset + 4 > datagram.length) return fail("truncated attribute header");
    const attribute = view.getUint16(offset);
    const length = view.getUint16(offset + 2);
    const next = offset + 4 + ((length + 3) & ~3);
    if (next > datagram.length) return fail("an attribute exceeds the message");
    const value = datagram.subarray(offset + 4, offset + 4 + length);
    const fault = readAttribute(message, datagram, { attribute, value, offset });
    if (fault !== undefined) return fail(fault);
    offset = next;
  }
  return ok(message);
}

function checkHeader(datagram: Uint8Array): string | undefined {
  if (datagram.length < STUN_HEADER_BYTES) return "shorter than a STUN header";
  if (datagram.length > STUN_MAX_BYTES) return "longer than any STUN message we expect";
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  if ((datagram[0]! & 0xc0) !== 0) return "the first two bits are not zero";
  if (view.getUint32(4) !== STUN_MAGIC_COOKIE) return "no magic cookie";
  const length = view.getUint16(2);
  if ((length & 3) !== 0) return "the length is not a multiple of four";
  if (length + STUN_HEADER_BYTES !== datagram.length) return "the length differs from the datagram's";
  return undefined;
}

interface RawAttribute {
  attribute: number;
  value: Uint8Array;
  offset: number;
}

/** Puts one attribute into the message; returns what is wrong with it. */
function readAttribute(message: StunMessage, datagram: Uint8Array, raw: RawAttribute): string | undefined {
  const { attribute, value, offset } = raw;
  if (attribute === STUN_ATTRIBUTE.fingerprint) {
    if (value.length !== 4) return "FINGERPRINT is not 4 bytes";
    if ((crc32(datagram, offset) ^ FINGERPRINT_XOR) >>> 0 !== readUint32(value)) return "wrong FINGERPRINT";
    message.fingerprint = true;
    return undefined;
  }
  // What follows MESSAGE-INTEGRITY is not covered by it and therefore ignored (RFC 8489 section 14.5).
  if (message.integrityOffset >= 0) return undefined;
  if (attribute === STUN_ATTRIBUTE.messageIntegrity) {
    if (value.length !== 20) return "MESSAGE-INTEGRITY is not 20 bytes";
    message.integrityOffset = offset;
    return undefined;
  }
  return readCovered(message, datagram, raw);
}

function readCovered(message: StunMessage, datagram: Uint8Array, raw: RawAttribute): string | undefined {
  const { attribute, value } = raw;
  const { attributes } = message;
  switch (attribute) {
    case STUN_ATTRIBUTE.username:
      return readText(attributes, "username", value, 513);
    case STUN_ATTRIBUTE.software:
      return readText(attributes, "software", value, 763);
    case STUN_ATTRIBUTE.realm:
      return readText(attributes, "realm", value, 763);
    case STUN_ATTRIBUTE.nonce:
      return readText(attributes, "nonce", value, 763);
    case STUN_ATTRIBUTE.priority:
      if (value.length !== 4) return "PRIORITY is not 4 bytes";
      attributes.priority ??= readUint32(value);
      return undefined;
    case STUN_ATTRIBUTE.useCandidate:
      if (value.length !== 0) return "USE-CANDIDATE is not empty";
      attributes.useCandidate = true;
      return undefined;
    case STUN_ATTRIBUTE.iceControlled:
      if (value.length !== 8) return "ICE-CONTROLLED is not 8 bytes";
      attributes.iceControlled ??= readUint64(value);
      return undefined;
    case STUN_ATTRIBUTE.iceControlling:
      if (value.length !== 8) return "ICE-CONTROLLING is not 8 bytes";
      attributes.iceControlling ??= readUint64(value);
      return undefined;
    case STUN_ATTRIBUTE.xorMappedAddress:
      return readAddress(attributes, "xorMappedAddress", value, datagram.subarray(4, STUN_HEADER_BYTES));
    case STUN_ATTRIBUTE.mappedAddress:
      return readAddress(attributes, "mappedAddress", value, undefined);
    case STUN_ATTRIBUTE.errorCode:
      return readErrorCode(attributes, value);
    case STUN_ATTRIBUTE.unknownAttributes:
      return readUnknownAttributes(attributes, value);
    default:
      if (attribute < 0x8000 && !message.unknownRequired.includes(attribute))
        message.unknownRequired.push(attribute);
      return undefined;
  }
}

function readText(
  attributes: StunAttributes,
  name: "username" | "software" | "realm" | "nonce",
  value: Uint8Array,
  maxBytes: number,
): string | undefined {
  if (value.length > maxBytes) return `${name.toUpperCase()} is too long`;
  attributes[name] ??= decodeUtf8(value);
  return undefined;
}

function readAddress(
  attributes: StunAttributes,
  name: "xorMappedAddress" | "mappedAddress",
  value: Uint8Array,
  mask: Uint8Array | undefined,
): string | undefined {
  const address = readStunAddress(value, mask);
  if (address === undefined) return "a malformed address";
  attributes[name] ??= address;
  return undefined;
}

function readErrorCode(attributes: StunAttributes, value: Uint8Array): string | undefined {
  if (value.length < 4) return "ERROR-CODE is too short";
  const hundreds = value[2]! & 7;
  if (hundreds < 3 || hundreds > 6 || value[3]! > 99) return "ERROR-CODE is out of range";
  attributes.errorCode ??= { code: hundreds * 100 + value[3]!, reason: decodeUtf8(value.subarray(4)) };
  return undefined;
}

function readUnknownAttributes(attributes: StunAttributes, value: Uint8Array): string | undefined {
  if (value.length % 2 !== 0) return "UNKNOWN-ATTRIBUTES has an odd length";
  const types: number[] = [];
  for (let index = 0; index < value.length; index += 2) types.push((value[index]! << 8) | value[index + 1]!);
  attributes.unknownAttributes ??= types;
  return undefined;
}

function readUint32(bytes: Uint8Array): number {
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
}

function readUint64(bytes: Uint8Array): bigint {
  return (BigInt(readUint32(bytes)) << 32n) | BigInt(readUint32(bytes.subarray(4)));
}
