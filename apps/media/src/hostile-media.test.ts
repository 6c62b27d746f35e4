import { silentLog } from "@sameroom/base";
import { SeededRandom } from "@sameroom/base/testing";
import { openWire } from "@sameroom/native";
import { type RtcpPacket, serializeRtcp, serializeRtp } from "@sameroom/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Authenticated } from "./auth/authenticator.ts";
import type { ViewerSession } from "./egress/viewer-session.ts";
import type { PublisherSession } from "./ingest/publisher-session.ts";
import { MediaNode } from "./node/media-node.ts";
import { nodeClock } from "./node/node-clock.ts";
import { noMakers } from "./testing/no-makers.fixture.ts";
import { createPeer } from "./testing/test-peer.fixture.ts";

const LOOPBACK = { address: "127.0.0.1", port: undefined };

/** What an authenticated but hostile peer may send once its DTLS handshake is done. */
describe("hostile media", () => {
  let node: MediaNode;
  let publisher: PublisherSession;
  let viewer: ViewerSession;

  beforeAll(async () => {
    const network = { bind: ["127.0.0.1"], udpPort: 0, announce: [LOOPBACK], iceTcp: true };
    node = new MediaNode({
      openWire,
      ...network,
      maxSessions: 10,
      makers: noMakers,
      clock: nodeClock,
      log: silentLog,
    });
    publisher = node.publish("r-1", auth("user:a"), await offer("sendonly")).session;
    viewer = node.watch("r-1", auth("user:b"), { offerSdp: await offer("recvonly"), paused: false }).session;
  });
  afterAll(() => node.close());

  function auth(participant: string): Authenticated {
    const grants = { publish: true, subscribe: true, moderate: true };
    return {
      identity: { participant, name: "Ada", room: "r-1", role: "host", grants },
      credentialHash: participant,
    };
  }

  async function offer(direction: "sendonly" | "recvonly"): Promise<string> {
    const peer = createPeer();
    peer.addTransceiver("video", { direction });
    peer.addTransceiver("audio", { direction });
    await peer.setLocalDescription(await peer.createOffer());
    const { sdp } = peer.localDescription!;
    await peer.close();
    return sdp;
  }

  it("survives any RTCP, also reports from clocks that leap through the centuries", () => {
    const random = new SeededRandom(12);
    const word = () => random.integer(0, 0xffff_ffff);
    const known = [...publisher.streams.map(({ ssrc }) => ssrc), 1];
    for (let round = 0; round < 3000; round++) {
      const packets: RtcpPacket[] = [
        {
          type: "sr",
          ssrc: random.pick(known),
          ntpSeconds: word(),
          ntpFraction: word(),
          rtpTimestamp: word(),
          packetCount: word(),
          octetCount: word(),
          reports: [],
        },
        {
          type: "nack",
          senderSsrc: word(),
          mediaSsrc: random.pick(known),
          sequenceNumbers: [random.integer(0, 65_535)],
        },
        { type: "pli", senderSsrc: word(), mediaSsrc: random.pick(known) },
        { type: "fir", senderSsrc: word(), mediaSsrc: 0, entries: [{ ssrc: word(), sequenceNumber: 1 }] },
      ];
      const bytes = serializeRtcp(packets);
      if (random.next() < 0.5) bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
      const cut = random.next() < 0.2 ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes;
      publisher.handleRtcp(cut, node.wire.nowMicros() - random.integer(0, 10_000_000));
      viewer.handleRtcp(cut, node.wire.nowMicros());
    }
    expect(publisher.closedFor).toBeUndefined();
  });

  it("keeps one stream for each section however many SSRCs a publisher invents", () => {
    const random = new SeededRandom(13);
    const payloadTypes = publisher.streams.map(({ codec }) => codec.payloadType);
    for (let round = 0; round < 3000; round++) {
      const packet = serializeRtp({
        payloadType: random.next() < 0.8 ? random.pick(payloadTypes) : random.integer(0, 127),
        ssrc: random.integer(1, 0xffff_ffff),
        sequenceNumber: random.integer(0, 65_535),
        timestamp: random.integer(0, 0xffff_ffff),
        payload: random.bytes(random.integer(0, 40)),
      });
      publisher.handleUnclaimed({ peer: publisher.connection.peer, packet });
    }
    expect(publisher.streams.length).toBe(2);
  });

  it("stays small under sequence numbers, timestamps and transport numbers that make no sense", () => {
    const random = new SeededRandom(14);
    const [stream] = publisher.streams;
    for (let round = 0; round < 20_000; round++) {
      publisher.handleRtp({
        source: stream!.source,
        sequenceNumber: random.integer(0, 65_535),
        timestamp: random.integer(0, 0xffff_ffff),
        marker: random.next() < 0.3,
        keyframe: random.next() < 0.01,
        repaired: random.next() < 0.2,
        arrivalMicros: node.wire.nowMicros(),
        size: random.integer(12, 1500),
        transportSequence: random.integer(-1, 65_535),
        audioLevel: -1,
        captureNtpSeconds: random.integer(0, 0xffff_ffff),
        captureNtpFraction: random.integer(0, 0xffff_ffff),
        temporalLayer: -1,
        keyframePayload: undefined,
      });
      if (round % 50 === 0) publisher.poll(nodeClock.nowMs());
    }
    expect(stream!.missing.size).toBeLessThanOrEqual(1000);
    publisher.poll(nodeClock.nowMs() + 60_000);
    expect(stream!.missing.size).toBe(0);
    const health = publisher.takeHealth(nodeClock.nowMs(), 0);
    expect(health.lossRatio).toBeGreaterThanOrEqual(0);
    expect(health.lossRatio).toBeLessThanOrEqual(1);
  });
});
