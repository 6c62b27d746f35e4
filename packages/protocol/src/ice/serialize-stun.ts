import { encodeUtf8 } from "@sameroom/base";
import { crc32 } from "./crc32.ts";
import { HmacSha1 } from "./hmac-sha1.ts";
import { writeStunAddress } from "./stun-address.ts";
import { FINGERPRINT_XOR, STUN_ATTRIBUTE, STUN_HEADER_BYTES, STUN_MAGIC_COOKIE } from "./stun-attributes.ts";
import type { StunAttributes, StunClass } from "./types.ts";

/** What is to be written; `method` defaults to Binding. */
export interface StunMessageInit {
  class: StunClass;
  method?: number;
  /** 12 bytes. */
  transactionId: Uint8Array;
  attributes?: StunAttributes;
}

export interface SerializeStunOptions {
  /** Adds MESSAGE-INTEGRITY. For ICE the key is the UTF-8 of the password of the side that gets requests. */
  integrityKey?: Uint8Array | HmacSha1;
  /** Adds FINGERPRINT at the end; default true, as ICE demands (RFC 8445 section 7.1). */
  fingerprint?: boolean;
}

const CLASS_BITS: Record<StunClass, number> = {
  request: 0x000,
  indication: 0x010,
  success: 0x100,
  error: 0x110,
};

/** The message's bytes, attributes in the order of their types. Throws `TypeError`/`RangeError` on values that do not fit. */
export function serializeStun(message: StunMessageInit, options: SerializeStunOptions = {}): Uint8Array {
  if (message.transactionId.length !== 12) throw new RangeError("a transaction id has 12 bytes");
  const method = message.method ?? 1;
  if (!Number.isInteger(method) || method < 0 || method > 0xfff) throw new RangeError("a method has 12 bits");
  const { integrityKey, fingerprint = true } = options;

  const header = new Uint8Array(STUN_HEADER_BYTES);
  writeUint32(header, 4, STUN_MAGIC_COOKIE);
  header.set(message.transactionId, 8);
  const encoded = encodeAttributes(message.attributes ?? {}, header.subarray(4));
  const bodyBytes = encoded.reduce((sum, [, value]) => sum + 4 + ((value.length + 3) & ~3), 0);
  const integrityAt = STUN_HEADER_BYTES + bodyBytes;
  const fingerprintAt = integrityAt + (integrityKey === undefined ? 0 : 24);
  const bytes = new Uint8Array(fingerprintAt + (fingerprint ? 8 : 0));
  bytes.set(header);
  const type = CLASS_BITS[message.class] | (method & 0xf) | ((method & 0x70) << 1) | ((method & 0xf80) << 2);
  writeUint16(bytes, 0, type);
  let offset = STUN_HEADER_BYTES;
  for (const [attribute, value] of encoded) offset = writeAttribute(bytes, offset, attribute, value);

  if (integrityKey !== undefined) {
    // The length counts up to and including MESSAGE-INTEGRITY while it is computed (RFC 8489 section 14.5).
    writeUint16(bytes, 2, integrityAt + 24 - STUN_HEADER_BYTES);
    const mac = integrityKey instanceof HmacSha1 ? integrityKey : new HmacSha1(integrityKey);
    const digest = mac.digest(bytes.subarray(0, integrityAt));
    writeAttribute(bytes, integrityAt, STUN_ATTRIBUTE.messageIntegrity, digest);
  }
  writeUint16(bytes, 2, bytes.length - STUN_HEADER_BYTES);
  if (fingerprint) {
    writeUint16(bytes, fingerprintAt, STUN_ATTRIBUTE.fingerprint);
    writeUint16(bytes, fingerprintAt + 2, 4);
    writeUint32(bytes, fingerprintAt + 4, crc32(bytes, fingerprintAt) ^ FINGERPRINT_XOR);
  }
  return bytes;
}

function encodeAttributes(attributes: StunAttributes, mask: Uint8Array): [number, Uint8Array][] {
  const encoded: [number, Uint8Array][] = [];
  const add = (type: number, value: Uint8Array | undefined): void => {
    if (value === undefined) return;
    if (value.length > 763) throw new RangeError("a STUN attribute is too long");
    encoded.push([type, value]);
  };
  const text = (value: string | undefined): Uint8Array | undefined =>
    value === undefined ? undefined : encodeUtf8(value);
  const { mappedAddress, xorMappedAddress, errorCode, unknownAttributes, priority, useCandidate } =
    attributes;
  add(
    STUN_ATTRIBUTE.mappedAddress,
    mappedAddress === undefined ? undefined : writeStunAddress(mappedAddress, undefined),
  );
  add(STUN_ATTRIBUTE.username, text(attributes.username));
  add(STUN_ATTRIBUTE.errorCode, errorCode === undefined ? undefined : encodeErrorCode(errorCode));
  add(
    STUN_ATTRIBUTE.unknownAttributes,
    unknownAttributes === undefined ? undefined : encodeTypes(unknownAttributes),
  );
  add(STUN_ATTRIBUTE.realm, text(attributes.realm));
  add(STUN_ATTRIBUTE.nonce, text(attributes.nonce));
  add(
    STUN_ATTRIBUTE.xorMappedAddress,
    xorMappedAddress === undefined ? undefined : writeStunAddress(xorMappedAddress, mask),
  );
  add(STUN_ATTRIBUTE.priority, priority === undefined ? undefined : encodeUint32(priority));
  add(STUN_ATTRIBUTE.useCandidate, useCandidate === true ? new Uint8Array(0) : undefined);
  add(STUN_ATTRIBUTE.software, text(attributes.software));
  add(STUN_ATTRIBUTE.iceControlled, encodeTieBreaker(attributes.iceControlled));
  add(STUN_ATTRIBUTE.iceControlling, encodeTieBreaker(attributes.iceControlling));
  return encoded;
}

function encodeErrorCode({ code, reason }: { code: number; reason: string }): Uint8Array {
  if (!Number.isInteger(code) || code < 300 || code > 699) throw new RangeError("an error code is 300..699");
  return Uint8Array.from([0, 0, Math.floor(code / 100), code % 100, ...encodeUtf8(reason)]);
}

function encodeTypes(types: readonly number[]): Uint8Array {
  return Uint8Array.from(types.flatMap((type) => [type >> 8, type & 255]));
}

function encodeUint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeUint32(bytes, 0, value);
  return bytes;
}

function encodeTieBreaker(value: bigint | undefined): Uint8Array | undefined {
  if (value === undefined) return undefined;
  const bytes = new Uint8Array(8);
  writeUint32(bytes, 0, Number((value >> 32n) & 0xffff_ffffn));
  writeUint32(bytes, 4, Number(value & 0xffff_ffffn));
  return bytes;
}

function writeAttribute(bytes: Uint8Array, offset: number, type: number, value: Uint8Array): number {
  writeUint16(bytes, offset, type);
  writeUint16(bytes, offset + 2, value.length);
  bytes.set(value, offset + 4);
  return offset + 4 + ((value.length + 3) & ~3);
}

function writeUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >> 8;
  bytes[offset + 1] = value;
}

function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}
