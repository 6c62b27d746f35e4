import { type Clock, Emitter, type Log, type Random } from "@sameroom/base";
import {
  idleRestream,
  type RestreamOrder,
  type RestreamReason,
  type RestreamStatus,
} from "@sameroom/contract";
import type { Program } from "../program/program.ts";
import type { Programs } from "../program/programs.ts";
import { Restream } from "./restream.ts";
import type { OpenSender } from "./sender.ts";

export interface RestreamsOptions {
  /** Undefined where LL-HLS is off: then there is nothing to send. */
  programs: Pick<Programs, "on" | "of"> | undefined;
  openSender: OpenSender;
  /** Targets in private networks are sent to as well. */
  allowPrivate: boolean;
  clock: Clock;
  random: Pick<Random, "next">;
  log: Log;
}

/** What restreams do, counted. */
export interface RestreamCounts {
  readonly states: Readonly<Record<Exclude<RestreamStatus["state"], "off">, number>>;
  readonly failures: ReadonlyMap<RestreamReason, number>;
  readonly sentBytes: number;
}

export type RestreamsEvents = { state: [room: string, targets: RestreamStatus[]] };

/** Rooms with targets that are remembered; control tells those on air again after every `hello`. */
const MAX_ROOMS = 10_000;
/** Targets sent to at a time, in all rooms: each has a process of some 70 MB. */
const MAX_RUNNING = 64;
/** How often bit rates are told, ms. */
const STATE_INTERVAL_MS = 2000;

/** Shows on their way to other platforms: what control ordered for each room, for as long as its program goes on. */
export class Restreams extends Emitter<RestreamsEvents> {
  readonly #options: RestreamsOptions;
  readonly #orders = new Map<string, readonly RestreamOrder[]>();
  readonly #running = new Map<Program, Map<string, Restream>>();
  readonly #failures = new Map<RestreamReason, number>();
  #sentBytes = 0;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(options: RestreamsOptions) {
    super((error, event) => options.log.error("a listener failed", { event, error: error.message }));
    this.#options = options;
    options.programs?.on("started", (program) => this.#start(program));
    options.programs?.on("ended", (program) => this.#end(program));
  }

  /** Connections that are wanted now. */
  get running(): number {
    let count = 0;
    for (const restreams of this.#running.values()) count += restreams.size;
    return count;
  }

  /** For metrics: connections by what they do now, what was sent and what failed since the start. */
  get counts(): RestreamCounts {
    const states = { connecting: 0, live: 0, retrying: 0 };
    for (const restreams of this.#running.values())
      for (const { status } of restreams.values()) if (status.state !== "off") states[status.state] += 1;
    return { states, failures: this.#failures, sentBytes: this.#sentBytes };
  }

  /** Takes an order of control over: the room's targets are these. One that is the same as before goes on undisturbed. */
  set(room: string, orders: readonly RestreamOrder[]): void {
    this.#orders.delete(room);
    if (orders.length > 0) this.#orders.set(room, orders);
    if (this.#orders.size > MAX_ROOMS) this.#orders.delete(this.#orders.keys().next().value!);
    const program = this.#options.programs?.of(room);
    if (program !== undefined && program.endedAtMs === undefined) this.#settle(program);
    else this.#tell(room);
  }

  /** How a room's targets are doing. */
  statusesOf(room: string): RestreamStatus[] {
    const { programs, clock } = this.#options;
    const program = programs?.of(room);
    const running = program === undefined ? undefined : this.#running.get(program);
    const why: Partial<RestreamStatus> =
      programs === undefined
        ? { reason: "unsupported", detail: "LL-HLS is off on this server" }
        : running === undefined
          ? {}
          : { reason: "failed", detail: "this server sends on as many shows as it may" };
    return (this.#orders.get(room) ?? []).map(
      ({ id }) => running?.get(id)?.status ?? { ...idleRestream(id, clock.unixMs()), ...why },
    );
  }

  /** Every few tens of milliseconds. */
  tick(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const restreams of this.#running.values()) for (const each of restreams.values()) each.tick(nowMs);
    if (nowMs - this.#toldMs < STATE_INTERVAL_MS) return;
    this.#toldMs = nowMs;
    // Those that found no place look for one again.
    for (const program of this.#running.keys()) this.#settle(program);
  }

  /** Ends all of them. */
  close(): void {
    for (const program of [...this.#running.keys()]) this.#end(program);
  }

  #start(program: Program): void {
    if (this.#orders.has(program.room)) this.#settle(program);
  }

  #end(program: Program): void {
    const restreams = this.#running.get(program);
    if (restreams === undefined) return;
    this.#running.delete(program);
    for (const each of restreams.values()) each.close();
    this.#tell(program.room);
  }

  #settle(program: Program): void {
    const orders = this.#orders.get(program.room) ?? [];
    const running = this.#running.get(program) ?? new Map<string, Restream>();
    this.#running.set(program, running);
    for (const [id, restream] of running) {
      const order = orders.find((each) => each.id === id);
      if (order !== undefined && isSame(order, restream.order)) continue;
      restream.close();
      running.delete(id);
    }
    for (const order of orders) if (!running.has(order.id)) this.#open(program, running, order);
    if (orders.length === 0) this.#running.delete(program);
    this.#tell(program.room);
  }

  #open(program: Program, running: Map<string, Restream>, order: RestreamOrder): void {
    const { openSender, allowPrivate, clock, random, log } = this.#options;
    if (this.running >= MAX_RUNNING) return;
    running.set(
      order.id,
      new Restream({
        ...{ order, show: program, openSender, allowPrivate, clock, random, log },
        onChange: () => this.#tell(program.room),
        onSent: (bytes) => {
          this.#sentBytes += bytes;
        },
        onFailed: (reason) => this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1),
      }),
    );
  }

  #tell(room: string): void {
    this.emit("state", room, this.statusesOf(room));
  }
}

function isSame(one: RestreamOrder, other: RestreamOrder): boolean {
  return one.url === other.url && one.key === other.key && one.passphrase === other.passphrase;
}
