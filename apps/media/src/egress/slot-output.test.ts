import type { NegotiatedCodec, PublisherSection } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { IncomingStream } from "../ingest/incoming-stream.ts";
import { IncomingTrack } from "../ingest/incoming-track.ts";
import { SlotOutput } from "./slot-output.ts";

const BIG_BPS = 1_700_000;
const CODEC: NegotiatedCodec = {
  ...{ name: "vp8", payloadType: 96, clockRate: 90_000, channels: 1, fmtp: "", feedback: [] },
  ...{ rtxPayloadType: 97, redPayloadType: undefined },
};

/** A slot that shows the bigger of two layers since the packet with this number. */
function showing(first: number) {
  const section: PublisherSection = {
    ...{ index: 0, kind: "video", mid: "0", codecs: [], extensions: {}, rids: ["q", "f"] },
    ...{ ssrcs: [], simulcastSsrcs: [], feedback: [], receiverRoundTrip: false },
  };
  const streams = ["q", "f"].map((layer, index) => {
    const stream = new IncomingStream({
      ...{ source: index + 1, ssrc: index + 1, layer, nowMs: 0, codec: CODEC, section },
    });
    stream.layer.facts.bitrateBps = index === 0 ? 150_000 : BIG_BPS;
    return stream;
  });
  const [small, big] = streams as [IncomingStream, IncomingStream];
  const track = new IncomingTrack(1, small);
  for (const stream of streams) track.add(stream);
  const output = new SlotOutput(
    { output: 9, mid: "0", kind: "video", formats: [] },
    { attach: () => {}, detach: () => {} },
  );
  output.track = track;
  output.format = { name: "vp8", fmtp: "", payloadType: 96, rtxPayloadType: 97 } as SlotOutput["format"];
  const attach = (stream: IncomingStream) => output.attach({ stream, maxTemporalLayer: 7, redundant: false });
  attach(big);
  output.switched(big.source, first, 0);
  return { output, small, big, attach };
}

describe("what a slot repeats for its viewer", () => {
  it("is everything while its layer fits or nothing smaller is awaited", () => {
    const { output, small, attach } = showing(100);
    expect(output.worthRepeating([98, 101], 5000, 400_000)).toEqual([98, 101]);
    attach(small);
    expect(output.worthRepeating([101], 5000, 2 * BIG_BPS)).toEqual([101]);
  });

  it("is nothing while a smaller layer is awaited because the path cannot take the one that is shown", () => {
    const { output, small, attach } = showing(100);
    attach(small);
    expect(output.worthRepeating([101, 102], 5000, 400_000)).toEqual([]);
  });

  it("is nothing from before a fall, across the wrap, until that is long ago", () => {
    const { output, small, attach } = showing(65_000);
    attach(small);
    expect(output.switched(small.source, 3, 5000)).toBe("down");
    expect(output.worthRepeating([65_530, 2, 3, 9], 5100, 400_000)).toEqual([3, 9]);
    expect(output.worthRepeating([65_530, 2, 3, 9], 8000, 400_000)).toEqual([65_530, 2, 3, 9]);
  });

  it("is what it was before a rise: the viewer still looks at it", () => {
    const { output, small, big, attach } = showing(10);
    attach(small);
    output.switched(small.source, 20, 1000);
    attach(big);
    expect(output.worthRepeating([21], 1500, 400_000)).toEqual([21]);
    expect(output.switched(big.source, 30, 2000)).toBe("up");
    expect(output.worthRepeating([29, 31], 2100, 400_000)).toEqual([29, 31]);
  });
});
