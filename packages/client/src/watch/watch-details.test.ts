import { describe, expect, it } from "vitest";
import { readWatchDetails } from "./watch-details.ts";

interface Entry {
  id: string;
  type: string;
  [field: string]: unknown;
}
const report = (...entries: Entry[]) =>
  new Map(entries.map((entry) => [entry.id, entry])) as unknown as RTCStatsReport;
const pair = { id: "P", type: "candidate-pair", localCandidateId: "L", remoteCandidateId: "R" };
const remote = { id: "R", type: "remote-candidate", address: "192.0.2.1", port: 8082, protocol: "udp" };

describe("what the connection says of itself", () => {
  it.each([
    ["udp", { candidateType: "host", protocol: "udp" }],
    ["tcp", { candidateType: "prflx", protocol: "tcp" }],
    ["relay", { candidateType: "relay", protocol: "udp", relayProtocol: "tls" }],
  ])("is %s by the selected pair", (transport, local) => {
    const other = { ...pair, id: "Q", nominated: true, state: "succeeded", remoteCandidateId: "X" };
    const details = readWatchDetails(
      report(other, pair, { id: "L", type: "local-candidate", ...local }, remote, {
        id: "T",
        type: "transport",
        selectedCandidatePairId: "P",
      }),
    );
    expect(details).toMatchObject({ transport, serverAddress: "192.0.2.1" });
  });

  it("is told by the nominated pair where none is named selected", () => {
    const nominated = { ...pair, nominated: true, state: "succeeded" };
    expect(readWatchDetails(report(nominated, remote)).serverAddress).toBe("192.0.2.1");
  });

  it("names the codecs of what flows", () => {
    const inbound = (id: string, kind: string, codecId: string, bytesReceived: number) => ({
      id,
      type: "inbound-rtp",
      kind,
      codecId,
      bytesReceived,
    });
    const codec = (id: string, mimeType: string) => ({ id, type: "codec", mimeType });
    const details = readWatchDetails(
      report(
        inbound("A", "audio", "opus", 10),
        inbound("V0", "video", "vp8", 0),
        inbound("V1", "video", "h264", 10),
        codec("opus", "audio/opus"),
        codec("vp8", "video/VP8"),
        codec("h264", "video/H264"),
      ),
    );
    expect(details).toEqual({
      transport: null,
      serverAddress: null,
      videoCodec: "H264",
      audioCodec: "opus",
    });
  });
});
