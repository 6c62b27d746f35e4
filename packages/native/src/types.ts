/**
 * The contract between the wire (C++: repeats) and the media app (TypeScript: decides).
 * Addresses are strings: `"192.0.2.1:5004"` or `"[2001:db8::1]:5004"`; a TCP connection's far end is
 * `"tcp:192.0.2.1:5004"`. Both kinds go wherever an address goes (`onStun`, `send`, `allowAddress`, `selectAddress`).
 * Ids are positive integers, unique for the lifetime of a wire, never reused.
 */

export type PeerId = number & { readonly __brand?: "PeerId" };
export type SourceId = number & { readonly __brand?: "SourceId" };
export type OutputId = number & { readonly __brand?: "OutputId" };

export type MediaKind = "audio" | "video";
export type WireCodec = "opus" | "h264" | "vp8" | "vp9" | "av1" | "other";
export type SrtpProfile = "AEAD_AES_128_GCM" | "AES128_CM_HMAC_SHA1_80";
export type SendPath = "gso" | "sendmmsg" | "sendto";

/** RTP header extensions the wire understands. Values elsewhere are RFC 8285 local ids (1..255). */
export type WireExtension =
  | "mid"
  | "rid"
  | "repairedRid"
  | "audioLevel"
  | "absSendTime"
  | "transportCc"
  | "absCaptureTime"
  | "videoOrientation"
  | "playoutDelay"
  | "dependencyDescriptor";
export type ExtensionIds = Partial<Record<WireExtension, number>>;

export interface WireOptions {
  /** Addresses to bind, e.g. `["0.0.0.0"]` or `["0.0.0.0", "::"]`. All share one port number. */
  bind: readonly string[];
  /** Of UDP and TCP; 0 takes one that is free on all addresses (then see `Wire.port`). */
  port: number;
  /** PEM ECDSA P-256 key and certificate; generated when absent. */
  certificate?: { keyPem: string; certPem: string };
  /** Default 20000. Further `addPeer` calls throw `WireError` code `wire.too_many_peers`. */
  maxPeers?: number;
  /** Packets kept per video source for retransmission; power of two, default 1024 (audio keeps 64). */
  cachePackets?: number;
  /** Kernel socket buffer request in bytes, default 8 MiB each way. */
  socketBufferBytes?: number;
  /** `auto` (default) tries GSO, then sendmmsg, then sendto, at run time. */
  sendPath?: SendPath | "auto";
  /** Interval of the sender reports the wire makes for each output, in ms; default 1000. */
  senderReportIntervalMs?: number;
  /** Also listen on TCP, same addresses and port (RFC 6544 passive, RFC 4571 framing); default true. */
  tcp?: boolean;
  /** TCP connections at once; default 4096. A further one is closed at once. */
  maxTcpConnections?: number;
  /** A connection ends unless `allowAddress` names its far end within this time, ms; default 10000. */
  tcpValidateMs?: number;
  /** A connection ends after this long without a frame from its far end, ms; default 30000. */
  tcpIdleMs?: number;
}

export interface PeerOptions {
  /** Fingerprint from the peer's SDP; the DTLS certificate must match (RFC 8122). */
  remoteFingerprint: { algorithm: "sha-256" | "sha-384" | "sha-512" | "sha-1"; value: string };
  /** CNAME of the SDES sent with sender reports (RFC 3550 section 6.5.1), at most 255 bytes. */
  cname: string;
  /** Smallest path MTU assumed for DTLS flights, bytes of UDP payload; default 1200. */
  dtlsMtu?: number;
  /**
   * Our role (RFC 8842); default `server`. As `client` the wire begins the handshake as soon as an address is allowed, and
   * repeats what is lost.
   */
  dtlsRole?: "server" | "client";
}

export interface SourceOptions {
  /** Who sends it; `"local"`: packets come by {@link Wire.inject}, then `ssrc`, `payloadType` and `extensions` are ours to choose. */
  peer: PeerId | "local";
  ssrc: number;
  kind: MediaKind;
  codec: WireCodec;
  clockRate: number;
  payloadType: number;
  /** RID of a simulcast layer (RFC 8852): finds its RTX stream by repaired RID when SDP names no SSRC. */
  rid?: string;
  /** RTX stream of this source (RFC 4588); repaired packets join the source as if never lost. */
  rtx?: { ssrc?: number; payloadType: number };
  /**
   * Opus inside RED (RFC 2198) comes with this payload type: the primary block becomes the packet, redundant blocks fill
   * gaps as repaired packets. The same source takes plain packets, too.
   */
  red?: { payloadType: number };
  /** Ids as negotiated with the publisher. */
  extensions: ExtensionIds;
  /**
   * Packets kept from the newest keyframe on (0, the start: none), for {@link AttachOptions.startFromPast}; a group of
   * pictures that is longer, or misses a packet, is forgotten up to the next keyframe. At most 16384; 1.5 KB each, for a
   * power of two of them.
   */
  pastPackets?: number;
}

export interface OutputOptions {
  peer: PeerId;
  kind: MediaKind;
  ssrc: number;
  /** SSRC of the RTX stream when RTX was negotiated. */
  rtxSsrc?: number;
  /** Value of the MID extension, sent on every packet when `extensions.mid` is set. */
  mid?: string;
  /** Ids as negotiated with this viewer; what is absent here is not sent. */
  extensions: ExtensionIds;
}

export interface AttachOptions {
  /** Payload type this viewer negotiated for the source's codec. */
  payloadType: number;
  rtxPayloadType?: number;
  /** Start (or switch) only on a keyframe. Default: true for video, false for audio. */
  waitForKeyframe?: boolean;
  /**
   * Highest temporal layer to send (VP8, VP9, anything with a dependency descriptor), 0..7; default 7, all. Frames above it
   * are left out without a gap in sequence numbers, nor in VP8's picture ids; the picture ids of VP9 and the frame numbers
   * of the descriptor tell references, so they keep their gaps. Raised only where the stream allows it. Attaching the source
   * that is shown changes it from the next frame on.
   */
  maxTemporalLayer?: number;
  /**
   * Start at once with the pictures since the newest keyframe, where the source keeps them: all are sent, their timestamps
   * pressed together before that of the newest, so that the player shows the newest and is not behind. For sources that
   * cannot be asked for a keyframe. What would take more than a second at the peer's pace, or is more than 4 MiB, is left: then
   * the next keyframe begins.
   */
  startFromPast?: boolean;
  /**
   * Send Opus as RED (RFC 2198) under this payload type, each packet with the one before it. Attaching the source that is
   * shown turns it on or off from the next packet on.
   */
  redPayloadType?: number;
}

/**
 * How fast packets leave for a peer. Audio and RTCP never wait; video and retransmissions wait only beyond the burst,
 * retransmissions before video, for at most half a second at the rate; what waits when an output begins with another source's
 * keyframe never leaves, and that keyframe, or a source's past, may wait for longer. Probes keep to their own rate and may use up
 * the burst. Without limit (the start) nothing waits.
 */
export interface Pacing {
  /** Bits per second of UDP payload. */
  rateBps: number;
  /** Bytes that leave at once after a pause. */
  burstBytes: number;
}

/** A measurement of the path: a burst of RTX packets (recent media again, or padding) at a steady rate. */
export interface Probe {
  /** 1..7, found again in `SentPackets`. */
  cluster: number;
  rateBps: number;
  /** Ends after this many bytes, at most 64 KiB. */
  bytes: number;
}

export type SentKind = "video" | "audio" | "retransmission" | "padding";

/**
 * The last 1,024 packets that left for a peer with a transport-wide sequence number, written by the I/O thread as they
 * leave. Reading allocates nothing.
 */
export interface SentPackets {
  /** Moves to this packet; false when it was never sent or is forgotten. Then the fields below describe it. */
  find(transportSequence: number): boolean;
  /** When it left, microseconds on `Wire.nowMicros()`'s clock. */
  readonly sentMicros: number;
  /** UDP payload bytes. */
  readonly size: number;
  readonly kind: SentKind;
  /** Probe cluster, 0 for none. */
  readonly cluster: number;
}

/** One received, authenticated RTP packet of a source, as facts (no payload). Reused object: copy what you keep. */
export interface RtpFact {
  source: SourceId;
  sequenceNumber: number;
  timestamp: number;
  marker: boolean;
  keyframe: boolean;
  /** true when it came repaired through RTX or RED. */
  repaired: boolean;
  /** Microseconds on `Wire.nowMicros()`'s clock (CLOCK_MONOTONIC). */
  arrivalMicros: number;
  /** UDP payload size in bytes; 0 for a packet that came in another one's RED. */
  size: number;
  /** Transport-wide sequence number, or -1. */
  transportSequence: number;
  /** RFC 6464 level in -dBov (0 loud .. 127 silent), or -1. */
  audioLevel: number;
  /** UQ32.32 NTP capture time as two uint32 halves, both 0 when the extension is absent. */
  captureNtpSeconds: number;
  captureNtpFraction: number;
  /** Temporal layer 0..7 of VP8, VP9 and AV1 packets that tell, else -1. */
  temporalLayer: number;
  /** With `keyframe`: the first bytes (at most 256) of the payload, for its resolution; valid during the call. */
  keyframePayload: Uint8Array | undefined;
}

/** An RTP packet whose SSRC no source claims yet (decrypted, whole). At most 32 per SSRC and 64 SSRCs per peer are reported. */
export interface UnclaimedRtp {
  peer: PeerId;
  packet: Uint8Array;
}

export type DtlsState =
  | { peer: PeerId; state: "connected"; profile: SrtpProfile; handshakeMicros: number }
  | { peer: PeerId; state: "failed"; reason: string }
  | { peer: PeerId; state: "closed" };

/**
 * Called on the JavaScript thread, in arrival order, many per wake-up. Byte arrays are views that are valid only
 * during the call. A handler that throws is reported through `onError` and never stops the batch.
 */
export interface WireHandlers {
  onStun(datagram: Uint8Array, from: string): void;
  onDtls(state: DtlsState): void;
  /** A compound RTCP packet, decrypted and authenticated. */
  onRtcp(peer: PeerId, packet: Uint8Array, arrivalMicros: number): void;
  onRtp(fact: RtpFact): void;
  onUnclaimedRtp(unclaimed: UnclaimedRtp): void;
  /** Whole RTP packets of sources with `setTap(source, true)`. */
  onTap(source: SourceId, packet: Uint8Array, arrivalMicros: number): void;
  /**
   * An output sent its first packet of `source` after attach (for video: a keyframe's first packet), with this sequence number
   * of the output's.
   */
  onSwitched(output: OutputId, source: SourceId, sequenceNumber: number): void;
  onError(error: Error): void;
}

export interface WireStats {
  receivedPackets: number;
  receivedBytes: number;
  sentPackets: number;
  sentBytes: number;
  /** Kernel send calls; packets per call shows batching. */
  sendCalls: number;
  droppedUnknownAddress: number;
  droppedMalformed: number;
  droppedAuthentication: number;
  droppedReplay: number;
  droppedSendBuffer: number;
  droppedEventQueue: number;
  retransmittedPackets: number;
  retransmitMisses: number;
  /** Packets that left after waiting for their turn, and those given up: queue full, waited too long, source gone. */
  pacedPackets: number;
  pacerDroppedPackets: number;
  probePackets: number;
  tcpConnections: number;
  handshakesCompleted: number;
  handshakesFailed: number;
  peers: number;
  sources: number;
  outputs: number;
  addresses: number;
  timers: number;
  /** CPU time of the wire's threads (I/O, handshakes), microseconds. */
  cpuMicros: number;
}

export interface OutputStats {
  packets: number;
  /** Payload octets, as in a sender report. */
  octets: number;
  retransmittedPackets: number;
  source: SourceId | 0;
  /** Next switch waits for a keyframe of this source; 0 when none. */
  pendingSource: SourceId | 0;
  lastSequenceNumber: number;
  lastTimestamp: number;
}

export interface Wire {
  readonly port: number;
  /** `sha-256` fingerprint for `a=fingerprint`, upper-case hex with colons. */
  readonly fingerprint: string;
  /** What `auto` settled on so far. */
  readonly sendPath: SendPath;
  /** CLOCK_MONOTONIC in microseconds: the clock of every `arrivalMicros`. */
  nowMicros(): number;

  /** Sends one datagram as it is (STUN responses). */
  send(datagram: Uint8Array, to: string): void;

  addPeer(options: PeerOptions): PeerId;
  /** ICE validated this address: DTLS and SRTP from it belong to the peer (at most 8 per peer, oldest forgotten). */
  allowAddress(peer: PeerId, address: string): void;
  /** ICE nominated this address: everything for the peer goes there. The first allowed address is selected by itself. */
  selectAddress(peer: PeerId, address: string): void;
  /** Sends close_notify and forgets every key, rule, address and timer of the peer. Idempotent. */
  closePeer(peer: PeerId): void;

  addSource(options: SourceOptions): SourceId;
  removeSource(source: SourceId): void;
  /**
   * RTP packets of a `local` source, whole and in order, as if they had come from a peer: to outputs, `onRtp`, `onTap`. One call
   * for the packets of a frame. Bytes are copied before it returns; a malformed packet is left out and counted.
   */
  inject(source: SourceId, packets: readonly Uint8Array[]): void;
  /** Deliver whole packets of this source to `onTap`. */
  setTap(source: SourceId, on: boolean): void;
  /** From the host's sender report, mapped to the node's clock: `rtpTimestamp` was captured at `unixMicros`. Basis of every output's sender reports. */
  setSourceClock(source: SourceId, clock: { unixMicros: number; rtpTimestamp: number }): void;

  addOutput(options: OutputOptions): OutputId;
  removeOutput(output: OutputId): void;
  /** What the output shows from now on (or from the source's next keyframe). Sequence numbers and timestamps stay continuous. */
  attach(output: OutputId, source: SourceId, options: AttachOptions): void;
  detach(output: OutputId): void;
  /** Retransmits the named packets (output sequence numbers) by RTX or as they were, unless older than `maxAgeMs`. */
  resend(output: OutputId, sequenceNumbers: readonly number[], maxAgeMs: number): void;

  /** Limits how fast video, retransmissions and probes leave for a peer; `undefined` (the start): no limit. */
  setPacing(peer: PeerId, pacing: Pacing | undefined): void;
  /** Probes the path of the output's peer. Ignored while the output shows nothing or has no RTX; one at a time for a peer, a new one replaces the last. */
  probe(output: OutputId, probe: Probe): void;
  /** The peer's sent packets, when at least one of its outputs has the transport-wide sequence number. The object stays the same; ask for it with each feedback, which it takes the time from. */
  sentPackets(peer: PeerId): SentPackets | undefined;

  /** Encrypts and sends a compound RTCP packet. Silently dropped before DTLS has connected. */
  sendRtcp(peer: PeerId, packet: Uint8Array): void;

  stats(): WireStats;
  outputStats(output: OutputId): OutputStats | undefined;
  /** Ends the I/O thread, closes sockets, wipes keys. Idempotent. */
  close(): Promise<void>;
}
