import { SeededRandom } from "@sameroom/base/testing";
import { afterEach, describe, expect, it } from "vitest";
import { generateCertificate } from "./index.ts";
import { h264Packet, Rig, stunMessage } from "./rig.fixture.ts";

describe("DTLS on the wire", () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it.each([
    ["SRTP_AEAD_AES_128_GCM", "AEAD_AES_128_GCM"],
    ["SRTP_AES128_CM_SHA1_80", "AES128_CM_HMAC_SHA1_80"],
  ] as const)("agrees on %s with a client that offers only that", async (offered, expected) => {
    rig = new Rig({ load: { srtpProfiles: [offered] } });
    const { peer } = await rig.connect();
    expect(rig.heard.dtls).toEqual([
      { peer, state: "connected", profile: expected, handshakeMicros: expect.any(Number) },
    ]);
    expect(rig.wire.stats()).toMatchObject({ handshakesCompleted: 1, handshakesFailed: 0 });
  });

  it("prefers AES-GCM over what the client prefers", async () => {
    rig = new Rig({ load: { srtpProfiles: ["SRTP_AES128_CM_SHA1_80", "SRTP_AEAD_AES_128_GCM"] } });
    const { peer } = await rig.connect();
    expect(rig.heard.dtls[0]).toMatchObject({ peer, profile: "AEAD_AES_128_GCM" });
  });

  it("fails a client whose certificate is not the one in its SDP", async () => {
    rig = new Rig();
    const stranger = generateCertificate().fingerprint;
    const { client, peer } = rig.introduce({ fingerprint: stranger });
    rig.load.connect(client);
    await rig.settle(() => rig.heard.dtls.length > 0);
    expect(rig.heard.dtls).toEqual([
      { peer, state: "failed", reason: expect.stringContaining("certificate") },
    ]);
    expect(rig.wire.stats()).toMatchObject({ handshakesCompleted: 0, handshakesFailed: 1 });
  });

  it("uses the certificate it is given and shows its fingerprint", async () => {
    const certificate = generateCertificate();
    rig = new Rig({ wire: { certificate } });
    expect(rig.wire.fingerprint).toBe(certificate.fingerprint);
    await rig.connect();
  });

  it("sends nothing to an address that ICE has not validated", async () => {
    rig = new Rig();
    const { client } = rig.introduce({ allow: false });
    rig.load.connect(client);
    await rig.flush(client);
    expect(rig.wire.stats()).toMatchObject({ droppedUnknownAddress: 1, sentPackets: 0, timers: 0 });
    expect(rig.load.stats(client).datagrams).toBe(0);
  });

  it("completes when the client's first flight is lost", async () => {
    rig = new Rig();
    const { client, peer } = rig.introduce();
    rig.load.drop(client, { outgoing: 1 });
    rig.load.connect(client);
    await rig.settle(() => rig.isConnected(peer));
  });

  it("retransmits its own flight when it is lost", async () => {
    rig = new Rig();
    const { client, peer } = rig.introduce();
    rig.load.drop(client, { incoming: 2 });
    rig.load.connect(client);
    await rig.settle(() => rig.isConnected(peer));
    await rig.settle(() => rig.load.stats(client).connected);
  });

  describe("as the client", () => {
    const SERVER = { dtlsRole: "client", client: { dtlsRole: "server" } } as const;

    it("begins as soon as an address is allowed, and media flows both ways", async () => {
      rig = new Rig();
      const connected = rig.introduce(SERVER);
      rig.load.connect(connected.client);
      rig.load.setCapture(connected.client, true);
      await rig.settle(() => rig.isConnected(connected.peer) && rig.load.stats(connected.client).connected);
      expect(rig.wire.stats()).toMatchObject({ handshakesCompleted: 1, handshakesFailed: 0 });
      const options = { kind: "audio", codec: "opus", clockRate: 48_000, payloadType: 111 } as const;
      const source = rig.wire.addSource({ peer: connected.peer, ssrc: 5, ...options, extensions: {} });
      const output = rig.wire.addOutput({ peer: connected.peer, kind: "audio", ssrc: 6, extensions: {} });
      rig.wire.attach(output, source, { payloadType: 111 });
      rig.load.sendRtp(connected.client, [
        h264Packet({ sequenceNumber: 1, timestamp: 1, ssrc: 5, payloadType: 111 }),
      ]);
      await rig.settle(() => connected.rtp.length === 1);
      expect(rig.load.stats(connected.client).authenticationFailures).toBe(0);
    });

    it.each([
      ["its own first flight", { incoming: 1 }],
      ["two of its flights", { incoming: 2 }],
      ["the server's first flight", { outgoing: 1 }],
    ])("repeats what is needed when %s is lost", async (_name, counts) => {
      rig = new Rig();
      const { client, peer } = rig.introduce({ ...SERVER, allow: false });
      rig.load.connect(client);
      await rig.flush(client);
      rig.load.drop(client, counts);
      rig.wire.allowAddress(peer, rig.heard.stun[0]!.from);
      await rig.settle(() => rig.isConnected(peer) && rig.load.stats(client).connected);
    });

    it("waits for who begins to listen later", async () => {
      rig = new Rig();
      const { client, peer } = rig.introduce(SERVER);
      await rig.settle(() => rig.load.stats(client).dtlsDatagrams > 0);
      rig.load.connect(client);
      await rig.settle(() => rig.isConnected(peer) && rig.load.stats(client).connected);
    });

    it("goes where ICE leads it", async () => {
      rig = new Rig();
      const elsewhere = rig.introduce({ allow: false });
      const { client, peer, localAddress } = rig.introduce({ ...SERVER, allow: false });
      rig.load.connect(client);
      rig.wire.allowAddress(peer, elsewhere.localAddress);
      await rig.settle(() => rig.load.stats(elsewhere.client).dtlsDatagrams > 0);
      rig.wire.selectAddress(peer, localAddress);
      await rig.settle(() => rig.isConnected(peer) && rig.load.stats(client).connected);
    });

    it("fails a server whose certificate is not the one in its SDP, and forgets one that never answers", async () => {
      rig = new Rig();
      const stranger = generateCertificate().fingerprint;
      const { client } = rig.introduce({ ...SERVER, fingerprint: stranger });
      rig.load.connect(client);
      await rig.settle(() => rig.heard.dtls.length > 0);
      expect(rig.heard.dtls).toMatchObject([
        { state: "failed", reason: expect.stringContaining("certificate") },
      ]);
      const { peer } = rig.introduce(SERVER);
      await rig.settle(() => rig.wire.stats().timers > 0);
      rig.wire.closePeer(peer);
      await rig.settle(() => rig.wire.stats().timers === 0);
    });
  });

  it("hears when a client closes, and tells a client when its peer is closed", async () => {
    rig = new Rig();
    const first = await rig.connect();
    const second = await rig.connect();
    rig.load.closeClient(first.client);
    await rig.settle(() => rig.heard.dtls.some((state) => state.state === "closed"));
    expect(rig.heard.dtls.at(-1)).toEqual({ peer: first.peer, state: "closed" });
    rig.wire.closePeer(second.peer);
    await rig.settle(() => rig.clientDtls.some((state) => state.state === "closed"));
    expect(rig.clientDtls.at(-1)).toEqual({ peer: second.client, state: "closed" });
  });

  it("gives every STUN message to JavaScript and sends the answer from the port it came to", async () => {
    rig = new Rig();
    const { client, localAddress } = rig.introduce({ allow: false });
    rig.load.sendDatagram(client, stunMessage());
    await rig.settle(() => rig.heard.stun.length === 1);
    expect(rig.heard.stun[0]).toEqual({ datagram: stunMessage(), from: localAddress });
    const answer = stunMessage();
    answer[0] = 1;
    rig.wire.send(answer, localAddress);
    await rig.settle(() => rig.datagrams.length === 1);
    expect(rig.datagrams).toEqual([{ client, datagram: answer }]);
  });

  it("answers on IPv6 as on IPv4, on the same port", async () => {
    rig = new Rig({ wire: { bind: ["0.0.0.0", "::"] }, load: { localHost: "::1" } });
    const { id, localAddress } = rig.load.addClient({
      remoteAddress: `[::1]:${rig.wire.port}`,
      remoteFingerprint: rig.wire.fingerprint,
    });
    const peer = rig.wire.addPeer({
      remoteFingerprint: { algorithm: "sha-256", value: rig.load.fingerprint },
      cname: "six",
    });
    rig.load.sendDatagram(id, stunMessage());
    await rig.settle(() => rig.heard.stun.length === 1);
    expect(rig.heard.stun[0]?.from).toBe(localAddress);
    rig.wire.allowAddress(peer, localAddress);
    rig.load.connect(id);
    await rig.settle(() => rig.isConnected(peer));
  });

  it("bounds the STUN it passes on from one address", async () => {
    rig = new Rig();
    const { client } = rig.introduce({ allow: false });
    for (let count = 0; count < 1000; count += 1) rig.load.sendDatagram(client, stunMessage());
    await rig.settle(() => rig.wire.stats().receivedPackets >= 1000);
    await rig.settle(() => rig.heard.stun.length >= 100);
    expect(rig.heard.stun.length).toBeLessThan(500);
    expect(rig.wire.stats().droppedUnknownAddress).toBeGreaterThan(500);
  });

  it("takes ten thousand garbage datagrams before, in and after a handshake without harm", async () => {
    rig = new Rig();
    const random = new SeededRandom(31);
    const { client, peer } = rig.introduce();
    const garbage = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const bytes = random.bytes(random.integer(1, 200));
        // Mostly shaped like DTLS or RTP, so that the parsers behind the first byte get their share.
        if (random.next() < 0.8)
          bytes[0] = random.next() < 0.5 ? random.integer(20, 63) : random.integer(128, 191);
        rig.load.sendDatagram(client, bytes);
      }
    };
    garbage(100);
    await rig.settle(() => rig.wire.stats().receivedPackets >= 100);
    rig.load.connect(client);
    for (let round = 0; round < 99; round += 1) {
      garbage(100);
      await rig.settle(() => rig.wire.stats().receivedPackets >= 100 * (round + 2));
    }
    expect(rig.wire.stats().peers).toBe(1);
    expect(rig.heard.errors).toEqual([]);
    rig.wire.closePeer(peer);
    const other = await rig.connect();
    expect(rig.isConnected(other.peer)).toBe(true);
  });
});
