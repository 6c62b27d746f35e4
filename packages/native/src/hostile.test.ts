import { createSocket } from "node:dgram";
import { SeededRandom } from "@sameroom/base/testing";
import { wrapRtx } from "@sameroom/protocol";
import { afterEach, describe, expect, it } from "vitest";
import type { WireCodec } from "./index.ts";
import { h264Packet, Rig, SOURCE_EXTENSIONS, stunMessage } from "./rig.fixture.ts";

const CODECS: readonly WireCodec[] = ["opus", "h264", "vp8", "vp9", "av1", "other"];

describe("a peer that holds the keys and means harm", () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it("can damage every byte after the RTP header without harm to the wire or its viewers", async () => {
    rig = new Rig();
    const random = new SeededRandom(41);
    const host = await rig.connect();
    const viewer = await rig.connect();
    for (const [index, codec] of CODECS.entries()) {
      const source = rig.wire.addSource({
        peer: host.peer,
        ssrc: 1000 + index,
        kind: "video",
        codec,
        clockRate: 90_000,
        payloadType: 96,
        rtx: { ssrc: 2000 + index, payloadType: 97 },
        extensions: { ...SOURCE_EXTENSIONS, dependencyDescriptor: 8 },
      });
      rig.wire.setTap(source, true);
      const output = rig.wire.addOutput({
        peer: viewer.peer,
        kind: "video",
        ssrc: index + 1,
        extensions: { dependencyDescriptor: 200, audioLevel: 3, transportCc: 4 },
      });
      rig.wire.attach(output, source, { payloadType: 100, waitForKeyframe: codec !== "opus" });
    }
    for (let count = 0; count < 4000; count += 1) {
      let packet = h264Packet({
        ssrc: 1000 + random.integer(0, CODECS.length - 1),
        sequenceNumber: random.next() < 0.9 ? count : random.integer(0, 65_535),
        timestamp: count,
        size: random.integer(1, random.next() < 0.1 ? 1400 : 60),
        extensions: [{ id: random.integer(1, 9), data: random.bytes(random.integer(1, 16)) }],
      });
      if (random.next() < 0.3) {
        packet = wrapRtx(packet, {
          ssrc: 2000 + random.integer(0, CODECS.length - 1),
          payloadType: 97,
          sequenceNumber: count,
        })!;
      }
      for (let flips = random.integer(0, 5); flips > 0; flips -= 1) {
        packet[random.integer(12, Math.min(packet.length - 1, 60))] = random.integer(0, 255);
      }
      if (random.next() < 0.3) packet[0]! ^= 0x20;
      rig.load.sendRtp(host.client, [packet]);
      if (random.next() < 0.1) rig.load.sendRtcp(host.client, random.bytes(random.integer(8, 100)));
      if (count % 50 === 0) {
        rig.wire.resend(random.integer(1, 20), Array.from(random.bytes(20)), 1000);
        await rig.flush(host.client);
      }
    }
    expect(rig.heard.errors).toEqual([]);
    expect(rig.heard.rtp.length).toBeGreaterThan(500);
    const after = await rig.connect();
    expect(rig.isConnected(after.peer)).toBe(true);
  });

  it("hears its handlers' errors through onError and goes on", async () => {
    rig = new Rig();
    const { client } = rig.introduce({ allow: false });
    const push = rig.heard.stun.push;
    rig.heard.stun.push = () => {
      rig.heard.stun.push = push;
      throw new Error("from a handler");
    };
    rig.load.sendDatagram(client, stunMessage());
    rig.load.sendDatagram(client, stunMessage());
    await rig.settle(() => rig.heard.stun.length === 1);
    expect(rig.heard.errors).toEqual([new Error("from a handler")]);
  });
});

describe("a wire on all addresses", () => {
  it("answers from the address it was asked at", async () => {
    const rig = new Rig({ wire: { bind: ["0.0.0.0"] } });
    const socket = createSocket("udp4");
    try {
      await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
      const answered = new Promise<string>((resolve) =>
        socket.once("message", (_, from) => resolve(from.address)),
      );
      socket.send(stunMessage(), rig.wire.port, "127.0.0.2");
      await rig.settle(() => rig.heard.stun.length === 1);
      rig.wire.send(stunMessage(), `127.0.0.1:${socket.address().port}`);
      expect(await answered).toBe("127.0.0.2");
    } finally {
      socket.close();
      await rig.close();
    }
  });
});
