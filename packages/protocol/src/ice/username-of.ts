import { STUN_ATTRIBUTE, STUN_HEADER_BYTES } from "./stun-attributes.ts";

const COLON = 0x3a;

/**
 * The receiver's ufrag in a check's USERNAME (`receiver:sender`, RFC 8445 section 7.2.2), read without parsing the
 * rest: enough to find the agent. Undefined when there is none, or it is not plain ASCII.
 */
export function usernameOf(datagram: Uint8Array): string | undefined {
  let offset = STUN_HEADER_BYTES;
  while (offset + 4 <= datagram.length) {
    const type = (datagram[offset]! << 8) | datagram[offset + 1]!;
    const length = (datagram[offset + 2]! << 8) | datagram[offset + 3]!;
    if (type === STUN_ATTRIBUTE.username) return readUfrag(datagram, offset + 4, length);
    offset += 4 + ((length + 3) & ~3);
  }
  return undefined;
}

function readUfrag(datagram: Uint8Array, start: number, length: number): string | undefined {
  if (start + length > datagram.length || length > 513) return undefined;
  let text = "";
  for (let index = start; index < start + length; index++) {
    const code = datagram[index]!;
    if (code === COLON) return text === "" ? undefined : text;
    if (code < 0x21 || code > 0x7e) return undefined;
    text += String.fromCharCode(code);
  }
  return undefined;
}
