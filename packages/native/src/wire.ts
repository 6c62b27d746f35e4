import { binding, type NativeWire } from "./binding.ts";
import {
  checkInteger,
  checkPayloadType,
  checkSsrc,
  checkText,
  encodeCodec,
  encodeExtensions,
  encodeSendPath,
} from "./encode.ts";
import { drainEvents, EventReader } from "./event-reader.ts";
import { SentRingReader } from "./sent-packets.ts";
import type {
  AttachOptions,
  OutputId,
  OutputOptions,
  OutputStats,
  Pacing,
  PeerId,
  PeerOptions,
  Probe,
  SendPath,
  SentPackets,
  SourceId,
  SourceOptions,
  Wire,
  WireHandlers,
  WireOptions,
  WireStats,
} from "./types.ts";
import { WireError, withWireErrors } from "./wire-error.ts";
import { readOutputStats, readSendPath, readStats } from "./wire-stats.ts";

const MAX_RATE_BPS = 1e12;
const MAX_PAST_PACKETS = 16_384;
/** What the addon takes for a source without a peer; ids begin at 1. */
const LOCAL = 0;

/** What the JavaScript side remembers of a peer: enough to refuse nonsense at once and to forget all at its end. */
interface PeerRecord {
  ssrcs: Set<number>;
  sources: Set<SourceId>;
  outputs: Set<OutputId>;
  sent: SentRingReader | undefined;
}

interface OutputRecord {
  peer: PeerId;
  kind: OutputOptions["kind"];
  ssrcs: readonly number[];
}

/** {@link Wire} over the addon. Ids are given out here, so that adding never waits for the I/O thread. */
export class NativeBackedWire implements Wire {
  readonly port: number;
  readonly fingerprint: string;
  readonly #native: NativeWire;
  readonly #maxPeers: number;
  readonly #peers = new Map<PeerId, PeerRecord>();
  readonly #sources = new Map<SourceId, PeerId | typeof LOCAL>();
  readonly #outputs = new Map<OutputId, OutputRecord>();
  #lastId = 0;
  #closed = false;

  constructor(options: WireOptions, handlers: WireHandlers) {
    const cachePackets = options.cachePackets ?? 1024;
    checkInteger(Math.log2(cachePackets), 6, 15, "log2(cachePackets)");
    checkInteger(options.bind.length, 1, 32, "The number of bind addresses");
    this.#maxPeers = options.maxPeers ?? 20_000;
    // What the I/O thread still had to say when the wire was closed is nobody's concern any more.
    const reader = new EventReader({ ...bindHandlers(handlers, () => this.#closed), onDatagram: () => {} });
    this.#native = withWireErrors(
      () =>
        new binding.NativeWire(
          options.bind,
          checkInteger(options.port, 0, 65_535, "The port"),
          options.certificate?.keyPem ?? "",
          options.certificate?.certPem ?? "",
          cachePackets,
          checkInteger(options.socketBufferBytes ?? 8 * 1024 * 1024, 4096, 0x3fff_ffff, "socketBufferBytes"),
          encodeSendPath(options.sendPath ?? "auto"),
          checkInteger(options.senderReportIntervalMs ?? 1000, 10, 60_000, "senderReportIntervalMs"),
          options.tcp ?? true,
          checkInteger(options.maxTcpConnections ?? 4096, 1, 1_000_000, "maxTcpConnections"),
          checkInteger(options.tcpValidateMs ?? 10_000, 10, 600_000, "tcpValidateMs"),
          checkInteger(options.tcpIdleMs ?? 30_000, 10, 600_000, "tcpIdleMs"),
          () => drainEvents(this.#native, reader),
        ),
    );
    this.port = this.#native.port;
    this.fingerprint = this.#native.fingerprint;
  }

  get sendPath(): SendPath {
    return readSendPath(this.#native);
  }

  nowMicros(): number {
    return binding.nowMicros();
  }

  send(datagram: Uint8Array, to: string): void {
    if (!this.#native.send(datagram, to)) throw badAddress(to);
  }

  addPeer(options: PeerOptions): PeerId {
    this.#assertOpen();
    if (this.#peers.size >= this.#maxPeers) {
      throw new WireError("wire.too_many_peers", `The wire already has ${this.#maxPeers} peers.`);
    }
    const id = this.#nextId();
    const { algorithm, value } = options.remoteFingerprint;
    const mtu = checkInteger(options.dtlsMtu ?? 1200, 256, 1472, "dtlsMtu");
    const cname = checkText(options.cname, 255, "The CNAME");
    if (!this.#native.addPeer(id, algorithm, value, cname, mtu, options.dtlsRole === "client")) {
      throw new WireError(
        "wire.bad_argument",
        `Not a ${algorithm} certificate fingerprint: ${value.slice(0, 200)}`,
      );
    }
    this.#peers.set(id, { ssrcs: new Set(), sources: new Set(), outputs: new Set(), sent: undefined });
    return id;
  }

  allowAddress(peer: PeerId, address: string): void {
    if (this.#peers.has(peer) && !this.#native.allowAddress(peer, address)) throw badAddress(address);
  }

  selectAddress(peer: PeerId, address: string): void {
    if (this.#peers.has(peer) && !this.#native.selectAddress(peer, address)) throw badAddress(address);
  }

  closePeer(peer: PeerId): void {
    const record = this.#peers.get(peer);
    if (record === undefined) return;
    for (const output of record.outputs) this.removeOutput(output);
    for (const source of record.sources) this.removeSource(source);
    this.#peers.delete(peer);
    this.#native.closePeer(peer);
  }

  addSource(options: SourceOptions): SourceId {
    this.#assertOpen();
    const peer = options.peer === "local" ? LOCAL : options.peer;
    const record = peer === LOCAL ? undefined : this.#peer(peer);
    const id = this.#nextId();
    this.#native.addSource(
      id,
      peer,
      checkSsrc(options.ssrc),
      options.kind === "video",
      encodeCodec(options.codec),
      checkInteger(options.clockRate, 1, 1_000_000, "The clock rate"),
      checkPayloadType(options.payloadType),
      checkSsrc(options.rtx?.ssrc),
      checkPayloadType(options.rtx?.payloadType),
      checkPayloadType(options.red?.payloadType),
      checkText(options.rid ?? "", 32, "The RID"),
      encodeExtensions(options.extensions),
      checkInteger(options.pastPackets ?? 0, 0, MAX_PAST_PACKETS, "pastPackets"),
    );
    record?.sources.add(id);
    this.#sources.set(id, peer);
    return id;
  }

  removeSource(source: SourceId): void {
    const peer = this.#sources.get(source);
    if (peer === undefined) return;
    this.#sources.delete(source);
    this.#peers.get(peer)?.sources.delete(source);
    this.#native.removeSource(source);
  }

  inject(source: SourceId, packets: readonly Uint8Array[]): void {
    const peer = this.#sources.get(source);
    if (peer === undefined) return;
    if (peer !== LOCAL) throw new WireError("wire.bad_argument", `Source ${source} is a peer's.`);
    this.#native.inject(source, packets);
  }

  setTap(source: SourceId, on: boolean): void {
    this.#native.setTap(source, on);
  }

  setSourceClock(source: SourceId, clock: { unixMicros: number; rtpTimestamp: number }): void {
    this.#native.setSourceClock(source, clock.unixMicros, clock.rtpTimestamp >>> 0);
  }

  addOutput(options: OutputOptions): OutputId {
    const peer = this.#peer(options.peer);
    const ssrcs = options.rtxSsrc === undefined ? [options.ssrc] : [options.ssrc, options.rtxSsrc];
    for (const ssrc of ssrcs) {
      checkSsrc(ssrc);
      // Two streams under one SSRC would share SRTP indices (RFC 3711 section 9.1).
      if (peer.ssrcs.has(ssrc))
        throw new WireError("wire.duplicate_ssrc", `SSRC ${ssrc} is in use for this peer.`);
    }
    const id = this.#nextId();
    this.#native.addOutput(
      id,
      options.peer,
      options.kind === "video",
      options.ssrc,
      checkSsrc(options.rtxSsrc),
      checkText(options.mid ?? "", 32, "The MID"),
      encodeExtensions(options.extensions),
    );
    if (options.extensions.transportCc !== undefined) {
      peer.sent ??= new SentRingReader(this.#native.recordSent(options.peer));
    }
    for (const ssrc of ssrcs) peer.ssrcs.add(ssrc);
    peer.outputs.add(id);
    this.#outputs.set(id, { peer: options.peer, kind: options.kind, ssrcs });
    return id;
  }

  removeOutput(output: OutputId): void {
    const record = this.#outputs.get(output);
    if (record === undefined) return;
    this.#outputs.delete(output);
    const peer = this.#peers.get(record.peer);
    peer?.outputs.delete(output);
    for (const ssrc of record.ssrcs) peer?.ssrcs.delete(ssrc);
    this.#native.removeOutput(output);
  }

  attach(output: OutputId, source: SourceId, options: AttachOptions): void {
    const record = this.#outputs.get(output);
    if (record === undefined) return;
    const wait = options.waitForKeyframe ?? record.kind === "video";
    const payloadType = checkInteger(options.payloadType, 0, 127, "A payload type");
    this.#native.attach(
      output,
      source,
      payloadType,
      checkPayloadType(options.rtxPayloadType),
      wait,
      checkInteger(options.maxTemporalLayer ?? 7, 0, 7, "maxTemporalLayer"),
      checkPayloadType(options.redPayloadType),
      options.startFromPast ?? false,
    );
  }

  detach(output: OutputId): void {
    this.#native.detach(output);
  }

  resend(output: OutputId, sequenceNumbers: readonly number[], maxAgeMs: number): void {
    this.#native.resend(output, Uint16Array.from(sequenceNumbers), Math.max(0, maxAgeMs) * 1000);
  }

  setPacing(peer: PeerId, pacing: Pacing | undefined): void {
    if (pacing === undefined) return void this.#native.setPacing(peer, 0, 0);
    const rateBps = checkInteger(Math.round(pacing.rateBps), 1, MAX_RATE_BPS, "The pacing rate");
    const burstBytes = checkInteger(Math.round(pacing.burstBytes), 0, 0xffff_ffff, "The pacing burst");
    this.#native.setPacing(peer, rateBps, burstBytes);
  }

  probe(output: OutputId, probe: Probe): void {
    this.#native.probe(
      output,
      checkInteger(probe.cluster, 1, 7, "The probe cluster"),
      checkInteger(Math.round(probe.rateBps), 1, MAX_RATE_BPS, "The probe rate"),
      checkInteger(Math.round(probe.bytes), 1, 65_536, "The length of a probe"),
    );
  }

  sentPackets(peer: PeerId): SentPackets | undefined {
    return this.#peers.get(peer)?.sent?.at(monotonicMicros());
  }

  sendRtcp(peer: PeerId, packet: Uint8Array): void {
    this.#native.sendRtcp(peer, packet);
  }

  stats(): WireStats {
    return readStats(this.#native);
  }

  outputStats(output: OutputId): OutputStats | undefined {
    return readOutputStats(this.#native, output);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#peers.clear();
    this.#sources.clear();
    this.#outputs.clear();
    this.#native.close();
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #peer(id: PeerId): PeerRecord {
    this.#assertOpen();
    const record = this.#peers.get(id);
    if (record === undefined) throw new WireError("wire.unknown_id", `There is no peer ${id}.`);
    return record;
  }

  #assertOpen(): void {
    if (this.#closed) throw new WireError("wire.closed", "The wire is closed.");
  }
}

/** `binding.nowMicros` without a call into the addon: both read CLOCK_MONOTONIC. */
const CLOCK_OFFSET = binding.nowMicros() - performance.now() * 1000;
const monotonicMicros = () => performance.now() * 1000 + CLOCK_OFFSET;

/** The handlers, deaf once `isClosed`. */
function bindHandlers(handlers: WireHandlers, isClosed: () => boolean): WireHandlers {
  const guard =
    <A extends unknown[]>(call: (...args: A) => void) =>
    (...args: A): void => {
      if (!isClosed()) call.apply(handlers, args);
    };
  return {
    onStun: guard(handlers.onStun),
    onDtls: guard(handlers.onDtls),
    onRtcp: guard(handlers.onRtcp),
    onRtp: guard(handlers.onRtp),
    onUnclaimedRtp: guard(handlers.onUnclaimedRtp),
    onTap: guard(handlers.onTap),
    onSwitched: guard(handlers.onSwitched),
    onError: guard(handlers.onError),
  };
}

function badAddress(address: string): WireError {
  return new WireError("wire.bad_argument", `Not an address with port: ${address.slice(0, 100)}`);
}
