import type { SrtCrypto } from "./crypto.ts";

const MINUTE_MS = 60_000;

/** Where a caller is. */
export interface SrtAddress {
  /** Without brackets. */
  readonly ip: string;
  readonly port: number;
  /** Which of our own sockets it spoke to: answers leave from there. */
  readonly local: number;
}

/**
 * Cookies prove that a caller gets what is sent to its address, so that nothing is kept for those who make one up
 * (draft-sharabayko-srt-01 section 4.3.1). Good for one to two minutes.
 */
export class SynCookies {
  readonly #crypto: SrtCrypto;

  constructor(crypto: SrtCrypto) {
    this.#crypto = crypto;
  }

  make(nowMs: number, address: SrtAddress): number {
    return this.#of(Math.floor(nowMs / MINUTE_MS), address);
  }

  isGood(nowMs: number, address: SrtAddress, cookie: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS);
    return cookie === this.#of(minute, address) || cookie === this.#of(minute - 1, address);
  }

  #of(minute: number, { ip, port }: SrtAddress): number {
    return this.#crypto.cookieOf(`${minute} ${port} ${ip}`);
  }
}
