import {
  type KeyframePace,
  KeyframeRequester,
  MissingPackets,
  ReceptionLog,
  StreamMeter,
} from "@sameroom/engine";
import type { RtpFact, SourceId } from "@sameroom/native";
import type { NegotiatedCodec, PublisherSection } from "@sameroom/protocol";
import { LayerWatch } from "./layer-watch.ts";

export interface IncomingStreamOptions {
  source: SourceId;
  section: PublisherSection;
  codec: NegotiatedCodec;
  ssrc: number;
  /** RID of a simulcast layer, or what stands for it. */
  layer: string;
  /**
   * Who joins begins with the pictures since its newest keyframe, which the wire keeps: always, or where the sender cannot be
   * asked for another one, or is found to ignore it. Default: never.
   */
  past?: "always" | "unless-asked";
  /** When the sender hears a request for a keyframe; shared by all layers of a section. */
  pace?: KeyframePace;
  nowMs: number;
}

/** Names of `a=rtcp-fb` (RFC 4585 section 4.2, RFC 5104 section 7.1). */
const FEEDBACK = { nack: "nack", pli: "nack pli", fir: "ccm fir" } as const;

/** One RTP stream of a publisher: what is missing, what to report, when to ask for a keyframe. */
export class IncomingStream {
  readonly source: SourceId;
  readonly section: PublisherSection;
  readonly codec: NegotiatedCodec;
  readonly ssrc: number;
  readonly #past: IncomingStreamOptions["past"];
  /** What it is as a layer of its track. */
  readonly layer: LayerWatch;
  readonly missing = new MissingPackets();
  readonly keyframes: KeyframeRequester;
  readonly meter: StreamMeter;
  readonly reception: ReceptionLog;
  /** Bits per second over the last health interval. */
  bitrate = 0;
  framesPerSecond = 0;
  /** The last sender report: what moment of the publisher's clock a timestamp was. */
  senderReport: { sentUnixMicros: number; rtpTimestamp: number } | undefined;
  /** The same on the node's clock, as last estimated. */
  clock: { unixMicros: number; rtpTimestamp: number } | undefined;
  #firSequence = 0;

  constructor(options: IncomingStreamOptions) {
    const { source, section, codec, ssrc, layer, past, pace, nowMs } = options;
    this.source = source;
    this.section = section;
    this.codec = codec;
    this.ssrc = ssrc;
    this.#past = past;
    this.keyframes = new KeyframeRequester(pace === undefined ? {} : { pace });
    this.layer = new LayerWatch(source, layer, codec.name);
    this.meter = new StreamMeter(nowMs);
    this.reception = new ReceptionLog(ssrc, codec.clockRate);
  }

  /** Attach with `startFromPast`: asking for a keyframe brings none. */
  get startsFromPast(): boolean {
    if (this.#past !== "unless-asked") return this.#past === "always";
    return this.keyframeFeedback === undefined || this.keyframes.isIgnored;
  }

  get wantsNack(): boolean {
    return this.section.feedback.includes(FEEDBACK.nack);
  }

  /** How to ask for a keyframe, best first; undefined when the publisher cannot be asked. */
  get keyframeFeedback(): "pli" | "fir" | undefined {
    if (this.section.feedback.includes(FEEDBACK.pli)) return "pli";
    return this.section.feedback.includes(FEEDBACK.fir) ? "fir" : undefined;
  }

  nextFirSequence(): number {
    this.#firSequence = (this.#firSequence + 1) & 0xff;
    return this.#firSequence;
  }

  /** True when viewers should be rearranged for what the packet tells of the layer. */
  receive(fact: RtpFact, nowMs: number): boolean {
    const arrival = this.missing.receive(fact.sequenceNumber, nowMs, fact.repaired);
    if (arrival === "restart") this.reception.restart();
    // Probes and needless retransmissions come as repaired, too; only what fills a gap counts.
    if (fact.repaired) {
      if (arrival === "filled") this.reception.repair();
    } else {
      this.reception.receive(fact.sequenceNumber, fact.timestamp, fact.arrivalMicros);
    }
    if (fact.keyframe) this.keyframes.received(nowMs);
    // Probes are not media: counted, they would make a low layer look like the best one.
    if (arrival === "known") return false;
    this.meter.count(fact.size, fact.marker);
    const first = !this.layer.facts.flowing;
    const rearrange = this.layer.receive(fact, nowMs);
    // Layers are chosen by their size, and only a keyframe tells it.
    if (first && this.section.kind === "video" && this.layer.isSizeUnknown) this.keyframes.want();
    return rearrange;
  }
}
