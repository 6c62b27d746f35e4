import { type Clock, Emitter } from "@sameroom/base";
import { Packager, type PackagerSink, type RenditionInfo, type RenditionOptions } from "@sameroom/engine";
import type { SourceId, Wire } from "@sameroom/native";
import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import type { HostInputOptions } from "./host-inputs.ts";
import type { ProgramInfo } from "./live-archive.ts";
import { openInputs } from "./open-inputs.ts";
import type { PlannedRendition } from "./planned-rendition.ts";
import type { ProgramInputs } from "./program-inputs.ts";
import { ShowSwitch } from "./show-switch.ts";

export type ProgramEvents = {
  /** A player wants a rendition that nobody wanted before. */
  asked: [rendition: string];
  /** A rendition has its first unit, or one in another format. */
  format: [rendition: string, format: UnitFormat];
  /** The picture's keyframes are too far apart for segments, or are no longer, see {@link Program.isSparse}. */
  sparse: [];
  /** A segment begins without a keyframe: in what is made of the picture it may begin with one. */
  cutWithoutKeyframe: [];
  /** The composed stage, which has the show now, shall have keyframes. */
  stageKeyframes: [];
  ended: [];
};

export interface ProgramOptions {
  info: ProgramInfo;
  /** Gets all that is packaged. */
  sink: PackagerSink;
  wire: Pick<Wire, "setTap" | "nowMicros">;
  clock: Clock;
  partMs: number;
  segmentMs: number;
  /** How long a lost host is waited for, ms. */
  graceMs: number;
}

type UnitListener = (unit: AccessUnit) => void;
type HostListener = (rendition: string, unit: AccessUnit) => void;

/** A layer that a host who is there does not have for so long is gone for good, ms. */
const GONE_MS = 10_000;
/** So long after its last segment without a keyframe a picture is one of many keyframes again, ms. */
const SPARSE_MS = 60_000;
/** So many such segments make it one of few: a host's browser may stand still for a moment. */
const SPARSE_CUTS = 2;
/** A rendition that nobody has asked for this long need not be kept coming, ms. */
const UNASKED_MS = 30_000;

/**
 * A room's show from the host's first media to its end: what the host sends, as access units, packaged once for everybody who
 * plays or keeps it. Outlives the host's sessions: one who is back within the grace period goes on in the same program.
 */
export class Program extends Emitter<ProgramEvents> {
  readonly info: ProgramInfo;
  readonly packager: Packager;
  /** Whether the show is the host's own or the composed stage. */
  readonly show: ShowSwitch;
  readonly #options: ProgramOptions;
  readonly #inputOptions: HostInputOptions;
  readonly #renditions = new Map<string, RenditionInfo>();
  readonly #listeners = new Map<string, Set<UnitListener>>();
  readonly #askedAtMs = new Map<string, number>();
  readonly #formats = new Map<string, UnitFormat>();
  /** Since when the host does not have a layer they had. */
  readonly #missingSinceMs = new Map<string, number>();
  readonly #planned = new Map<string, PlannedRendition>();
  readonly #hostListeners = new Set<HostListener>();
  /** Inputs of others than the host. */
  readonly #others = new Set<Omit<ProgramInputs, "session">>();
  #inputs: ProgramInputs | undefined;
  #sound: string | undefined;
  #endsAtMs = Number.POSITIVE_INFINITY;
  #hadHost = false;
  #endedAtMs: number | undefined;
  #cutsWithoutKeyframe = 0;
  #cutWithoutKeyframeAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ProgramOptions) {
    super();
    this.#options = options;
    this.info = options.info;
    const { sink, partMs, segmentMs } = options;
    const { maxSegmentMs } = options.info;
    this.packager = new Packager({ partMs, segmentMs, maxSegmentMs }, sink, {
      askForKeyframes: () => this.askForKeyframes(),
      cutWithoutKeyframe: () => this.#noteCutWithoutKeyframe(),
    });
    this.show = new ShowSwitch({
      push: (rendition, unit) => this.push(rendition, unit),
      pause: (rendition) => this.pause(rendition),
      askHostForKeyframes: () => this.#inputs?.askForKeyframes(),
    });
    this.#inputOptions = {
      ...this.#wiring(),
      onAdded: (rendition) => {
        if (rendition.kind === "audio") this.#sound = rendition.id;
        this.addRendition(rendition);
      },
      onPaused: (rendition) => {
        if (!this.show.holds(rendition)) this.pause(rendition);
      },
      onUnit: (rendition, unit) => {
        for (const listener of this.#hostListeners) listener(rendition, unit);
        this.show.host(rendition, unit);
      },
      onFiller: (rendition, unit) => this.show.host(rendition, unit),
    };
  }

  get room(): string {
    return this.info.room;
  }

  get epoch(): string {
    return this.info.epoch;
  }

  /** On the node's monotonic clock; undefined while it goes on. */
  get endedAtMs(): number | undefined {
    return this.#endedAtMs;
  }

  /** The host's session that is followed, if there is one. */
  get host(): PublishingSession | undefined {
    return this.#inputs?.session;
  }

  /** Layers of the host's picture. */
  get layers(): number {
    return this.#hostRenditions.filter(({ kind }) => kind === "video").length;
  }

  /** Id of the highest of them. */
  get topLayer(): string | undefined {
    return this.#inputs?.topLayer;
  }

  /** The picture has fewer keyframes than segments: players cannot begin with it, nor turn to it, at any time. */
  get isSparse(): boolean {
    return this.#cutsWithoutKeyframe >= SPARSE_CUTS;
  }

  /** Id of the sound that the host sends, or has sent last; undefined: none yet. */
  get sound(): string | undefined {
    return this.#sound;
  }

  /** What is made when somebody asks for it. */
  get planned(): readonly PlannedRendition[] {
    return [...this.#planned.values()];
  }

  /** Renditions of the host's that there are, pictures lowest first. */
  get sent(): readonly RenditionInfo[] {
    return this.#hostRenditions;
  }

  /** Whether the host sends it: it need not be made. */
  isSent(rendition: string): boolean {
    return this.#hostRenditions.some(({ id }) => id === rendition);
  }

  /** Whether the host, who sends, does not bring it any more: it ends in a while, unless it comes back. */
  isGone(rendition: string): boolean {
    return this.#inputs !== undefined && this.#missingSinceMs.has(rendition);
  }

  /** Whether players may ask for it. */
  offers(rendition: string): boolean {
    return this.#renditions.has(rendition) || this.#planned.has(rendition);
  }

  /** The host sends, or sends something else: taps follow. Another session than before begins a new stretch of time. */
  follow(session: PublishingSession): void {
    if (this.#endedAtMs !== undefined) return;
    this.#endsAtMs = Number.POSITIVE_INFINITY;
    if (session === this.host) {
      this.#inputs?.refresh();
      return;
    }
    // What is composed goes on.
    if (this.#hadHost && !this.show.isStage) this.packager.discontinuity();
    this.#inputs?.close();
    this.#hadHost = true;
    this.#inputs = openInputs(session, this.#inputOptions);
  }

  /** The host's session is over: the program waits for the next one until the grace period has passed. */
  lose(session: PublishingSession): void {
    if (session !== this.host) return;
    this.#dropInputs();
    this.#endsAtMs = this.#options.clock.nowMs() + this.#options.graceMs;
  }

  take(source: SourceId, packet: Uint8Array, arrivalMicros: number): void {
    this.#inputs?.take(source, packet, arrivalMicros);
    for (const others of this.#others) others.take(source, packet, arrivalMicros);
  }

  clock(source: SourceId, map: { unixMicros: number; rtpTimestamp: number }): void {
    this.#inputs?.clock(source, map);
    for (const others of this.#others) others.clock(source, map);
  }

  /** A player wants this rendition: it is kept coming for a while. */
  ask(rendition: string): void {
    const wasAsked = this.isAsked(rendition);
    this.#askedAtMs.set(rendition, this.#options.clock.nowMs());
    if (!wasAsked) this.emit("asked", rendition);
  }

  /** Whether a player has asked for it lately. */
  isAsked(rendition: string): boolean {
    const atMs = this.#askedAtMs.get(rendition);
    return atMs !== undefined && this.#options.clock.nowMs() - atMs < UNASKED_MS;
  }

  /** Whether a player has asked for anything lately. */
  get isWatched(): boolean {
    return [...this.#askedAtMs.keys()].some((rendition) => this.isAsked(rendition));
  }

  /** Hears every unit of a rendition until the returned function is called. */
  subscribe(rendition: string, listener: UnitListener): () => void {
    const listeners = this.#listeners.get(rendition) ?? new Set();
    this.#listeners.set(rendition, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Hears every unit that the host sends, whatever the show is, until the returned function is called. */
  hearHost(listener: HostListener): () => void {
    this.#hostListeners.add(listener);
    return () => this.#hostListeners.delete(listener);
  }

  /** Somebody else's inputs get packets and time with the host's; `open` is told what they need. Closed by who asked for them. */
  attach<Inputs extends Omit<ProgramInputs, "session">>(
    open: (wiring: Pick<HostInputOptions, "wire" | "unixMicrosOf">) => Inputs,
  ): { inputs: Inputs; detach: () => void } {
    const inputs = open(this.#wiring());
    this.#others.add(inputs);
    return { inputs, detach: () => this.#others.delete(inputs) };
  }

  /** Of the rendition's newest unit; undefined before the first. */
  formatOf(rendition: string): UnitFormat | undefined {
    return this.#formats.get(rendition);
  }

  /** Asks whoever has the show for a keyframe of every layer. */
  askForKeyframes(): void {
    if (this.show.isStage) this.emit("stageKeyframes");
    else this.#inputs?.askForKeyframes();
  }

  /** Asks the host, whatever the show is. */
  askHostForKeyframes(): void {
    this.#inputs?.askForKeyframes();
  }

  /** Promises players a rendition that is made once they ask for it. */
  plan(rendition: PlannedRendition): void {
    this.#planned.set(rendition.id, rendition);
  }

  /** Takes a promise back: new players are not told of it any more. */
  unplan(rendition: string): void {
    this.#planned.delete(rendition);
  }

  /** Adds a rendition; a known one goes on. */
  addRendition({ id, kind }: RenditionInfo, options?: RenditionOptions): void {
    if (this.#endedAtMs !== undefined || this.#renditions.has(id)) return;
    this.#renditions.set(id, { id, kind });
    this.packager.addRendition({ id, kind }, options);
  }

  /** The rendition brings nothing until its next unit; players are told of gaps. */
  pause(rendition: string): void {
    if (this.#endedAtMs === undefined && this.#renditions.has(rendition)) this.packager.pause(rendition);
  }

  /** A unit of a rendition: to the packager, and to whoever listens. */
  push(rendition: string, unit: AccessUnit): void {
    if (this.#endedAtMs !== undefined) return;
    this.packager.push(rendition, unit);
    if (this.#formats.get(rendition) !== unit.format) {
      this.#formats.set(rendition, unit.format);
      this.emit("format", rendition, unit.format);
    }
    for (const listener of this.#listeners.get(rendition) ?? []) listener(unit);
  }

  /** Packages what has come. Every few milliseconds. */
  poll(): void {
    const { wire, clock } = this.#options;
    this.#inputs?.poll(wire.nowMicros());
    for (const others of this.#others) others.poll(wire.nowMicros());
    this.packager.tick(clock.unixMs());
  }

  /** Looks after layers and the grace period. A few times a second. */
  tick(nowMs: number): void {
    if (nowMs >= this.#endsAtMs) this.end();
    if (nowMs - this.#cutWithoutKeyframeAtMs > SPARSE_MS) this.#setCutsWithoutKeyframe(0);
    if (this.#inputs === undefined) return;
    this.#inputs.refresh();
    this.#inputs.want((rendition) => this.isAsked(rendition));
    this.#forgetLayers(nowMs);
  }

  /** The show is over. Idempotent. */
  end(): void {
    if (this.#endedAtMs !== undefined) return;
    this.#dropInputs();
    this.packager.end();
    this.#endedAtMs = this.#options.clock.nowMs();
    this.#endsAtMs = Number.POSITIVE_INFINITY;
    this.#listeners.clear();
    this.#hostListeners.clear();
    this.emit("ended");
  }

  #noteCutWithoutKeyframe(): void {
    this.#cutWithoutKeyframeAtMs = this.#options.clock.nowMs();
    this.#setCutsWithoutKeyframe(this.#cutsWithoutKeyframe + 1);
    this.emit("cutWithoutKeyframe");
  }

  #setCutsWithoutKeyframe(cuts: number): void {
    const wasSparse = this.isSparse;
    this.#cutsWithoutKeyframe = cuts;
    if (wasSparse !== this.isSparse) this.emit("sparse");
  }

  #wiring(): Pick<HostInputOptions, "wire" | "unixMicrosOf"> {
    const { wire, clock } = this.#options;
    return {
      wire,
      unixMicrosOf: (arrivalMicros) => clock.unixMs() * 1000 - (wire.nowMicros() - arrivalMicros),
    };
  }

  get #hostRenditions(): readonly RenditionInfo[] {
    return this.#inputs?.renditions ?? [];
  }

  #dropInputs(): void {
    this.#inputs?.close();
    this.#inputs = undefined;
  }

  /** Players are not told any more of layers that the host has not sent in a while and can send no more. */
  #forgetLayers(nowMs: number): void {
    const present = new Set(this.#hostRenditions.map(({ id }) => id));
    for (const id of this.#renditions.keys()) {
      if (present.has(id) || this.#planned.has(id) || this.show.holds(id)) {
        this.#missingSinceMs.delete(id);
        continue;
      }
      const sinceMs = this.#missingSinceMs.get(id) ?? nowMs;
      this.#missingSinceMs.set(id, sinceMs);
      if (nowMs - sinceMs < GONE_MS) continue;
      this.#missingSinceMs.delete(id);
      this.#renditions.delete(id);
      this.#formats.delete(id);
      this.packager.removeRendition(id);
      this.show.forget(id);
    }
  }
}
