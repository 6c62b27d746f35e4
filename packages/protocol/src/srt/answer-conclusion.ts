import { SRT_FLAG, serializeSrtCapabilities } from "./capabilities.ts";
import type { SrtHandshake, SrtHandshakeExtension } from "./handshake.ts";
import { SRT_EXTENSION } from "./packet.ts";
import { SRT_WINDOW } from "./receive-buffer.ts";

/** What we say we are: libsrt 1.5.3 does nothing that we do not and would be asked for. */
const VERSION = 0x0001_0503;
const FLAGS =
  SRT_FLAG.timedSender |
  SRT_FLAG.timedReceiver |
  SRT_FLAG.encryption |
  SRT_FLAG.tooLateDrop |
  SRT_FLAG.periodicNak |
  SRT_FLAG.retransmitFlag;
const MTU = 1500;

export interface AcceptedTerms {
  /** Ours. */
  socket: number;
  latencyMs: number;
  /** As the caller sent it: it comes back as a sign that it was taken. */
  keyMaterial: Uint8Array | undefined;
  keyBits: number;
}

/** The handshake that lets a caller in (draft-sharabayko-srt-01 section 4.3.1.2). */
export function answerConclusion(call: SrtHandshake, terms: AcceptedTerms): SrtHandshake {
  const { socket, latencyMs, keyMaterial, keyBits } = terms;
  const latencies = { receiverLatencyMs: latencyMs, senderLatencyMs: latencyMs };
  const extensions: SrtHandshakeExtension[] = [
    {
      type: SRT_EXTENSION.handshakeResponse,
      content: serializeSrtCapabilities({ version: VERSION, flags: FLAGS, ...latencies }),
    },
  ];
  if (keyMaterial !== undefined) extensions.push({ type: SRT_EXTENSION.keyResponse, content: keyMaterial });
  return {
    ...call,
    ...{ version: 5, socket, extensions },
    encryption: keyBits >> 6,
    extensionField: keyMaterial === undefined ? 1 : 3,
    mtu: Math.min(MTU, call.mtu),
    flowWindow: SRT_WINDOW,
  };
}
