/** The addon as it is: positional arguments, numbers for absent options (-1). Only this package uses it. */
import { createRequire } from "node:module";

export interface NativeWire {
  readonly port: number;
  readonly fingerprint: string;
  send(datagram: Uint8Array, to: string): boolean;
  addPeer(
    id: number,
    algorithm: string,
    fingerprint: string,
    cname: string,
    dtlsMtu: number,
    dtlsClient: boolean,
  ): boolean;
  allowAddress(peer: number, address: string): boolean;
  selectAddress(peer: number, address: string): boolean;
  closePeer(peer: number): boolean;
  /** Peer 0: packets are injected. */
  addSource(
    id: number,
    peer: number,
    ssrc: number,
    video: boolean,
    codec: number,
    clockRate: number,
    payloadType: number,
    rtxSsrc: number,
    rtxPayloadType: number,
    redPayloadType: number,
    rid: string,
    extensions: Uint8Array,
    pastPackets: number,
  ): boolean;
  removeSource(source: number): boolean;
  inject(source: number, packets: readonly Uint8Array[]): boolean;
  setTap(source: number, on: boolean): boolean;
  setSourceClock(source: number, unixMicros: number, rtpTimestamp: number): boolean;
  /** Logs what leaves for the peer from now on in this memory: 1,024 entries of two words (sent_ring.h). */
  recordSent(peer: number): ArrayBuffer;
  addOutput(
    id: number,
    peer: number,
    video: boolean,
    ssrc: number,
    rtxSsrc: number,
    mid: string,
    extensions: Uint8Array,
  ): boolean;
  removeOutput(output: number): boolean;
  attach(
    output: number,
    source: number,
    payloadType: number,
    rtxPayloadType: number,
    waitForKeyframe: boolean,
    maxTemporalLayer: number,
    redPayloadType: number,
    startFromPast: boolean,
  ): boolean;
  detach(output: number): boolean;
  resend(output: number, sequenceNumbers: Uint16Array, maxAgeMicros: number): boolean;
  /** A rate of 0 takes the limit away. */
  setPacing(peer: number, rateBps: number, burstBytes: number): boolean;
  probe(output: number, cluster: number, rateBps: number, bytes: number): boolean;
  sendRtcp(peer: number, packet: Uint8Array): boolean;
  /** Fills 26 numbers: the fields of `WireStats` in order, then the send path. */
  stats(out: Float64Array): boolean;
  /** Fills 7 numbers: the fields of `OutputStats` in order. */
  outputStats(output: number, out: Float64Array): boolean;
  acknowledge(): boolean;
  drain(out: Uint8Array): number;
  close(): boolean;
}

export interface NativeLoad {
  readonly fingerprint: string;
  addClient(
    id: number,
    remote: string,
    algorithm: string,
    fingerprint: string,
    decrypt: boolean,
    bufferBytes: number,
    feedbackExtension: number,
    feedbackIntervalMs: number,
    dtlsServer: boolean,
  ): string;
  connect(id: number): void;
  sendDatagram(id: number, datagram: Uint8Array): void;
  sendRtp(id: number, packet: Uint8Array, copies: number): void;
  sendRtcp(id: number, packet: Uint8Array): void;
  setCapture(id: number, on: boolean): void;
  drop(id: number, outgoing: number, incoming: number): void;
  publish(
    id: number,
    ssrc: number,
    payloadType: number,
    packetsPerSecond: number,
    payloadBytes: number,
    packetsPerFrame: number,
    framesPerKeyframe: number,
  ): void;
  stopPublishing(id: number): void;
  closeClient(id: number): void;
  stats(id: number, out: Float64Array): void;
  acknowledge(): void;
  drain(out: Uint8Array): number;
  cpuMicros(): number;
  close(): void;
}

export interface NativeSrtpEndpoint {
  protectRtp(packet: Uint8Array, rolloverCounter: number, padding: number): Uint8Array | undefined;
  /** The plain packet, or why not. */
  unprotectRtp(packet: Uint8Array): Uint8Array | "malformed" | "authentication" | "replayed";
  protectRtcp(packet: Uint8Array, index: number): Uint8Array;
  unprotectRtcp(packet: Uint8Array): Uint8Array | "malformed" | "authentication" | "replayed";
}

/** An output without a network, for tests. */
export interface NativeOutputRewriter {
  addSource(
    id: number,
    peer: number,
    video: boolean,
    codec: number,
    clockRate: number,
    extensions: Uint8Array,
    cachePackets: number,
    pastPackets: number,
  ): void;
  setClock(id: number, unixMicros: number, rtpTimestamp: number): void;
  attach(
    id: number,
    payloadType: number,
    waitForKeyframe: boolean,
    maxTemporalLayer: number,
    redPayloadType: number,
    startFromPast: boolean,
  ): void;
  detach(): void;
  /** What the viewer gets at once of the past of the source that is waited for. */
  startFromPast(absSendTime: number, transportSequence: number): Uint8Array[];
  /** What the viewer gets; undefined when nothing, false when the source did not take the packet. */
  handle(
    id: number,
    packet: Uint8Array,
    index: number,
    arrivalMicros: number,
    absSendTime: number,
    transportSequence: number,
  ): Uint8Array | undefined | false;
  /** What was sent under this number. */
  recall(sequenceNumber: number, absSendTime: number, transportSequence: number): Uint8Array | undefined;
}

/** Parsers and SRTP without a network, for tests. */
export interface NativeTesting {
  /** A master key and salt, or with `session` the session key and salt of an AEAD profile. */
  SrtpEndpoint: new (
    profile: 0 | 1,
    key: Uint8Array,
    salt: Uint8Array,
    session?: Uint8Array,
  ) => NativeSrtpEndpoint;
  isKeyframe(codec: number, payload: Uint8Array): boolean;
  parseRtp(packet: Uint8Array): [headerSize: number, payloadSize: number] | undefined;
  rewrite(
    packet: Uint8Array,
    sourceExtensions: Uint8Array,
    viewerExtensions: Uint8Array,
    mid: string,
    payloadType: number,
    ssrc: number,
    sequenceNumber: number,
    timestamp: number,
    absSendTime: number,
    transportSequence: number,
    padding: number,
  ): Uint8Array | undefined;
  equalize(sizes: Uint16Array): Uint8Array;
  OutputRewriter: new (ssrc: number, mid: string, extensions: Uint8Array) => NativeOutputRewriter;
}

export interface NativeBinding {
  NativeWire: new (
    bind: readonly string[],
    port: number,
    keyPem: string,
    certPem: string,
    cachePackets: number,
    socketBufferBytes: number,
    sendPath: number,
    senderReportIntervalMs: number,
    tcp: boolean,
    maxTcpConnections: number,
    tcpValidateMs: number,
    tcpIdleMs: number,
    onWake: () => void,
  ) => NativeWire;
  NativeLoad: new (
    localHost: string,
    receiveOffload: boolean,
    srtpProfiles: string,
    onWake: () => void,
  ) => NativeLoad;
  generateCertificate(): { keyPem: string; certPem: string; fingerprint: string };
  nowMicros(): number;
  testing: NativeTesting;
}

/** The addon; SAMEROOM_NATIVE_ADDON names another build of it (the AddressSanitizer one). */
export const binding: NativeBinding = createRequire(import.meta.url)(
  process.env.SAMEROOM_NATIVE_ADDON ?? "../build/Release/sameroom_native.node",
);
