import type { AccessUnit } from "@sameroom/protocol";

/** What a switch does to the show; declared here, implemented there. */
export interface ShowSwitchPort {
  /** A unit of the show. */
  push(rendition: string, unit: AccessUnit): void;
  /** The show has nothing of this rendition until its next unit. */
  pause(rendition: string): void;
  /** The host's pictures cannot go on without keyframes. */
  askHostForKeyframes(): void;
}

/** Who brings a rendition: the host; the composed stage, awaited or there; the host again, awaited. */
type Side =
  | { is: "host" }
  | { is: "coming"; fromMicros: number; held: AccessUnit[] }
  | { is: "stage" }
  | { is: "leaving"; fromMicros: number; held: AccessUnit[] };

interface Rendition {
  side: Side;
  /** The host goes on with a keyframe behind this moment; -Infinity: goes on. */
  gateMicros: number;
  /** Of the newest unit of the show, µs. */
  lastMicros: number;
  /** The host's newest sound while the stage has the show: what goes on at once should the stage break off. */
  recent: AccessUnit[];
  isDarkTold: boolean;
}

/** So much of the host is kept for the case that the stage does not come, µs. */
const MOST_HELD_MICROS = 3_000_000;
const MOST_HELD = 1024;
/** Sound of the host that is kept for the case that the stage breaks off, µs. */
const RECENT_MICROS = 1_500_000;

/**
 * Whether a show is the host's own pictures and sound or the composed stage, rendition by rendition. Both have the same names and the same
 * clock; it changes from one to the other at a keyframe, with no time twice and none left out. The stage comes some tenths of a second after
 * the host, so what the host sends meanwhile is held back, and is shown after all when no stage comes. Pure.
 */
export class ShowSwitch {
  readonly #port: ShowSwitchPort;
  readonly #renditions = new Map<string, Rendition>();
  /** Since when the stage has the show, and what of it it brings; undefined: it is the host's. */
  #stage: { fromMicros: number; brings: ReadonlySet<string> } | undefined;
  #isLeaving = false;

  constructor(port: ShowSwitchPort) {
    this.#port = port;
  }

  /** The stage has the show, or parts of it. */
  get isStage(): boolean {
    return this.#stage !== undefined;
  }

  /** The stage has this rendition. */
  holds(rendition: string): boolean {
    const side = this.#renditions.get(rendition)?.side.is;
    return side === "stage" || side === "leaving";
  }

  /** From this moment on the stage is the show; it brings these renditions, the others rest. */
  compose(fromMicros: number, brings: Iterable<string>): void {
    this.#stage = { fromMicros, brings: new Set(brings) };
    this.#isLeaving = false;
    for (const [id, rendition] of this.#renditions) this.#enter(id, rendition);
  }

  /** The stage brings these renditions from here on. */
  setBrought(brings: Iterable<string>): void {
    if (this.#stage === undefined) return;
    this.#stage = { ...this.#stage, brings: new Set(brings) };
  }

  /** The show is the host's again, each rendition from its next keyframe on; until then the stage goes on. */
  release(): void {
    if (this.#stage === undefined || this.#isLeaving) return;
    this.#isLeaving = true;
    for (const [id, rendition] of this.#renditions)
      if (rendition.side.is === "coming") this.#backToHost(id, rendition, rendition.side);
    if (this.isStage) this.#port.askHostForKeyframes();
    this.#settle();
  }

  /** The stage brings nothing more: the host goes on as soon as can be. */
  fail(): void {
    if (this.#stage === undefined) return;
    this.#stage = undefined;
    this.#isLeaving = false;
    let needsKeyframes = false;
    for (const [id, rendition] of this.#renditions) {
      const { side, recent } = rendition;
      if (side.is === "host") continue;
      const held = side.is === "stage" ? recent : side.held;
      needsKeyframes ||= side.is === "stage" && held.length === 0;
      this.#giveToHost(id, rendition, held);
    }
    if (needsKeyframes) this.#port.askHostForKeyframes();
  }

  /** A unit that the host has sent. */
  host(id: string, unit: AccessUnit): void {
    const rendition = this.#of(id);
    const { side } = rendition;
    switch (side.is) {
      case "host":
        this.#showHost(id, rendition, unit);
        return;
      case "coming":
        if (unit.captureMicros < side.fromMicros && side.held.length === 0)
          this.#showHost(id, rendition, unit);
        else side.held.push(unit);
        if (isTooMuch(side.held)) this.fail();
        return;
      case "leaving":
        side.held.push(unit);
        if (isTooMuch(side.held)) this.#backToHost(id, rendition, side);
        return;
      case "stage":
        this.#pass(id, rendition, unit);
    }
  }

  /** A unit of the composed stage. */
  stage(id: string, unit: AccessUnit): void {
    if (this.#stage === undefined) return;
    const rendition = this.#of(id);
    const { side } = rendition;
    if (side.is === "coming") {
      if (!unit.keyframe || unit.captureMicros < side.fromMicros - halfOf(unit)) return;
      rendition.side = { is: "stage" };
    } else if (side.is === "leaving" && unit.captureMicros >= side.fromMicros - halfOf(unit)) {
      this.#backToHost(id, rendition, side);
      return;
    } else if (side.is === "host") return;
    rendition.isDarkTold = false;
    if (unit.captureMicros > rendition.lastMicros) this.#put(id, rendition, unit);
  }

  /** This rendition is not there any more. */
  forget(id: string): void {
    this.#renditions.delete(id);
    this.#settle();
  }

  #of(id: string): Rendition {
    let rendition = this.#renditions.get(id);
    if (rendition === undefined) {
      const lastMicros = Number.NEGATIVE_INFINITY;
      rendition = { side: { is: "host" }, gateMicros: lastMicros, lastMicros, recent: [], isDarkTold: false };
      this.#renditions.set(id, rendition);
      if (this.#stage !== undefined && !this.#isLeaving) this.#enter(id, rendition);
    }
    return rendition;
  }

  #enter(id: string, rendition: Rendition): void {
    if (this.#stage === undefined || rendition.side.is !== "host") return;
    rendition.isDarkTold = false;
    rendition.side = this.#stage.brings.has(id)
      ? { is: "coming", fromMicros: this.#stage.fromMicros, held: [] }
      : { is: "stage" };
  }

  /** The stage has the show. */
  #pass(id: string, rendition: Rendition, unit: AccessUnit): void {
    const isBrought = this.#stage?.brings.has(id) === true;
    if (this.#isLeaving && unit.keyframe && unit.captureMicros > rendition.lastMicros) {
      rendition.side = { is: "leaving", fromMicros: unit.captureMicros, held: [unit] };
      rendition.recent = [];
      if (!isBrought) this.#backToHost(id, rendition, rendition.side);
      return;
    }
    if (!isBrought && !rendition.isDarkTold) {
      rendition.isDarkTold = true;
      this.#port.pause(id);
    }
    if (unit.format.kind === "audio") {
      rendition.recent.push(unit);
      while (unit.captureMicros - rendition.recent[0]!.captureMicros > RECENT_MICROS)
        rendition.recent.shift();
    }
  }

  #backToHost(id: string, rendition: Rendition, side: Extract<Side, { held: AccessUnit[] }>): void {
    this.#giveToHost(id, rendition, side.held);
    this.#settle();
  }

  /** The host goes on with these. */
  #giveToHost(id: string, rendition: Rendition, held: readonly AccessUnit[]): void {
    // Where no stage came the host has not been away.
    if (rendition.side.is !== "coming") rendition.gateMicros = rendition.lastMicros;
    rendition.side = { is: "host" };
    rendition.recent = [];
    for (const unit of held) this.#showHost(id, rendition, unit);
  }

  #showHost(id: string, rendition: Rendition, unit: AccessUnit): void {
    if (rendition.gateMicros > Number.NEGATIVE_INFINITY) {
      if (!unit.keyframe || unit.captureMicros <= rendition.gateMicros - halfOf(unit)) return;
      rendition.gateMicros = Number.NEGATIVE_INFINITY;
    }
    this.#put(id, rendition, unit);
  }

  #put(id: string, rendition: Rendition, unit: AccessUnit): void {
    rendition.lastMicros = Math.max(rendition.lastMicros, unit.captureMicros);
    this.#port.push(id, unit);
  }

  /** The last rendition is the host's again: the stage is not needed any more. */
  #settle(): void {
    if (!this.#isLeaving || [...this.#renditions.values()].some(({ side }) => side.is !== "host")) return;
    this.#stage = undefined;
    this.#isLeaving = false;
  }
}

function isTooMuch(held: readonly AccessUnit[]): boolean {
  const [first, last] = [held[0], held.at(-1)];
  if (first === undefined || last === undefined) return false;
  return last.captureMicros - first.captureMicros > MOST_HELD_MICROS || held.length >= MOST_HELD;
}

function halfOf({ samples, format }: AccessUnit): number {
  return format.kind === "audio" ? (samples * 500_000) / format.sampleRate : 0;
}
