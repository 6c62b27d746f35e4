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
}

/**
 * A publisher's packet as a viewer gets it: SSRC, sequence number, timestamp and payload type of the output; extensions
 * under the viewer's ids, MID set, transport-cc and abs-send-time our own, RIDs and unknown ones dropped; CSRCs and
 * padding dropped; one- or two-byte form as needed; the payload untouched. Undefined when the packet is malformed.
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
    const value = data ?? (isOwn(name) ? undefined : findExtension(header, incoming[name]));
    if (id !== undefined && value !== undefined) extensions.push({ id, data: value });
  }
  return serializeRtp({
    marker: header.marker,
    payloadType: stamp.payloadType,
    sequenceNumber: stamp.sequenceNumber,
    timestamp: stamp.timestamp,
    ssrc: target.ssrc,
    extensions,
    payload: rtpPayload(packet, header),
  });
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
