import { serializeRtp } from "@sameroom/protocol";
import {
  type DtlsState,
  type ExtensionIds,
  openWire,
  type PeerId,
  type RtpFact,
  type Wire,
  type WireOptions,
} from "./index.ts";
import { type Load, type LoadClientOptions, type LoadOptions, openLoad } from "./load/index.ts";

/** Everything a wire said, kept. */
export interface Heard {
  stun: { datagram: Uint8Array; from: string }[];
  dtls: DtlsState[];
  rtcp: { peer: PeerId; packet: Uint8Array }[];
  rtp: RtpFact[];
  unclaimed: { peer: PeerId; packet: Uint8Array }[];
  tapped: Uint8Array[];
  switched: { output: number; source: number; sequenceNumber: number }[];
  errors: Error[];
}

/** One DTLS client and the wire's peer for it. */
export interface Connected {
  client: number;
  peer: PeerId;
  localAddress: string;
  /** Decrypted packets the client received. */
  rtp: Uint8Array[];
  rtcp: Uint8Array[];
}

/** A wire and a load thread on loopback. */
export class Rig {
  readonly heard: Heard = {
    stun: [],
    dtls: [],
    rtcp: [],
    rtp: [],
    unclaimed: [],
    tapped: [],
    switched: [],
    errors: [],
  };
  readonly clientDtls: DtlsState[] = [];
  readonly datagrams: { client: number; datagram: Uint8Array }[] = [];
  readonly wire: Wire;
  readonly load: Load;
  readonly #connected = new Map<number, Connected>();

  constructor(options: { wire?: Partial<WireOptions>; load?: LoadOptions } = {}) {
    const { heard } = this;
    this.wire = openWire(
      { bind: ["127.0.0.1"], port: 0, ...options.wire },
      {
        onStun: (datagram, from) => heard.stun.push({ datagram: datagram.slice(), from }),
        onDtls: (state) => heard.dtls.push(state),
        onRtcp: (peer, packet) => heard.rtcp.push({ peer, packet: packet.slice() }),
        onRtp: (fact) => heard.rtp.push({ ...fact, keyframePayload: fact.keyframePayload?.slice() }),
        onUnclaimedRtp: ({ peer, packet }) => heard.unclaimed.push({ peer, packet: packet.slice() }),
        onTap: (_source, packet) => heard.tapped.push(packet.slice()),
        onSwitched: (output, source, sequenceNumber) =>
          heard.switched.push({ output, source, sequenceNumber }),
        onError: (error) => heard.errors.push(error),
      },
    );
    this.load = openLoad({
      onDtls: (state) => this.clientDtls.push(state),
      onDatagram: (client, datagram) => this.datagrams.push({ client, datagram: datagram.slice() }),
      onRtp: (client, packet) => this.#connected.get(client)?.rtp.push(packet.slice()),
      onRtcp: (client, packet) => this.#connected.get(client)?.rtcp.push(packet.slice()),
      ...options.load,
    });
  }

  /** A client known to the wire, its address allowed, DTLS not started. */
  introduce(
    options: {
      fingerprint?: string;
      allow?: boolean;
      client?: Partial<LoadClientOptions>;
      dtlsRole?: "client" | "server";
    } = {},
  ): Connected {
    const { id, localAddress } = this.load.addClient({
      remoteAddress: `127.0.0.1:${this.wire.port}`,
      remoteFingerprint: this.wire.fingerprint,
      ...options.client,
    });
    const value = options.fingerprint ?? this.load.fingerprint;
    const peer = this.wire.addPeer({
      remoteFingerprint: { algorithm: "sha-256", value },
      cname: "viewer@test",
      ...(options.dtlsRole === undefined ? {} : { dtlsRole: options.dtlsRole }),
    });
    if (options.allow !== false) this.wire.allowAddress(peer, localAddress);
    const connected: Connected = { client: id, peer, localAddress, rtp: [], rtcp: [] };
    this.#connected.set(id, connected);
    return connected;
  }

  /** A client with SRTP keys agreed on, captured. */
  async connect(client: Partial<LoadClientOptions> = {}): Promise<Connected> {
    const connected = this.introduce({ client });
    await this.settle(() => this.wire.stats().addresses > 0);
    this.load.setCapture(connected.client, true);
    this.load.connect(connected.client);
    await this.settle(() => this.load.stats(connected.client).connected && this.isConnected(connected.peer));
    return connected;
  }

  /** The same over TCP (RFC 6544): the connection shows itself by a check before its far end can be allowed. */
  async connectTcp(client: Partial<LoadClientOptions> = {}): Promise<Connected> {
    const connected = this.introduce({
      allow: false,
      client: { remoteAddress: `tcp:127.0.0.1:${this.wire.port}`, ...client },
    });
    await this.flush(connected.client);
    this.wire.allowAddress(connected.peer, connected.localAddress);
    this.load.setCapture(connected.client, true);
    this.load.connect(connected.client);
    await this.settle(() => this.load.stats(connected.client).connected && this.isConnected(connected.peer));
    return connected;
  }

  isConnected(peer: PeerId): boolean {
    return this.heard.dtls.some((state) => state.peer === peer && state.state === "connected");
  }

  /** Waits until the condition holds; a hang fails here with what was waited for, not at the runner's limit. */
  async settle(condition: () => boolean, what = condition.toString()): Promise<void> {
    for (let round = 0; round < 4000; round += 1) {
      if (condition()) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`never became true: ${what}`);
  }

  /**
   * Waits until the wire has dealt with everything this client sent before: a STUN-shaped datagram comes out of the
   * socket in order, after what was sent before it.
   */
  async flush(client: number): Promise<void> {
    const before = this.heard.stun.length;
    this.load.sendDatagram(client, stunMessage());
    await this.settle(() => this.heard.stun.length > before, "the wire reads up to the marker");
  }

  async close(): Promise<void> {
    await this.wire.close();
    this.load.close();
  }
}

/** The smallest well-formed STUN message: a binding request without attributes. */
export function stunMessage(): Uint8Array {
  const message = new Uint8Array(20);
  message.set([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]);
  return message;
}

/** Ids the tests negotiate with publishers. */
export const SOURCE_EXTENSIONS: ExtensionIds = {
  mid: 1,
  rid: 2,
  audioLevel: 5,
  transportCc: 4,
  absCaptureTime: 6,
};

export interface TestPacket {
  sequenceNumber: number;
  timestamp: number;
  ssrc?: number;
  payloadType?: number;
  keyframe?: boolean;
  marker?: boolean;
  size?: number;
  extensions?: { id: number; data: Uint8Array }[];
}

/** An RTP packet with an H.264 payload: an SPS starts a keyframe, a slice does not. */
export function h264Packet(packet: TestPacket): Uint8Array {
  const payload = new Uint8Array(packet.size ?? 100).fill(packet.sequenceNumber & 0xff);
  payload[0] = packet.keyframe === true ? 0x67 : 0x41;
  return serializeRtp({
    marker: packet.marker ?? false,
    payloadType: packet.payloadType ?? 96,
    sequenceNumber: packet.sequenceNumber & 0xffff,
    timestamp: packet.timestamp >>> 0,
    ssrc: packet.ssrc ?? 1000,
    extensions: packet.extensions ?? [],
    payload,
  });
}
