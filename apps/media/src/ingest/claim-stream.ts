import {
  findExtension,
  type NegotiatedCodec,
  type PublisherSection,
  parseRtp,
  type RtpHeader,
  readMid,
  readRid,
} from "@sameroom/protocol";

/** Layer of a picture that comes in one size only, and of all audio. */
export const SINGLE_LAYER = "single";

/** Which negotiated section, codec and layer an RTP stream belongs to. */
export interface StreamClaim {
  section: PublisherSection;
  codec: NegotiatedCodec;
  ssrc: number;
  rtxSsrc: number | undefined;
  /** RID of a simulcast layer; without RIDs its place in the SSRC group, or `single`. */
  layer: string;
  rid: string | undefined;
}

/** Streams the offer announced by SSRC, with the first codec of their section assumed until a packet tells. */
export function announcedStreams(sections: readonly PublisherSection[]): StreamClaim[] {
  return sections
    .filter((section) => section.rids.length === 0)
    .flatMap((section) =>
      (section.simulcastSsrcs.length > 0 ? section.simulcastSsrcs : section.ssrcs.slice(0, 1)).map(
        ({ ssrc, rtxSsrc }) => ({
          section,
          codec: section.codecs[0]!,
          ssrc,
          rtxSsrc,
          layer: layerOf(section, ssrc),
          rid: undefined,
        }),
      ),
    );
}

/** What stands for the RID where there is none. */
function layerOf(section: PublisherSection, ssrc: number): string {
  const place = section.simulcastSsrcs.findIndex((entry) => entry.ssrc === ssrc);
  return place < 0 ? SINGLE_LAYER : String(place);
}

/**
 * What an RTP packet with an unknown SSRC belongs to: by its MID and RID extensions, by announced SSRCs, or by a payload
 * type that only one section uses (RFC 9143 section 9.2). Undefined for what was not negotiated, and for RTX streams.
 */
export function claimStream(
  packet: Uint8Array,
  sections: readonly PublisherSection[],
): StreamClaim | undefined {
  const header = parseRtp(packet);
  if (header === undefined) return undefined;
  const section = sectionOf(header, sections);
  const codec = section?.codecs.find((candidate) => carries(candidate, header.payloadType));
  if (section === undefined || codec === undefined) return undefined;
  const announced = section.ssrcs.find((entry) => entry.ssrc === header.ssrc);
  const rid = readExtension(header, section.extensions.rid, readRid);
  if (section.rids.length > 0 && (rid === undefined || !section.rids.includes(rid))) return undefined;
  return {
    section,
    codec,
    ssrc: header.ssrc,
    rtxSsrc: announced?.rtxSsrc,
    ...(section.rids.length > 0
      ? { layer: rid!, rid }
      : { layer: layerOf(section, header.ssrc), rid: undefined }),
  };
}

function sectionOf(header: RtpHeader, sections: readonly PublisherSection[]): PublisherSection | undefined {
  const announced = sections.find((section) => section.ssrcs.some((entry) => entry.ssrc === header.ssrc));
  if (announced !== undefined) return announced;
  for (const section of sections) {
    const mid = readExtension(header, section.extensions.mid, readMid);
    if (mid !== undefined && mid === section.mid) return section;
  }
  const byPayloadType = sections.filter((section) =>
    section.codecs.some((codec) => carries(codec, header.payloadType)),
  );
  return byPayloadType.length === 1 ? byPayloadType[0] : undefined;
}

/** As it is, or Opus inside RED. */
function carries(codec: NegotiatedCodec, payloadType: number): boolean {
  return codec.payloadType === payloadType || codec.redPayloadType === payloadType;
}

function readExtension(
  header: RtpHeader,
  id: number | undefined,
  read: (data: Uint8Array) => string | undefined,
): string | undefined {
  const data = findExtension(header, id);
  return data === undefined ? undefined : read(data);
}
