import type { ExtensionIds, RtpExtensionName } from "../rtp/extension-uris.ts";
import { writeAbsSendTime, writeSdesText, writeTransportSequence } from "../rtp/extension-values.ts";
import { findExtension, parseRtp, rtpPayload } from "../rtp/parse-rtp.ts";
import { serializeRtp } from "../rtp/serialize-rtp.ts";
import type { RtpHeaderExtension } from "../rtp/types.ts";

/** The order in which extensions are written, the same in the wire. RIDs are for us, never for viewers. */
const WRITTEN: readonly RtpExtensionName[] = [
  "mid",
  "audioLevel",
  "absSendTime",
  "transportCc",
  "absCaptureTime",
  "videoOrientation",
  "playoutDelay",
  "dependencyDescriptor",
];

/** What a viewer's section negotiated. */
export interface RewriteTarget {
  ssrc: number;
  /** Sent on every packet when `extensions.mid` is set. */
  mid?: string;
  /** What is absent here is not sent. */
  extensions: ExtensionIds;
}

/** What one rewritten packet says in its own words. */
export interface RewriteStamp {
  payloadType: number;
  sequenceNumber: number;
  timestamp: number;
  /** 24 bits. */
  absSendTime: number;
  transportSequence: number;
  /** Added to the frame number of the dependency descriptor; default 0. */
  frameNumberOffset?: number;
  /** Instead of the publisher's payload. */
  payload?: Uint8Array;
  /** The number goes, the frame does not: no payload, no marker, nothing of the publisher's extensions; default false. */
  blank?: boolean;
}

/**
 * A publisher's packet as a viewer gets it: SSRC, sequence number, timestamp and payload type of the output; extensions
 * under the viewer's ids, MID set, transport-cc and abs-send-time our own, RIDs and unknown ones dropped; CSRCs and
 * padding dropped; one- or two-byte form as needed; the payload as it was unless the stamp has another. Undefined when the packet is malformed.
 */
export function rewriteRtp(
  packet: Uint8Array,
  incoming: ExtensionIds,
  output: { target: RewriteTarget; stamp: RewriteStamp },
): Uint8Array | undefined {
  const { target, stamp } = output;
  const header = parseRtp(packet);
  if (header === undefined) return undefined;
  const extensions: RtpHeaderExtension[] = [];
  for (const name of WRITTEN) {
    const id = target.extensions[name];
    const data = id === undefined ? undefined : ownValue(name, target, stamp);
    const copied = isOwn(name) || stamp.blank ? undefined : findExtension(header, incoming[name]);
    const value = data ?? (name === "dependencyDescriptor" ? shiftFrameNumber(copied, stamp) : copied);
    if (id !== undefined && value !== undefined) extensions.push({ id, data: value });
  }
  return serializeRtp({
    marker: header.marker && stamp.blank !== true,
    payloadType: stamp.payloadType,
    sequenceNumber: stamp.sequenceNumber,
    timestamp: stamp.timestamp,
    ssrc: target.ssrc,
    extensions,
    payload: stamp.blank ? new Uint8Array() : (stamp.payload ?? rtpPayload(packet, header)),
  });
}

/** The frame number follows the first byte (RTP payload format for AV1, appendix A.8.2). */
function shiftFrameNumber(
  descriptor: Uint8Array | undefined,
  { frameNumberOffset = 0 }: RewriteStamp,
): Uint8Array | undefined {
  if (descriptor === undefined || descriptor.length < 3 || frameNumberOffset === 0) return descriptor;
  const shifted = descriptor.slice();
  const frameNumber = ((descriptor[1]! << 8) | descriptor[2]!) + frameNumberOffset;
  shifted[1] = frameNumber >> 8;
  shifted[2] = frameNumber;
  return shifted;
}

function isOwn(name: RtpExtensionName): boolean {
  return name === "mid" || name === "absSendTime" || name === "transportCc";
}

function ownValue(
  name: RtpExtensionName,
  target: RewriteTarget,
  stamp: RewriteStamp,
): Uint8Array | undefined {
  if (name === "mid")
    return target.mid === undefined || target.mid === "" ? undefined : writeSdesText(target.mid);
  if (name === "absSendTime") return writeAbsSendTime(stamp.absSendTime);
  if (name === "transportCc") return writeTransportSequence(stamp.transportSequence);
  return undefined;
}
