import { parseSrtCapabilities, SRT_FLAG, type SrtCapabilities } from "./capabilities.ts";
import { readExtensionText } from "./extension-text.ts";
import type { SrtHandshake } from "./handshake.ts";
import { SRT_EXTENSION } from "./packet.ts";
import type { SrtRejection } from "./rejection.ts";

/** What a caller asks for in its second handshake. */
export interface SrtConclusion {
  capabilities: SrtCapabilities;
  /** Key material message; undefined: the stream comes in the clear. */
  keyMaterial: Uint8Array | undefined;
  /** Empty when there is none. */
  streamId: string;
}

/** SRT 1.3, the first with handshakes of version 5. */
const LEAST_VERSION = 0x0001_0300;

/** Reads a conclusion's extensions; the reason to turn the caller away when this server cannot do what they ask for. */
export function readConclusion(handshake: SrtHandshake): SrtConclusion | SrtRejection {
  if (handshake.version !== 5) return "version";
  let capabilities: SrtCapabilities | undefined;
  let keyMaterial: Uint8Array | undefined;
  let streamId = "";
  for (const { type, content } of handshake.extensions) {
    if (type === SRT_EXTENSION.handshakeRequest) capabilities = parseSrtCapabilities(content);
    else if (type === SRT_EXTENSION.keyRequest) keyMaterial = content;
    else if (type === SRT_EXTENSION.streamId) {
      const text = readExtensionText(content);
      if (text === undefined) return "rogue";
      streamId = text;
    } else if (type === SRT_EXTENSION.congestion && readExtensionText(content) !== "live")
      return "congestion";
    else if (type === SRT_EXTENSION.filter) return "filter";
    else if (type === SRT_EXTENSION.group) return "group";
  }
  if (capabilities === undefined) return "rogue";
  if (capabilities.version < LEAST_VERSION) return "version";
  const { flags } = capabilities;
  if ((flags & SRT_FLAG.stream) !== 0 || (flags & SRT_FLAG.timedSender) === 0) return "messageApi";
  return { capabilities, keyMaterial, streamId };
}
