import { type Backoff, type Clock, createBackoff, type Log, type Random, type Timers } from "@sameroom/base";
import type { ToChild } from "./messages.ts";
import type { Seat, TakeSeat } from "./transcode.ts";
import { type JobMessage, TranscoderChild } from "./transcoder-child.ts";

export interface ChildPoolOptions {
  /** Word for the log: `audio`. */
  name: string;
  /** File that children run. */
  program: string;
  /** Jobs of one child. */
  jobsPerChild: number;
  niceness: number;
  /** Resident memory above which a child is ended, bytes. */
  maxRssBytes: number;
  clock: Clock;
  timers: Timers;
  random: Pick<Random, "next">;
  log: Log;
}

/** A child without a job is kept for so long, for the next one, ms. */
const lingerMs = 10_000;
/** After so long without a death the next child is started at once, ms. */
const calmMs = 30_000;

interface Guest {
  onMessage(message: JobMessage): void;
  onGone(why: string): void;
}

interface House {
  /** Undefined while its start is being delayed. */
  child: TranscoderChild | undefined;
  readonly guests: Map<number, Guest>;
  /** What guests said before there was a child to hear it. */
  waiting: ToChild[];
  readonly alone: boolean;
  cancel: () => void;
  cancelLinger: () => void;
}

/** Most messages that wait for a child to be started: a second of anything. */
const mostWaiting = 1000;

/** Child processes of one kind: started when a job needs one, shared by several, put to rest when idle. */
export class ChildPool {
  readonly #options: ChildPoolOptions;
  readonly #houses = new Set<House>();
  /** Children that were told to end and have not. */
  readonly #ending = new Set<Promise<void>>();
  readonly #backoff: Backoff;
  #nextJob = 1;
  /** Jobs that may come and must not wait for a process to start. */
  #expected = 0;
  #lastDeathMs: number | undefined;
  /** No child is started before. */
  #startMs = 0;
  #closed = false;

  constructor(options: ChildPoolOptions) {
    this.#options = options;
    this.#backoff = createBackoff({ baseMs: 500, maxMs: 10_000, random: options.random });
  }

  /** Ids of the processes that run now. */
  get pids(): number[] {
    return [...this.#houses].flatMap(({ child }) => child?.pid ?? []);
  }

  /** Jobs that have a place. */
  get jobs(): number {
    let jobs = 0;
    for (const house of this.#houses) jobs += house.guests.size;
    return jobs;
  }

  /** Opens a place for a job, in a new process where none has room. */
  readonly takeSeat: TakeSeat = ({ alone, onMessage, onGone }) => {
    const house = this.#find(alone) ?? this.#build(alone);
    house.cancelLinger();
    const job = this.#nextJob++;
    house.guests.set(job, { onMessage, onGone });
    this.#prepare();
    const seat: Seat = {
      send: (message) => this.#send(house, { job, ...message } as ToChild),
      leave: () => {
        if (house.guests.delete(job) && house.guests.size === 0) this.#linger(house);
      },
    };
    return seat;
  };

  /** A job may come and must not wait for a process to start; until the returned function is called. */
  expect(): () => void {
    this.#expected += 1;
    this.#prepare();
    let isExpected = true;
    return () => {
      if (!isExpected) return;
      isExpected = false;
      this.#expected -= 1;
      for (const house of this.#houses) if (house.guests.size === 0) this.#linger(house);
    };
  }

  /** Ends every process. Resolves when they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const house of [...this.#houses]) this.#raze(house);
    await Promise.all(this.#ending);
  }

  #find(alone: boolean): House | undefined {
    for (const house of this.#houses) {
      const room =
        alone || house.alone ? house.guests.size === 0 : house.guests.size < this.#options.jobsPerChild;
      if (room && house.alone === alone) return house;
    }
    return undefined;
  }

  /** One place is ready while more jobs are expected than there are. */
  #prepare(): void {
    if (this.#closed || this.#expected <= this.jobs) return;
    const house = this.#find(false) ?? this.#build(false);
    house.cancelLinger();
  }

  #build(alone: boolean): House {
    const house: House = {
      child: undefined,
      guests: new Map(),
      waiting: [],
      alone,
      cancel: () => {},
      cancelLinger: () => {},
    };
    this.#houses.add(house);
    const delayMs = this.#startMs - this.#options.clock.nowMs();
    if (delayMs <= 0) this.#start(house);
    else house.cancel = this.#options.timers.after(delayMs, () => this.#start(house));
    return house;
  }

  #start(house: House): void {
    if (this.#closed) return;
    const { program, niceness, maxRssBytes, timers } = this.#options;
    house.child = new TranscoderChild({
      program,
      niceness,
      maxRssBytes,
      timers,
      onMessage: (message) => house.guests.get(message.job)?.onMessage(message),
      onGone: (why) => this.#gone(house, why),
    });
    for (const message of house.waiting.splice(0)) house.child.send(message);
  }

  #send(house: House, message: ToChild): void {
    if (house.child !== undefined) house.child.send(message);
    else if (house.waiting.length < mostWaiting || message.type !== "unit") house.waiting.push(message);
  }

  #gone(house: House, why: string | undefined): void {
    this.#houses.delete(house);
    house.cancelLinger();
    if (this.#closed || why === undefined) return;
    const { name, log, clock } = this.#options;
    this.#delayNext(clock.nowMs());
    const guests = [...house.guests.values()];
    house.guests.clear();
    log.warn("a transcoder is gone", { transcoder: name, why, jobs: guests.length });
    for (const guest of guests) guest.onGone(why);
  }

  /** At once after a first death, then later and later while children die. */
  #delayNext(nowMs: number): void {
    const calm = this.#lastDeathMs === undefined || nowMs - this.#lastDeathMs > calmMs;
    this.#lastDeathMs = nowMs;
    if (calm) this.#backoff.reset();
    this.#startMs = calm ? nowMs : nowMs + this.#backoff.nextMs();
  }

  #linger(house: House): void {
    house.cancelLinger();
    house.cancelLinger = this.#options.timers.after(lingerMs, () => this.#raze(house));
    this.#prepare();
  }

  #raze(house: House): void {
    house.cancel();
    house.cancelLinger();
    house.guests.clear();
    this.#houses.delete(house);
    if (house.child === undefined) return;
    const ending = house.child.end().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
