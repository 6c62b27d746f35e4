import { type Backoff, type Clock, createBackoff, type Log, type Random } from "@sameroom/base";
import {
  idleRestream,
  type RestreamOrder,
  type RestreamReason,
  type RestreamStatus,
} from "@sameroom/contract";
import type { AccessUnit, UnitFormat, VideoFormat } from "@sameroom/protocol";
import { Backlog } from "../transcode/backlog.ts";
import type { FromSender } from "./messages.ts";
import type { OpenSender, Sender } from "./sender.ts";
import { type Show, ShowFeed } from "./show-feed.ts";
import { TargetTimeline } from "./target-timeline.ts";

export interface RestreamOptions {
  order: RestreamOrder;
  show: Show;
  openSender: OpenSender;
  allowPrivate: boolean;
  clock: Clock;
  random: Pick<Random, "next">;
  log: Log;
  /** Its state is another one; not told of bit rates. */
  onChange(): void;
  /** So many bytes more are on their way. */
  onSent(bytes: number): void;
  /** It is given up, for now. */
  onFailed(reason: RestreamReason): void;
}

/** FLV and MPEG-TS carry H.264; HEVC only receivers of SRT understand. */
const PICTURES: Record<"rtmp" | "srt", readonly VideoFormat["codec"][]> = {
  rtmp: ["h264"],
  srt: ["h264", "hevc"],
};
/** Media under way to a target, at most, ms: what is more is left out up to the next keyframe. */
const MAX_BEHIND_MS = 4000;
/** A target that takes nothing for so long is gone, ms. */
const STUCK_MS = 15_000;
/** To connect and to be taken, ms. */
const OPEN_TIMEOUT_MS = 20_000;
/** After so long on air the next failure counts as the first, ms. */
const STABLE_MS = 30_000;
/** So long is said that a target is too slow, ms. */
const SLOW_MEMORY_MS = 30_000;
/** A keyframe is asked for again after so long, ms. */
const KEYFRAME_INTERVAL_MS = 1000;
const RETRY = { baseMs: 2000, maxMs: 60_000 };
/** Least pause before trying again, ms: platforms count a hurry as an attack. */
const LEAST_RETRY_MS = 1000;

interface Connection {
  readonly sender: Sender;
  readonly timeline: TargetTimeline;
  readonly backlog: Backlog;
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
  readonly sinceMs: number;
  opened: boolean;
  /** By kind, as the target was told. */
  readonly formats: Map<string, UnitFormat>;
}

/** A show on its way to one target: connects when there is something to send, tries again when it fails. Nobody waits for it. */
export class Restream {
  readonly #options: RestreamOptions;
  readonly #feed: ShowFeed;
  readonly #backoff: Backoff;
  #connection: Connection | undefined;
  #status: RestreamStatus;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #slowUntilMs = Number.NEGATIVE_INFINITY;
  #askedMs = Number.NEGATIVE_INFINITY;
  #sent: { bytes: number; atMs: number } | undefined;
  #nowMs: number;
  #closed = false;

  constructor(options: RestreamOptions) {
    this.#options = options;
    const { order, show, clock, random } = options;
    this.#nowMs = clock.nowMs();
    this.#backoff = createBackoff({ ...RETRY, random });
    this.#status = { ...idleRestream(order.id, clock.unixMs()), state: "connecting" };
    const pictures = PICTURES[order.url.startsWith("srt:") ? "srt" : "rtmp"];
    this.#feed = new ShowFeed({
      show,
      pictures,
      nowMs: () => clock.nowMs(),
      onUnit: (unit) => this.#take(unit),
    });
  }

  get order(): RestreamOrder {
    return this.#options.order;
  }

  get status(): RestreamStatus {
    return this.#status;
  }

  /** Hands over what is due, and looks after the connection. Every few tens of milliseconds. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#feed.tick(nowMs);
    if (this.#connection !== undefined) this.#watch(this.#connection);
    else if (this.#feed.isUnsupported && nowMs >= this.#notBeforeMs) this.#fail("unsupported", null);
  }

  /** Ends it. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#feed.close();
    this.#drop();
  }

  #take(unit: AccessUnit): void {
    const connection = this.#connection ?? this.#connect(unit);
    if (connection === undefined) return;
    const { format, keyframe, data } = unit;
    if (!(format.kind === "video" ? connection.hasVideo : connection.hasAudio)) {
      // The show has more than this connection began with.
      this.#drop();
      this.#set({ state: "connecting" });
      return;
    }
    const isStart = format.kind === "video" ? keyframe : !connection.hasVideo;
    const admission = connection.backlog.admit({ keyframe: isStart, bytes: data.byteLength }, this.#nowMs);
    if (admission === "overflow") this.#tooSlow();
    if (admission === "keyframe") this.#askForKeyframe();
    if (admission !== "send") return;
    const placed = connection.timeline.place(unit);
    if (placed === undefined) {
      connection.backlog.done(connection.backlog.sequence);
      return;
    }
    if (connection.formats.get(format.kind) !== format) {
      connection.formats.set(format.kind, format);
      connection.sender.send({ type: "format", format });
    }
    connection.sender.send({ type: "unit", sequence: connection.backlog.sequence, unit: placed });
  }

  /** A connection begins with what the show begins with. */
  #connect({ format, keyframe }: AccessUnit): Connection | undefined {
    const { video, audio } = this.#feed;
    const isStart = video === undefined ? format.kind === "audio" : format.kind === "video" && keyframe;
    if (this.#closed || this.#nowMs < this.#notBeforeMs || !this.#feed.isReady(this.#nowMs)) return undefined;
    if (!isStart) {
      this.#askForKeyframe();
      return undefined;
    }
    const { order, allowPrivate, openSender } = this.#options;
    const sender = openSender({
      onMessage: (message) => {
        if (this.#connection === connection) this.#receive(connection, message);
      },
      onGone: (why) => {
        if (this.#connection === connection) this.#fail("failed", why);
      },
    });
    const connection: Connection = {
      sender,
      timeline: new TargetTimeline({ hasVideo: video !== undefined }),
      backlog: new Backlog({ maxWaitMs: MAX_BEHIND_MS }),
      ...{ hasVideo: video !== undefined, hasAudio: audio !== undefined },
      ...{ sinceMs: this.#nowMs, opened: false },
      formats: new Map(),
    };
    if (video !== undefined) connection.formats.set("video", video);
    if (audio !== undefined) connection.formats.set("audio", audio);
    this.#connection = connection;
    this.#sent = undefined;
    sender.send({ type: "open", opening: { order, allowPrivate, video, audio } });
    this.#set({ state: "connecting", retryAtUnixMs: null });
    return connection;
  }

  #receive(connection: Connection, message: FromSender): void {
    switch (message.type) {
      case "opened":
        connection.opened = true;
        this.#options.log.info("a restream is live", { target: this.order.id });
        this.#set({ state: "live", reason: null, detail: null, retryAtUnixMs: null });
        return;
      case "done":
        connection.backlog.done(message.sequence);
        return;
      case "sent":
        this.#measure(connection, message.bytes);
        return;
      case "failed":
        this.#fail(message.reason, message.detail);
    }
  }

  #measure(connection: Connection, bytes: number): void {
    const nowMs = this.#options.clock.nowMs();
    const before = this.#sent;
    this.#sent = { bytes, atMs: nowMs };
    this.#options.onSent(Math.max(0, bytes - (before?.bytes ?? 0)));
    if (before === undefined || nowMs <= before.atMs || !connection.opened) return;
    const bitrate = Math.max(0, Math.round(((bytes - before.bytes) * 8000) / (nowMs - before.atMs)));
    this.#status = { ...this.#status, bitrate };
  }

  #watch(connection: Connection): void {
    const waitedMs = connection.backlog.waitedMs(this.#nowMs);
    const openMs = this.#nowMs - connection.sinceMs;
    if (!connection.opened) {
      if (openMs >= OPEN_TIMEOUT_MS) this.#fail("unreachable", "it did not answer in time");
      return;
    }
    if (waitedMs >= STUCK_MS) {
      this.#fail("lost", "it takes nothing any more");
      return;
    }
    if (openMs >= STABLE_MS && this.#status.attempt > 0) {
      this.#backoff.reset();
      this.#status = { ...this.#status, attempt: 0 };
    }
    if (this.#status.reason === "too-slow" && this.#nowMs >= this.#slowUntilMs)
      this.#set({ state: "live", reason: null, detail: null });
  }

  #tooSlow(): void {
    this.#slowUntilMs = this.#nowMs + SLOW_MEMORY_MS;
    if (this.#connection?.opened !== true || this.#status.reason === "too-slow") return;
    this.#options.log.warn("a restream leaves pictures out: its target is too slow", {
      target: this.order.id,
    });
    this.#set({ state: "live", reason: "too-slow" });
  }

  #fail(reason: RestreamReason, detail: string | null): void {
    this.#drop();
    this.#options.onFailed(reason);
    const attempt = this.#status.attempt + 1;
    const waitMs = Math.max(LEAST_RETRY_MS, this.#backoff.nextMs());
    this.#notBeforeMs = this.#nowMs + waitMs;
    const { clock, log } = this.#options;
    log.warn("a restream failed", {
      target: this.order.id,
      reason,
      detail,
      attempt,
      retryMs: Math.round(waitMs),
    });
    this.#set({
      state: "retrying",
      reason,
      detail,
      attempt,
      retryAtUnixMs: Math.round(clock.unixMs() + waitMs),
    });
  }

  #askForKeyframe(): void {
    if (this.#nowMs - this.#askedMs < KEYFRAME_INTERVAL_MS) return;
    this.#askedMs = this.#nowMs;
    this.#options.show.askForKeyframes();
  }

  #drop(): void {
    this.#connection?.sender.end();
    this.#connection = undefined;
  }

  #set(change: Partial<RestreamStatus>): void {
    const before = this.#status;
    const next = { ...before, ...change };
    if (next.state !== before.state) next.sinceUnixMs = this.#options.clock.unixMs();
    if (next.state !== "live") next.bitrate = 0;
    this.#status = next;
    this.#options.onChange();
  }
}
