import type { AccessUnit } from "@sameroom/protocol";
import { KeyframeRhythm } from "./keyframe-rhythm.ts";
import { decodingTime, RenditionQueue } from "./rendition-queue.ts";
import { type Cut, FIRST_SEGMENT, SegmentGrid } from "./segment-grid.ts";
import type {
  PackagerOptions,
  PackagerRequests,
  PackagerSink,
  RenditionInfo,
  RenditionOptions,
} from "./types.ts";

/** A segment may end with a keyframe that comes so much too early. */
const LEAST_SEGMENT_SHARE = 0.75;
/** Keyframes that belong to one request are so close together in all layers. */
const STEP_MICROS = 500_000;
/** A rendition that follows is cut without a keyframe so long after the cut. */
const LATE_MICROS = 1_000_000;
/** Units wait so long for the rendition that decides the cut to be as far. */
const HOLD_MICROS = 400_000;
/** Nothing for so long, while others go on: the rendition does not decide. */
const STALL_MS = 1500;
const STALL_MICROS = STALL_MS * 1000;
/** At the beginning, sound waits so long for the first picture. */
const PATIENCE_MICROS = 3_000_000;
/** Keyframes are asked for again, ms. */
const ASK_AGAIN_MS = 500;
/** What a keyframe may be asked for ahead of the cut, at most, µs. */
const MOST_LEAD_MICROS = 600_000;
/** Sound and other renditions of a room. */
const MOST_RENDITIONS = 32;
/** Of one rendition that wait: more than any second holds. */
const MOST_UNITS = 1024;

/**
 * Renditions of one room to fragmented MP4, cut into the same segments (ADR 0022). One rendition decides where a segment begins:
 * the master while it flows, else another picture, else the sound. The others wait for it a moment and cut there, pictures at
 * their nearest keyframe. All fragments are on one timeline, capture time since the first segment began. Synchronous; calls of the
 * sink come in order of time for each rendition.
 */
export class Packager {
  readonly #sink: PackagerSink;
  readonly #requests: PackagerRequests;
  readonly #partMicros: number;
  readonly #segmentMicros: number;
  readonly #maxSegmentMicros: number;
  readonly #grid = new SegmentGrid();
  readonly #renditions = new Map<string, RenditionQueue>();
  #originMicros: number | undefined;
  /** Set between a break and the first unit behind it; then nothing is open. */
  #isBroken = true;
  /** The next cut is a discontinuity. */
  #wantsDiscontinuity = false;
  #firstMicros: number | undefined;
  #nowMs = 0;
  #askedMs = Number.NEGATIVE_INFINITY;
  #askedMicros: number | undefined;
  #leadMicros = 0;
  #isDue = false;
  /** Of pictures that decide. */
  readonly #rhythm: KeyframeRhythm;
  #isEnded = false;

  constructor(options: PackagerOptions, sink: PackagerSink, requests: PackagerRequests = {}) {
    this.#sink = sink;
    this.#requests = requests;
    this.#partMicros = (options.partMs ?? 250) * 1000;
    this.#segmentMicros = (options.segmentMs ?? 2000) * 1000;
    this.#maxSegmentMicros = (options.maxSegmentMs ?? 6000) * 1000;
    this.#rhythm = new KeyframeRhythm(this.#segmentMicros, this.#maxSegmentMicros);
  }

  /** Adds a rendition; of those before its first segment it has none. Throws a RangeError beyond 32, or for a known id. */
  addRendition(info: RenditionInfo, options: RenditionOptions = {}): void {
    if (this.#isEnded) return;
    const { master = false, patienceMs = STALL_MS, pastMs = 0 } = options;
    if (this.#renditions.has(info.id)) throw new RangeError(`rendition ${info.id} is there`);
    if (this.#renditions.size === MOST_RENDITIONS) throw new RangeError("too many renditions");
    const rendition = new RenditionQueue({
      info,
      sink: this.#sink,
      partMicros: this.#partMicros,
      originMicros: () => this.#originMicros ?? 0,
      isMaster: master,
      patienceMicros: patienceMs * 1000,
      pastMicros: pastMs * 1000,
      number: this.#grid.back(pastMs * 1000),
    });
    if (this.#isBroken && this.#grid.newest !== undefined) rendition.number = this.#grid.newest.number + 1;
    this.#renditions.set(info.id, rendition);
    this.#sink.rendition(info, "added");
  }

  /** It brings nothing more. What it has brought is written; unknown ids do nothing. */
  removeRendition(id: string): void {
    const rendition = this.#renditions.get(id);
    if (rendition === undefined) return;
    rendition.isPaused = true;
    this.#advance();
    this.#renditions.delete(id);
    rendition.writer.end(undefined);
    this.#sink.rendition(rendition.info, "removed");
    this.#advance();
  }

  /** The next unit of a rendition, in decoding order. Unknown renditions, empty units and those of the other kind do nothing. */
  push(id: string, unit: AccessUnit): void {
    const rendition = this.#renditions.get(id);
    if (rendition === undefined || this.#isEnded || unit.data.length === 0) return;
    if (unit.format.kind !== rendition.info.kind || !Number.isFinite(decodingTime(unit))) return;
    rendition.isPaused = false;
    this.#firstMicros ??= decodingTime(unit);
    rendition.push(unit);
    this.#advance();
  }

  /** Nothing comes of this rendition until its next unit: gaps meanwhile. */
  pause(id: string): void {
    const rendition = this.#renditions.get(id);
    if (rendition === undefined || rendition.isPaused) return;
    rendition.isPaused = true;
    this.#advance();
  }

  /**
   * The rendition is brought from now on, beginning with what is past, as its `pastMs` allows. From which capture time on, µs;
   * undefined: nothing is open.
   */
  join(id: string): number | undefined {
    const rendition = this.#renditions.get(id);
    const { newest } = this.#grid;
    if (rendition === undefined || newest === undefined || this.#isBroken || this.#isEnded) return undefined;
    while (rendition.number < this.#grid.back(rendition.pastMicros)) this.#gap(rendition);
    rendition.join({ number: newest.number, micros: this.#newestMicros() });
    return this.#grid.at(rendition.number)?.atMicros;
  }

  /** Whether it is brought at all, and whether it is, after it joined, where the others were then. */
  stateOf(id: string): "away" | "late" | "current" {
    const rendition = this.#renditions.get(id);
    if (rendition === undefined || rendition.isPaused) return "away";
    return rendition.number < rendition.joinedNumber ? "late" : "current";
  }

  /** What comes from now on does not continue what was before: the host is back, or a clock jumped. */
  discontinuity(): void {
    if (this.#isEnded || this.#isBroken) return;
    this.#flush();
    this.#isBroken = true;
    this.#isDue = false;
    this.#wantsDiscontinuity = true;
    this.#firstMicros = undefined;
  }

  /** Time passes (unix ms): what is due is asked for. Some ten times a second. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#isDue && nowMs - this.#askedMs >= ASK_AGAIN_MS) this.#ask();
  }

  /** Writes the rest of everything and says so to the sink. Idempotent. */
  end(): void {
    if (this.#isEnded) return;
    this.#flush();
    this.#isEnded = true;
    this.#sink.ended();
  }

  #advance(): void {
    const newestMicros = this.#newestMicros();
    let decider = this.#decider(newestMicros);
    while (decider?.head !== undefined) {
      this.#decide(decider, decider.head);
      decider.shift();
      decider = this.#decider(newestMicros);
    }
    for (const rendition of this.#renditions.values()) {
      if (rendition !== decider) this.#follow(rendition, decider);
      this.#fill(rendition, newestMicros);
    }
    let first = this.#grid.newest?.number ?? FIRST_SEGMENT;
    for (const { number } of this.#renditions.values()) first = Math.min(first, number);
    this.#grid.forgetBefore(first);
  }

  #newestMicros(): number {
    let newest = Number.NEGATIVE_INFINITY;
    for (const rendition of this.#renditions.values())
      if (!rendition.isPaused && rendition.newestMicros > newest) newest = rendition.newestMicros;
    return newest;
  }

  /** Master, other pictures, sound: the first of them that flows. */
  #decider(newestMicros: number): RenditionQueue | undefined {
    let best: RenditionQueue | undefined;
    let waitsForPicture = false;
    for (const rendition of this.#renditions.values()) {
      if (rendition.isPaused) continue;
      const isVideo = rendition.info.kind === "video";
      if (isVideo && this.#isBroken && rendition.firstKeyframe() === undefined) {
        waitsForPicture = true;
        continue;
      }
      if (newestMicros - rendition.newestMicros > STALL_MICROS) continue;
      if (isVideo && !rendition.writer.isOpen && rendition.firstKeyframe() === undefined) continue;
      if (best === undefined || rankOf(rendition) > rankOf(best)) best = rendition;
    }
    if (!this.#isBroken || !waitsForPicture || best?.info.kind !== "audio") return best;
    return newestMicros - this.#firstMicros! > PATIENCE_MICROS ? best : undefined;
  }

  /** A unit of the rendition that decides: cut before it, or not. */
  #decide(rendition: RenditionQueue, unit: AccessUnit): void {
    const { writer } = rendition;
    const atMicros = decodingTime(unit);
    rendition.writtenMicros = atMicros;
    let isCut = false;
    if (this.#isBroken) {
      if (!unit.keyframe) return;
      this.#resume(atMicros);
    } else if (rendition.number < this.#grid.newest!.number) {
      // It was another one's to decide, a moment ago.
      this.#write(rendition, unit);
      return;
    } else if (this.#wantsCut(rendition, unit, atMicros)) {
      if (unit.format !== writer.format && writer.format !== undefined) this.#wantsDiscontinuity = true;
      this.#cut(atMicros, atMicros);
      isCut = true;
      if (!unit.keyframe) {
        this.#rhythm.missed(atMicros);
        this.#requests.cutWithoutKeyframe?.();
      }
    }
    if (rendition.info.kind === "video" && unit.keyframe) this.#rhythm.keyframe(atMicros);
    this.#write(rendition, unit, isCut);
    this.#noteDue(rendition, atMicros);
  }

  /** A picture was in this segment a moment before: sound that lasts a little longer is no segment of its own. */
  #hasPictureNear(atMicros: number): boolean {
    for (const { info, writer, newestMicros } of this.#renditions.values())
      if (info.kind === "video" && writer.isOpen && newestMicros > atMicros - STALL_MICROS) return true;
    return false;
  }

  #wantsCut(rendition: RenditionQueue, unit: AccessUnit, atMicros: number): boolean {
    const { writer, info } = rendition;
    const { isSparse } = this.#rhythm;
    const lengthMicros = atMicros - this.#grid.newest!.atMicros;
    if (lengthMicros >= this.#rhythm.longestMicros(this.#grid.newest!.number)) return true;
    if (!unit.keyframe) return !isSparse && info.kind === "video" && this.#rhythm.isOld(atMicros);
    if (lengthMicros < this.#partMicros) return false;
    if (unit.format !== writer.format && writer.format !== undefined) return true;
    if (info.kind === "audio")
      return (
        this.#wantsDiscontinuity || (lengthMicros >= this.#segmentMicros && !this.#hasPictureNear(atMicros))
      );
    // A picture that begins, or whose format changes, need not wait; where keyframes are rare, each is made use of.
    if (isSparse || this.#wantsDiscontinuity || (!isWriting(rendition) && lengthMicros > STEP_MICROS))
      return true;
    return lengthMicros >= this.#segmentMicros * LEAST_SEGMENT_SHARE;
  }

  #cut(atMicros: number, endOfPreviousMicros: number): void {
    this.#grid.cut({ atMicros, endOfPreviousMicros, discontinuity: this.#wantsDiscontinuity });
    this.#wantsDiscontinuity = false;
    if (this.#askedMicros !== undefined) {
      const tookMicros = Math.min(MOST_LEAD_MICROS, Math.max(0, atMicros - this.#askedMicros));
      this.#leadMicros += (tookMicros - this.#leadMicros) / 4;
    }
    this.#isDue = false;
    this.#askedMicros = undefined;
  }

  /** The first unit, or the first one after a break. */
  #resume(atMicros: number): void {
    let endMicros = Number.NEGATIVE_INFINITY;
    for (const { writer } of this.#renditions.values())
      if (writer.format !== undefined) endMicros = Math.max(endMicros, writer.endMicros);
    // Layers may begin a little earlier, and no time is below 0.
    this.#originMicros ??= atMicros - STEP_MICROS;
    const previousEndMicros = endMicros === Number.NEGATIVE_INFINITY ? atMicros : endMicros;
    // A clock that was set back: times of fragments go on all the same.
    if (atMicros < previousEndMicros) this.#originMicros -= previousEndMicros - atMicros;
    this.#cut(atMicros, previousEndMicros);
    this.#isBroken = false;
  }

  /** Notes whether a keyframe is wanted behind the unit that was written just now. */
  #noteDue(rendition: RenditionQueue, atMicros: number): void {
    if (this.#isDue || rendition.info.kind === "audio") return;
    const lengthMicros = atMicros - this.#grid.newest!.atMicros;
    const isWaiting = this.#wantsDiscontinuity || !isWriting(rendition);
    if (!isWaiting && lengthMicros < this.#segmentMicros - this.#leadMicros) return;
    this.#isDue = true;
    this.#askedMicros = atMicros;
    this.#ask();
  }

  #ask(): void {
    this.#askedMs = this.#nowMs;
    this.#requests.askForKeyframes?.(this.#nowMs);
  }

  /** Writes what a rendition has that the deciding one has passed. */
  #follow(rendition: RenditionQueue, decider: RenditionQueue | undefined): void {
    if (this.#isBroken) {
      this.#forgetOld(rendition);
      return;
    }
    for (let unit = rendition.head; unit !== undefined; unit = rendition.head) {
      const atMicros = decodingTime(unit);
      const waitedMicros = rendition.newestMicros - atMicros;
      if (decider !== undefined && !rendition.isPaused && rendition.length < MOST_UNITS) {
        if (atMicros > decider.writtenMicros && waitedMicros < HOLD_MICROS) return;
        // This may be the keyframe that goes with the one the cut waits for.
        const isEarly = this.#isDue && unit.keyframe && rendition.info.kind === "video";
        if (
          isEarly &&
          waitedMicros < STEP_MICROS &&
          decider.info.kind === "video" &&
          this.#isReached(rendition)
        )
          return;
      }
      this.#write(rendition, unit);
      rendition.shift();
    }
  }

  /** No cut waits for this rendition. */
  #isReached({ number }: RenditionQueue): boolean {
    return number === this.#grid.newest!.number;
  }

  /** Before anything begins only so much is kept as may become part of it. */
  #forgetOld(rendition: RenditionQueue): void {
    for (let unit = rendition.head; unit !== undefined; unit = rendition.head) {
      const isOld = rendition.newestMicros - decodingTime(unit) > PATIENCE_MICROS;
      if (!isOld && rendition.length < MOST_UNITS) return;
      rendition.shift();
    }
  }

  /** Puts a unit where it belongs: into the open segment, into the next one, or nowhere. `isCut`: a cut was made before it. */
  #write(rendition: RenditionQueue, unit: AccessUnit, isCut = false): void {
    const { writer } = rendition;
    const atMicros = decodingTime(unit);
    rendition.writtenMicros = Math.max(rendition.writtenMicros, atMicros);
    if (rendition.isResting) this.#wake(rendition, unit);
    if (rendition.isResting) return;
    const next = this.#grid.at(rendition.number + 1);
    if (!writer.isOpen) this.#begin(rendition, unit, atMicros);
    else if (next !== undefined && (isCut || this.#isAtCut(rendition, unit, next)))
      this.#pass(rendition, unit, next);
    else if (unit.format !== writer.format) this.#change(rendition, unit);
    else writer.append(unit);
  }

  /** From one segment to the next without a break. */
  #pass(rendition: RenditionQueue, unit: AccessUnit, next: Cut): void {
    const { writer } = rendition;
    if (unit.format !== writer.format && !next.discontinuity) {
      this.#change(rendition, unit);
      return;
    }
    writer.end(unit);
    rendition.number = next.number;
    writer.begin(next, unit, true);
  }

  /** Sound may go on within a segment, pictures in the next one. */
  #wake(rendition: RenditionQueue, unit: AccessUnit): void {
    this.#closeResting(rendition);
    if (unit.format === rendition.writer.format && rendition.info.kind === "audio")
      rendition.isResting = false;
  }

  #isAtCut(rendition: RenditionQueue, unit: AccessUnit, next: Cut): boolean {
    const { writer, info } = rendition;
    const afterMicros = decodingTime(unit) - next.atMicros;
    if (info.kind === "audio") return afterMicros >= -halfOf(unit);
    if (unit.keyframe) return afterMicros >= -STEP_MICROS && rendition.isNearest(unit, next.atMicros);
    return (
      afterMicros >= LATE_MICROS ||
      (afterMicros >= 0 && decodingTime(unit) - writer.startMicros >= this.#maxSegmentMicros)
    );
  }

  /** Begins a segment with this unit if it is one of the first there. */
  #begin(rendition: RenditionQueue, unit: AccessUnit, atMicros: number): void {
    const earlyMicros = rendition.info.kind === "audio" ? halfOf(unit) : STEP_MICROS;
    let cut = this.#grid.newest;
    // Who is late has not reached the newest yet.
    while (cut !== undefined && atMicros < cut.atMicros - earlyMicros) cut = this.#grid.at(cut.number - 1);
    if (cut === undefined || !unit.keyframe || rendition.number > cut.number) return;
    if (atMicros - cut.atMicros > STEP_MICROS) return;
    if (rendition.info.kind === "video" && !rendition.isNearest(unit, cut.atMicros)) return;
    const { format } = rendition.writer;
    if (format !== undefined && format !== unit.format && !cut.discontinuity) {
      this.#wantsDiscontinuity = true;
      return;
    }
    while (rendition.number < cut.number) this.#gap(rendition);
    rendition.writer.begin(cut, unit, false);
  }

  /**
   * Another format cannot begin before the next cut, which is a discontinuity for all: until then there is silence as it was before,
   * or nothing.
   */
  #change(rendition: RenditionQueue, unit: AccessUnit): void {
    this.#wantsDiscontinuity = true;
    const silence = rendition.writer.silenceUntil(unit);
    if (silence === undefined) this.#rest(rendition);
    for (const silent of silence ?? []) this.#write(rendition, silent);
  }

  /** Gaps up to the newest cut for what does not flow. */
  #fill(rendition: RenditionQueue, newestMicros: number): void {
    if (this.#isBroken) return;
    const isStalled = rendition.isStalled(newestMicros);
    if (rendition.writer.isOpen && isStalled && rendition.length === 0) this.#rest(rendition);
    this.#closeResting(rendition);
    if (rendition.writer.isOpen) return;
    const until = rendition.isPaused ? this.#grid.back(rendition.pastMicros) : this.#grid.newest!.number;
    while (
      rendition.number < until &&
      (isStalled || rendition.newestMicros > this.#grid.at(rendition.number)!.atMicros + STEP_MICROS)
    )
      this.#gap(rendition);
  }

  /** Nothing more comes into the open segment; it is closed at the next cut. */
  #rest(rendition: RenditionQueue): void {
    // The last picture is held until the cut says for how long.
    if (rendition.info.kind === "audio") rendition.writer.rest();
    rendition.isResting = true;
    this.#closeResting(rendition);
  }

  #closeResting(rendition: RenditionQueue): void {
    const next = this.#grid.at(rendition.number + 1);
    if (!rendition.isResting || next === undefined) return;
    rendition.isResting = false;
    rendition.writer.end(undefined, next.endOfPreviousMicros);
    rendition.number = next.number;
  }

  #gap(rendition: RenditionQueue): void {
    const cut = this.#grid.at(rendition.number)!;
    rendition.writer.gap(cut, this.#grid.at(rendition.number + 1)!.endOfPreviousMicros);
    rendition.number += 1;
  }

  /** Closes every segment; the next one begins wherever it begins. */
  #flush(): void {
    if (this.#isBroken) {
      for (const rendition of this.#renditions.values()) rendition.clear();
      return;
    }
    const newest = this.#grid.newest!;
    let endMicros = newest.atMicros;
    for (const rendition of this.#renditions.values()) {
      for (let unit = rendition.head; unit !== undefined; unit = rendition.head) {
        this.#write(rendition, unit);
        rendition.shift();
      }
      if (rendition.number === newest.number && !rendition.isResting) rendition.writer.rest();
      else if (rendition.writer.isOpen) this.#rest(rendition);
      if (rendition.writer.format !== undefined) endMicros = Math.max(endMicros, rendition.writer.endMicros);
    }
    for (const rendition of this.#renditions.values()) {
      while (rendition.number < newest.number) this.#gap(rendition);
      // That one stream ends a little earlier than another is no gap.
      const isShort = rendition.isResting || endMicros - rendition.writer.endMicros > STEP_MICROS;
      if (rendition.writer.isOpen) rendition.writer.end(undefined, isShort ? endMicros : undefined);
      else rendition.writer.gap(newest, endMicros);
      rendition.number = newest.number + 1;
      rendition.isResting = false;
    }
  }
}

/** Pictures before sound, what flows before what begins, the master first. */
function rankOf(rendition: RenditionQueue): number {
  const isVideo = rendition.info.kind === "video";
  return (isVideo ? 4 : 0) + (isWriting(rendition) ? 2 : 0) + (rendition.isMaster ? 1 : 0);
}

function isWriting({ writer, isResting }: RenditionQueue): boolean {
  return writer.isOpen && !isResting;
}

function halfOf({ samples, format }: AccessUnit): number {
  return format.kind === "audio" ? (samples * 500_000) / format.sampleRate : 0;
}
