import { type LinkOptions, SeededRandom, SimulatedNetwork } from "@sameroom/base/testing";
import type { CallerFixture } from "./caller.fixture.ts";
import { SRT_TICK_MS, type SrtConnection } from "./connection.ts";
import { srtCryptoFixture } from "./crypto.fixture.ts";
import { SrtListener, type SrtListenerOptions } from "./listener.ts";
import type { SrtRejection } from "./rejection.ts";
import type { SrtAddress } from "./syn-cookie.ts";

export const CALLER_ADDRESS: SrtAddress = { ip: "192.0.2.1", port: 5000, local: 0 };

export function openListener(options: Partial<SrtListenerOptions> = {}): SrtListener {
  return new SrtListener({
    crypto: srtCryptoFixture(new SeededRandom(7)),
    passphrase: undefined,
    ...{ latencyMs: 120, mostLatencyMs: 8000, mostWaiting: 256, mostWaitingPerAddress: 16 },
    ...{ mostConnections: 1000, ...options },
  });
}

/** A caller and a listener, and a network with faults between them. */
export class SrtRoom {
  readonly listener: SrtListener;
  readonly caller: CallerFixture;
  nowMs: number;
  connection: SrtConnection | undefined;
  /** What was given out, and when. */
  readonly taken: { payload: Uint8Array; atMs: number; missingBefore: number }[] = [];
  over: SrtConnection | undefined;
  /** How calls are answered. */
  verdict: "accept" | "wait" | SrtRejection = "accept";
  /** The listener does nothing until then; datagrams wait for it. */
  #awayUntilMs = 0;
  readonly #up: SimulatedNetwork;
  readonly #down: SimulatedNetwork;

  constructor(listener: SrtListener, caller: CallerFixture, link: LinkOptions = {}, nowMs = 0, seed = 1) {
    this.listener = listener;
    this.caller = caller;
    this.nowMs = nowMs;
    this.#up = new SimulatedNetwork(link, new SeededRandom(seed));
    this.#down = new SimulatedNetwork(link, new SeededRandom(seed + 1));
  }

  /** Lets time pass in steps of a millisecond; `each` runs before each step. */
  run(forMs: number, each?: (nowMs: number) => void): void {
    const end = this.nowMs + forMs;
    while (this.nowMs < end) {
      each?.(this.nowMs);
      this.#exchange();
      this.nowMs += 1;
    }
  }

  /** Calls, as often as callers do, until there is an answer. */
  connect(): this {
    for (let tries = 0; tries < 12 && this.caller.state === "calling"; tries += 1) {
      this.caller.call(this.nowMs);
      for (let step = 0; step < 250 && this.caller.state === "calling"; step += 1) this.run(1);
    }
    return this;
  }

  /** As `run`, but the listener's process has other things to do; then its timers are the first to run. */
  runAway(forMs: number): void {
    this.#awayUntilMs = this.nowMs + forMs;
    this.run(forMs);
    this.#timeout();
  }

  #exchange(): void {
    const { caller, listener, nowMs } = this;
    for (const bytes of caller.output.splice(0)) this.#up.send(nowMs, bytes);
    if (nowMs < this.#awayUntilMs) {
      for (const bytes of this.#down.receive(nowMs)) caller.handle(nowMs, bytes);
      return;
    }
    for (const bytes of this.#up.receive(nowMs)) {
      this.#drain(listener.handleDatagram(nowMs, bytes, CALLER_ADDRESS));
    }
    for (const call of listener.pollCalls()) {
      if (this.verdict === "accept") this.connection = listener.accept(nowMs, call);
      else if (this.verdict !== "wait") listener.reject(call, this.verdict);
    }
    if (Math.floor(nowMs) % SRT_TICK_MS === 0) this.#timeout();
    for (let out = listener.pollOutput(); out !== undefined; out = listener.pollOutput()) {
      this.#down.send(nowMs, out.bytes);
    }
    for (const bytes of this.#down.receive(nowMs)) caller.handle(nowMs, bytes);
  }

  #timeout(): void {
    for (const connection of this.listener.handleTimeout(this.nowMs)) this.over = connection;
    this.#drain(this.connection);
  }

  #drain(connection: SrtConnection | undefined): void {
    const take = () => connection?.take(this.nowMs);
    for (let payload = take(); payload !== undefined; payload = take()) {
      this.taken.push({ payload, atMs: this.nowMs, missingBefore: connection?.missingBefore ?? 0 });
    }
  }
}
