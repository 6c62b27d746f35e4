import { decodeUtf8, encodeUtf8 } from "@sameroom/base";

/** libsrt takes no longer ones. */
const MOST_BYTES = 512;

/**
 * The text of a handshake extension: its bytes go in words of four, each turned round (draft-sharabayko-srt-01 section
 * 3.2.1.3). Undefined when it is too long.
 */
export function readExtensionText(content: Uint8Array): string | undefined {
  if (content.length > MOST_BYTES) return undefined;
  const bytes = new Uint8Array(content.length & ~3);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = content[at ^ 3]!;
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length -= 1;
  return decodeUtf8(bytes.subarray(0, length));
}

/** The content of an extension that carries text. */
export function writeExtensionText(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  const content = new Uint8Array((bytes.length + 3) & ~3);
  bytes.forEach((byte, at) => {
    content[at ^ 3] = byte;
  });
  return content;
}
