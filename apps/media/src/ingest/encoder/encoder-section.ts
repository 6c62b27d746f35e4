import {
  codecNameOf,
  type NegotiatedCodec,
  type PublisherSection,
  type UnitFormat,
} from "@sameroom/protocol";

/** What our own packets of each kind carry; viewers get the payload type they negotiated. */
const PAYLOAD_TYPES = { video: 96, audio: 111 } as const;
const CLOCK_RATES = { video: 90_000, audio: 48_000 } as const;
const SECTION_INDEX = { video: 0, audio: 1 } as const;

/** A stream of packets that we make ourselves, in the words of one that was negotiated. */
export interface LocalSection {
  section: PublisherSection;
  codec: NegotiatedCodec;
}

/** How units of this format go to WebRTC viewers; undefined: they have no decoder for it. */
export function localSection(format: UnitFormat): LocalSection | undefined {
  const { kind } = format;
  const clockRate = CLOCK_RATES[kind];
  const name = codecNameOf(format.codec, kind, clockRate);
  if (name === undefined) return undefined;
  const codec: NegotiatedCodec = {
    name,
    payloadType: PAYLOAD_TYPES[kind],
    clockRate,
    channels: kind === "audio" ? 2 : 1,
    fmtp: fmtpOf(format),
    rtxPayloadType: undefined,
    redPayloadType: undefined,
    feedback: [],
  };
  // Nobody is asked for anything: there is no feedback.
  const section: PublisherSection = {
    ...{ index: SECTION_INDEX[kind], kind, mid: String(SECTION_INDEX[kind]), codecs: [codec] },
    ...{ extensions: {}, feedback: [], receiverRoundTrip: false },
    ...{ rids: [], simulcastSsrcs: [], ssrcs: [] },
  };
  return { section, codec };
}

/** The parameters by which viewers' decoders are found. */
function fmtpOf({ codec, codecs }: UnitFormat): string {
  const [, profile = ""] = codecs.split(".");
  switch (codec) {
    case "h264":
      return `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profile}`;
    case "vp9":
      return `profile-id=${Number(profile)}`;
    case "av1":
      return `profile=${Number(profile)}`;
    default:
      return "";
  }
}
