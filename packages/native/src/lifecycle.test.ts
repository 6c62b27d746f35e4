import { afterEach, describe, expect, it } from "vitest";
import { openWire, type Wire, WireError, type WireHandlers } from "./index.ts";
import { h264Packet, Rig } from "./rig.fixture.ts";

const deaf: WireHandlers = {
  onStun: () => {},
  onDtls: () => {},
  onRtcp: () => {},
  onRtp: () => {},
  onUnclaimedRtp: () => {},
  onTap: () => {},
  onSwitched: () => {},
  onError: () => {},
};
const fingerprint = { algorithm: "sha-256", value: Array(32).fill("AB").join(":") } as const;
const nothing = { peers: 0, sources: 0, outputs: 0, addresses: 0, timers: 0 };

describe("what the wire keeps", () => {
  let rig: Rig | undefined;
  const wires: Wire[] = [];
  afterEach(async () => {
    await rig?.close();
    rig = undefined;
    for (const wire of wires.splice(0)) await wire.close();
  });
  const open = (options: Partial<Parameters<typeof openWire>[0]> = {}) => {
    const wire = openWire({ bind: ["127.0.0.1"], port: 0, ...options }, deaf);
    wires.push(wire);
    return wire;
  };

  it("leaves no rule, key, address or timer of a peer behind", async () => {
    rig = new Rig();
    const { wire, load } = rig;
    const host = await rig.connect();
    const viewer = await rig.connect();
    const source = wire.addSource({
      peer: host.peer,
      ssrc: 1000,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      rtx: { ssrc: 1001, payloadType: 97 },
      extensions: {},
    });
    const output = wire.addOutput({ peer: viewer.peer, kind: "video", ssrc: 1, rtxSsrc: 2, extensions: {} });
    wire.attach(output, source, { payloadType: 100 });
    load.sendRtp(host.client, [h264Packet({ sequenceNumber: 1, timestamp: 0, keyframe: true })]);
    await rig.settle(() => viewer.rtp.length === 1);
    expect(wire.stats()).toMatchObject({ peers: 2, sources: 1, outputs: 1, addresses: 2, timers: 1 });

    wire.closePeer(host.peer);
    await rig.settle(() => wire.stats().peers === 1);
    expect(wire.stats()).toMatchObject({ peers: 1, sources: 0, outputs: 1, addresses: 1 });
    expect(wire.outputStats(output)).toMatchObject({ source: 0, pendingSource: 0 });

    wire.closePeer(viewer.peer);
    wire.closePeer(viewer.peer);
    await rig.settle(() => wire.stats().peers === 0);
    expect(wire.stats()).toMatchObject(nothing);
    expect(wire.outputStats(output)).toBeUndefined();
  });

  it("forgets a handshake in the middle with its timer", async () => {
    rig = new Rig();
    const { client, peer } = rig.introduce();
    rig.load.drop(client, { incoming: 1000 });
    rig.load.connect(client);
    await rig.settle(() => rig!.wire.stats().timers === 1);
    rig.wire.closePeer(peer);
    await rig.settle(() => rig!.wire.stats().peers === 0);
    expect(rig.wire.stats()).toMatchObject(nothing);
  });

  it("keeps at most eight addresses of a peer, and an address belongs to the peer that was last allowed it", async () => {
    const wire = open();
    const first = wire.addPeer({ remoteFingerprint: fingerprint, cname: "a" });
    const second = wire.addPeer({ remoteFingerprint: fingerprint, cname: "b" });
    for (let port = 1; port <= 20; port += 1) wire.allowAddress(first, `127.0.0.1:${port}`);
    const settle = Rig.prototype.settle;
    await settle(() => wire.stats().addresses === 8);
    wire.allowAddress(second, "127.0.0.1:20");
    wire.closePeer(first);
    await settle(() => wire.stats().peers === 1);
    expect(wire.stats().addresses).toBe(1);
  });

  it("can be closed twice and then refuses work", async () => {
    const wire = open();
    wire.addPeer({ remoteFingerprint: fingerprint, cname: "a" });
    await wire.close();
    await wire.close();
    expect(wire.stats()).toMatchObject(nothing);
    expect(() => wire.addPeer({ remoteFingerprint: fingerprint, cname: "a" })).toThrow(WireError);
  });

  it("names the address and errno when it cannot bind", () => {
    const taken = open();
    const attempt = () => open({ port: taken.port });
    expect(attempt).toThrow(WireError);
    expect(attempt).toThrow(new RegExp(`127\\.0\\.0\\.1:${taken.port}.*errno 98`));
    expect(() => open({ bind: ["not-an-address"] })).toThrow(/not-an-address/);
  });

  it("refuses what makes no sense, with a code", () => {
    const wire = open({ maxPeers: 1 });
    const codeOf = (run: () => unknown): string => {
      try {
        run();
      } catch (error) {
        if (error instanceof WireError) return error.code;
      }
      return "nothing thrown";
    };
    const peer = wire.addPeer({ remoteFingerprint: fingerprint, cname: "a" });
    const extensions = {};
    expect(codeOf(() => wire.addPeer({ remoteFingerprint: fingerprint, cname: "b" }))).toBe(
      "wire.too_many_peers",
    );
    expect(codeOf(() => wire.allowAddress(peer, "example.org:1"))).toBe("wire.bad_argument");
    expect(codeOf(() => wire.allowAddress(peer, "127.0.0.1:0"))).toBe("wire.bad_argument");
    expect(codeOf(() => wire.send(new Uint8Array(1), "::1:9"))).toBe("wire.bad_argument");
    expect(codeOf(() => wire.addOutput({ peer: 99, kind: "audio", ssrc: 1, extensions }))).toBe(
      "wire.unknown_id",
    );
    wire.addOutput({ peer, kind: "audio", ssrc: 1, extensions });
    expect(codeOf(() => wire.addOutput({ peer, kind: "video", ssrc: 2, rtxSsrc: 1, extensions }))).toBe(
      "wire.duplicate_ssrc",
    );
    expect(codeOf(() => open({ bind: [] }))).toBe("wire.bad_argument");
    expect(codeOf(() => open({ certificate: { keyPem: "x", certPem: "y" } }))).toBe("wire.bad_certificate");
    for (const pacing of [
      { rateBps: 0, burstBytes: 0 },
      { rateBps: Number.NaN, burstBytes: 0 },
      { rateBps: 1000, burstBytes: -1 },
    ])
      expect(codeOf(() => wire.setPacing(peer, pacing))).toBe("wire.bad_argument");
    for (const probe of [
      { cluster: 0, rateBps: 1000, bytes: 1000 },
      { cluster: 8, rateBps: 1000, bytes: 1000 },
      { cluster: 1, rateBps: 0, bytes: 1000 },
      { cluster: 1, rateBps: 1000, bytes: 65_537 },
    ])
      expect(codeOf(() => wire.probe(1, probe))).toBe("wire.bad_argument");
    wire.closePeer(peer);
    const bad = { algorithm: "sha-256", value: "AB:CD" } as const;
    expect(codeOf(() => wire.addPeer({ remoteFingerprint: bad, cname: "a" }))).toBe("wire.bad_argument");
  });

  it("ignores ids that are gone", async () => {
    const wire = open();
    wire.closePeer(1);
    wire.removeSource(2);
    wire.removeOutput(3);
    wire.attach(4, 5, { payloadType: 96 });
    wire.detach(6);
    wire.resend(7, [1, 2], 100);
    wire.sendRtcp(8, new Uint8Array(8));
    wire.setPacing(8, { rateBps: 1_000_000, burstBytes: 1000 });
    wire.setPacing(8, undefined);
    wire.probe(7, { cluster: 1, rateBps: 1_000_000, bytes: 1000 });
    expect(wire.sentPackets(8)).toBeUndefined();
    wire.setTap(9, true);
    wire.setSourceClock(10, { unixMicros: 1, rtpTimestamp: 2 });
    expect(wire.outputStats(11)).toBeUndefined();
    await wire.close();
  });
});
