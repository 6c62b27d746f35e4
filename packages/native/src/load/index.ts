/** WebRTC endpoints for tests and benchmarks: DTLS clients with SRTP both ways, thousands on one thread of their own. */
import { binding, type NativeLoad } from "../binding.ts";
import { drainEvents, EventReader } from "../event-reader.ts";
import type { DtlsState } from "../types.ts";

export type LoadClientId = number;

/** Handlers get views that are valid only during the call. */
export interface LoadHandlers {
  /** What was neither RTP, RTCP nor DTLS: STUN. */
  onDatagram?(client: LoadClientId, datagram: Uint8Array): void;
  /** `peer` is the client's id. */
  onDtls?(state: DtlsState): void;
  /** Decrypted RTP of clients with `setCapture(client, true)`, and when it was read (CLOCK_MONOTONIC, microseconds). */
  onRtp?(client: LoadClientId, packet: Uint8Array, arrivalMicros: number): void;
  /** Decrypted compound RTCP of clients with `setCapture(client, true)`. */
  onRtcp?(client: LoadClientId, packet: Uint8Array): void;
}

export interface LoadOptions extends LoadHandlers {
  /** Address the clients' sockets bind to; default 127.0.0.1. Each client has a socket and port of its own. */
  localHost?: string;
  /** Let the kernel merge runs of datagrams (UDP_GRO), as a receiver that means business does; default true. */
  receiveOffload?: boolean;
  /** OpenSSL names, in order of preference; default both that the wire offers, GCM first. */
  srtpProfiles?: readonly ("SRTP_AEAD_AES_128_GCM" | "SRTP_AES128_CM_SHA1_80")[];
}

export interface LoadClientOptions {
  /** The wire's address, e.g. `"127.0.0.1:21000"`, or `"tcp:127.0.0.1:21000"` for a connection (RFC 6544), made at once. */
  remoteAddress: string;
  /** The wire's sha-256 fingerprint. */
  remoteFingerprint: string;
  /** False counts SRTP without decrypting it; default true. */
  decrypt?: boolean;
  /** `server` waits for the wire to begin; default `client`. */
  dtlsRole?: "client" | "server";
  /** Kernel receive buffer in bytes; default 1 MiB. */
  socketBufferBytes?: number;
  /**
   * Report on the packets that carry the transport-wide sequence number, as a browser does
   * (draft-holmer-rmcat-transport-wide-cc-extensions-01), from the load thread.
   */
  feedback?: {
    /** Id of the header extension, 1..255. */
    transportCc: number;
    /** Default 100. */
    intervalMs?: number;
  };
}

export interface PublishOptions {
  ssrc: number;
  payloadType: number;
  packetsPerSecond: number;
  /** RTP payload bytes of each packet (H.264 fragmentation units). */
  payloadBytes: number;
  /** Packets of a frame leave as one burst; default 10. */
  packetsPerFrame?: number;
  /** Default 30. */
  framesPerKeyframe?: number;
}

export interface LoadStats {
  /** RTP packets, RTX included. */
  packets: number;
  bytes: number;
  datagrams: number;
  rtcpPackets: number;
  dtlsDatagrams: number;
  /** Packets that did not decrypt, or came twice. */
  authenticationFailures: number;
  sentPackets: number;
  connected: boolean;
}

export interface Load {
  /** sha-256 fingerprint of all its clients. */
  readonly fingerprint: string;
  addClient(options: LoadClientOptions): { id: LoadClientId; localAddress: string };
  /** Starts the DTLS handshake, or begins to wait for it. The wire must have allowed the client's address by then, or retransmission is awaited. */
  connect(client: LoadClientId): void;
  /** Sends a datagram as it is, from the client's socket (ICE checks). */
  sendDatagram(client: LoadClientId, datagram: Uint8Array): void;
  /** Protects and sends plain RTP packets; `copies` above 1 replays each. */
  sendRtp(client: LoadClientId, packets: readonly Uint8Array[], copies?: number): void;
  sendRtcp(client: LoadClientId, packet: Uint8Array): void;
  /** Loses the next datagrams of each direction, then none. */
  drop(client: LoadClientId, counts: { outgoing?: number; incoming?: number }): void;
  /** Deliver decrypted packets to the handlers. */
  setCapture(client: LoadClientId, on: boolean): void;
  /**
   * Sends synthetic H.264 at a steady rate from the load thread. Bytes 2 to 9 of a payload are when its packet left
   * (CLOCK_MONOTONIC, microseconds, uint64).
   */
  publish(client: LoadClientId, options: PublishOptions): void;
  stopPublishing(client: LoadClientId): void;
  stats(client: LoadClientId): LoadStats;
  /** CPU time of the load thread, microseconds. */
  cpuMicros(): number;
  /** Sends close_notify and closes the socket. */
  closeClient(client: LoadClientId): void;
  close(): void;
}

/** Starts a load thread. Throws when DTLS cannot be set up. */
export function openLoad(options: LoadOptions = {}): Load {
  return new NativeBackedLoad(options);
}

class NativeBackedLoad implements Load {
  readonly fingerprint: string;
  readonly #native: NativeLoad;
  #lastId = 0;

  constructor(options: LoadOptions) {
    const ignore = () => {};
    const reader = new EventReader({
      onStun: ignore,
      onRtp: ignore,
      onTap: (client, packet, arrivalMicros) => options.onRtp?.(client, packet, arrivalMicros),
      onSwitched: ignore,
      onDatagram: (client, datagram) => options.onDatagram?.(client, datagram),
      onDtls: (state) => options.onDtls?.(state),
      onRtcp: (client, packet) => options.onRtcp?.(client, packet),
      onUnclaimedRtp: ignore,
      onError: (error) => {
        throw error;
      },
    });
    const profiles = options.srtpProfiles ?? ["SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80"];
    this.#native = new binding.NativeLoad(
      options.localHost ?? "127.0.0.1",
      options.receiveOffload ?? true,
      profiles.join(":"),
      () => drainEvents(this.#native, reader),
    );
    this.fingerprint = this.#native.fingerprint;
  }

  addClient(options: LoadClientOptions): { id: LoadClientId; localAddress: string } {
    this.#lastId += 1;
    const id = this.#lastId;
    const {
      remoteAddress,
      remoteFingerprint,
      decrypt = true,
      socketBufferBytes = 1024 * 1024,
      feedback,
      dtlsRole = "client",
    } = options;
    const native = this.#native;
    const localAddress = native.addClient(
      id,
      remoteAddress,
      "sha-256",
      remoteFingerprint,
      decrypt,
      socketBufferBytes,
      feedback?.transportCc ?? 0,
      feedback?.intervalMs ?? 100,
      dtlsRole === "server",
    );
    return { id, localAddress };
  }

  connect(client: LoadClientId): void {
    this.#native.connect(client);
  }

  sendDatagram(client: LoadClientId, datagram: Uint8Array): void {
    this.#native.sendDatagram(client, datagram);
  }

  sendRtp(client: LoadClientId, packets: readonly Uint8Array[], copies = 1): void {
    for (const packet of packets) this.#native.sendRtp(client, packet, copies);
  }

  sendRtcp(client: LoadClientId, packet: Uint8Array): void {
    this.#native.sendRtcp(client, packet);
  }

  drop(client: LoadClientId, counts: { outgoing?: number; incoming?: number }): void {
    this.#native.drop(client, counts.outgoing ?? 0, counts.incoming ?? 0);
  }

  setCapture(client: LoadClientId, on: boolean): void {
    this.#native.setCapture(client, on);
  }

  publish(client: LoadClientId, options: PublishOptions): void {
    const { ssrc, payloadType, packetsPerSecond, payloadBytes } = options;
    const { packetsPerFrame = 10, framesPerKeyframe = 30 } = options;
    const native = this.#native;
    native.publish(
      client,
      ssrc,
      payloadType,
      packetsPerSecond,
      payloadBytes,
      packetsPerFrame,
      framesPerKeyframe,
    );
  }

  stopPublishing(client: LoadClientId): void {
    this.#native.stopPublishing(client);
  }

  stats(client: LoadClientId): LoadStats {
    const n = new Float64Array(8);
    this.#native.stats(client, n);
    const at = (index: number) => n[index] ?? 0;
    return {
      packets: at(0),
      bytes: at(1),
      datagrams: at(2),
      rtcpPackets: at(3),
      dtlsDatagrams: at(4),
      authenticationFailures: at(5),
      sentPackets: at(6),
      connected: at(7) === 1,
    };
  }

  cpuMicros(): number {
    return this.#native.cpuMicros();
  }

  closeClient(client: LoadClientId): void {
    this.#native.closeClient(client);
  }

  close(): void {
    this.#native.close();
  }
}
