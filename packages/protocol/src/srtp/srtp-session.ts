import { fail, ok, type Result } from "@sameroom/base";
import { parseRtp } from "../rtp/parse-rtp.ts";
import { RTCP_CLEAR_BYTES, type SrtpCipher } from "./cipher.ts";
import { createCounterCipher } from "./counter-cipher.ts";
import { createGcmCipher } from "./gcm-cipher.ts";
import type { SrtpSessionKeys } from "./key-derivation.ts";
import { ReceiveIndex, SendIndex } from "./packet-index.ts";
import { SRTP_PROFILES } from "./profile.ts";
import { ReplayWindow } from "./replay-window.ts";

/** Why a packet was not let through. */
export type SrtpFailure = "malformed" | "authentication" | "replay" | "limit";

export interface SrtpSessionOptions {
  /** Rollover counter of SSRCs not seen yet; default 0. */
  initialRoc?: number;
  /** Packets; default 1024. */
  replayWindow?: number;
  /** SSRCs kept at most; default 1024. Packets of further ones fail with `limit`. */
  maxSsrcs?: number;
}

/**
 * One direction of SRTP and SRTCP, the reference the wire is measured against: clear rather than fast. A session
 * either protects or unprotects; use two for both directions.
 */
export class SrtpSession {
  readonly #cipher: SrtpCipher;
  readonly #tagBytes: number;
  readonly #indexWordAtEnd: boolean;
  readonly #options: Required<SrtpSessionOptions>;
  readonly #sending = new Map<number, SendIndex>();
  readonly #receiving = new Map<number, ReceiveIndex>();
  readonly #rtcpSending = new Map<number, number>();
  readonly #rtcpReceiving = new Map<number, ReplayWindow>();

  constructor(keys: SrtpSessionKeys, options: SrtpSessionOptions = {}) {
    const aead = keys.profile === "AEAD_AES_128_GCM";
    this.#cipher = aead ? createGcmCipher(keys) : createCounterCipher(keys);
    this.#tagBytes = SRTP_PROFILES[keys.profile].tagBytes;
    // The index word comes after the AEAD tag (RFC 7714 section 9.2) but before the HMAC tag (RFC 3711 section 3.4).
    this.#indexWordAtEnd = aead;
    this.#options = { initialRoc: 0, replayWindow: 1024, maxSsrcs: 1024, ...options };
  }

  /** The SRTP packet for an RTP packet. */
  protectRtp(packet: Uint8Array): Result<Uint8Array, SrtpFailure> {
    const header = parseRtp(packet);
    if (header === undefined) return fail("malformed");
    const index = this.#find(this.#sending, header.ssrc, () => new SendIndex(this.#options.initialRoc));
    if (index === undefined) return fail("limit");
    this.#sending.set(header.ssrc, index);
    return ok(this.#cipher.sealRtp(packet, header.payloadOffset, index.next(header.sequenceNumber)));
  }

  /** The RTP packet in an SRTP packet. State changes only for authentic packets. */
  unprotectRtp(packet: Uint8Array): Result<Uint8Array, SrtpFailure> {
    const headerLength = clearHeaderLength(packet);
    if (headerLength === undefined || packet.length < headerLength + this.#tagBytes) return fail("malformed");
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    const ssrc = view.getUint32(8);
    const { replayWindow, initialRoc } = this.#options;
    const state = this.#find(this.#receiving, ssrc, () => new ReceiveIndex(replayWindow, initialRoc));
    if (state === undefined) return fail("limit");
    const index = state.estimate(view.getUint16(2));
    if (!state.accepts(index)) return fail("replay");
    const opened = this.#cipher.openRtp(packet, headerLength, index);
    if (opened === undefined) return fail("authentication");
    this.#receiving.set(ssrc, state);
    state.add(index);
    return parseRtp(opened) === undefined ? fail("malformed") : ok(opened);
  }

  /** The SRTCP packet for a compound RTCP packet; `index` overrides the counter (31 bits), `encrypted` the E flag. */
  protectRtcp(
    packet: Uint8Array,
    options: { index?: number; encrypted?: boolean } = {},
  ): Result<Uint8Array, SrtpFailure> {
    if (packet.length < RTCP_CLEAR_BYTES) return fail("malformed");
    const ssrc = new DataView(packet.buffer, packet.byteOffset).getUint32(4);
    const index = options.index ?? this.#find(this.#rtcpSending, ssrc, () => 0);
    if (index === undefined) return fail("limit");
    this.#rtcpSending.set(ssrc, (index + 1) % 0x8000_0000);
    return ok(this.#cipher.sealRtcp(packet, index, options.encrypted ?? true));
  }

  /** The RTCP packet in an SRTCP packet. */
  unprotectRtcp(packet: Uint8Array): Result<Uint8Array, SrtpFailure> {
    if (packet.length < RTCP_CLEAR_BYTES + this.#cipher.rtcpOverhead || packet[0]! >> 6 !== 2)
      return fail("malformed");
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    const word = view.getUint32(packet.length - 4 - (this.#indexWordAtEnd ? 0 : this.#tagBytes));
    const index = word & 0x7fff_ffff;
    const ssrc = view.getUint32(4);
    const window = this.#find(this.#rtcpReceiving, ssrc, () => new ReplayWindow(this.#options.replayWindow));
    if (window === undefined) return fail("limit");
    if (!window.accepts(index)) return fail("replay");
    const opened = this.#cipher.openRtcp(packet, index, word >>> 31 === 1);
    if (opened === undefined) return fail("authentication");
    this.#rtcpReceiving.set(ssrc, window);
    window.add(index);
    return ok(opened);
  }

  #find<State>(states: Map<number, State>, ssrc: number, create: () => State): State | undefined {
    const state = states.get(ssrc);
    if (state !== undefined) return state;
    return states.size >= this.#options.maxSsrcs ? undefined : create();
  }
}

/** Bytes of the RTP header, which SRTP leaves readable; undefined when they exceed the packet. */
function clearHeaderLength(packet: Uint8Array): number | undefined {
  if (packet.length < 12 || packet[0]! >> 6 !== 2) return undefined;
  let length = 12 + (packet[0]! & 15) * 4;
  if ((packet[0]! & 0x10) !== 0) {
    if (length + 4 > packet.length) return undefined;
    length += 4 + ((packet[length + 2]! << 8) | packet[length + 3]!) * 4;
  }
  return length <= packet.length ? length : undefined;
}
