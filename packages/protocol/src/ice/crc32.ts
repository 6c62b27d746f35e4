const TABLE = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  TABLE[byte] = value;
}

/** CRC-32 of ITU V.42 over `bytes[0..end)`, as an unsigned number (the base of FINGERPRINT, RFC 8489 section 14.7). */
export function crc32(bytes: Uint8Array, end = bytes.length): number {
  let crc = 0xffff_ffff;
  for (let index = 0; index < end; index++) crc = TABLE[(crc ^ bytes[index]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}
