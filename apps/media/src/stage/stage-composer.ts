import type { Clock, Log } from "@sameroom/base";
import type { StageOrder } from "@sameroom/contract";
import type { PictureSize } from "@sameroom/protocol";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import type { Program } from "../program/program.ts";
import { AAC_RENDITION, OPUS_RENDITION } from "../program/rendition-names.ts";
import type { Composition } from "../transcode/composition.ts";
import type { Rung } from "../transcode/messages.ts";
import type { LadderRung } from "../transcode/rung-ladder.ts";
import type { TranscodeFailure } from "../transcode/transcode.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import { type MemberFeed, openFeed } from "./member-feed.ts";
import { sceneOf } from "./scene-of.ts";
import { canvasOf, rungsOf } from "./stage-sizes.ts";

export interface StageComposerOptions {
  program: Program;
  transcoders: Pick<Transcoders, "openComposition">;
  /** The room's stage; undefined: the host is alone. */
  stage(): StageOrder | undefined;
  /** What somebody on stage has on air, and the program they are the host of, if they are. */
  find(participant: string): { session: PublishingSession; own: Program | undefined } | undefined;
  /** Somebody needs the show as files: a player of LL-HLS, a recording. */
  isNeeded(): boolean;
  /** Of composed pictures, shorter side, pixels. */
  maxHeight: number;
  ladder: readonly LadderRung[];
  clock: Clock;
  log: Log;
}

/** What belongs to a moment is waited for so long, ms: the way here, a lost packet that is sent again, and decoding. */
const DELAY_MS = 350;
/** Moments are told this far apart, ms. */
const STEP_MS = 15;
/** The host's first keyframe is waited for so long before the stage begins without, ms. */
const HOST_MS = 5000;
/** The show is the host's again after so long, with a keyframe or without, ms. */
const LEAVE_MS = 8000;
/** The host is asked for keyframes again, ms. */
const ASK_MS = 500;
/** What has failed is tried again after so long; when it has just failed before, after so much longer, ms. */
const RETRY_MS = 2000;
const LONG_RETRY_MS = 60_000;
/** The stage begins so long ago at most, µs: a host who is lost brings nothing. */
const MOST_BACK_MICROS = 1_000_000;
/** Bit/s. */
const SOUND_RATE = 128_000;

/** A composition under way. */
interface Work {
  composition: Composition;
  canvas: PictureSize;
  rungs: readonly Rung[];
  sound: string;
  feeds: Map<string, MemberFeed>;
  scene: string;
  openedMs: number;
  /** Feeds are open. */
  listening: boolean;
  /** It has begun to be the show. */
  begun: boolean;
  advancedMs: number;
  /** Since when the show is on its way back to the host. */
  leavingSinceMs: number | undefined;
  askedMs: number;
}

/** Makes one program's show the composed stage while there are guests and somebody needs it. Owns the feeds and the composition. */
export class StageComposer {
  readonly #options: StageComposerOptions;
  readonly #offs: (() => void)[];
  #work: Work | undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #failedMs = Number.NEGATIVE_INFINITY;

  constructor(options: StageComposerOptions) {
    this.#options = options;
    this.#offs = [
      options.program.on("stageKeyframes", () => {
        this.#work?.composition.askForKeyframe();
        if (this.#work?.leavingSinceMs !== undefined) options.program.askHostForKeyframes();
      }),
    ];
  }

  /** What is being composed; undefined: nothing. */
  get composition(): Composition | undefined {
    return this.#work?.composition;
  }

  /** Begins and ends, follows who is on stage. A few times a second, and when the stage has changed. */
  tick(): void {
    const nowMs = this.#options.clock.nowMs();
    const order = this.#options.stage();
    const wants = order !== undefined && this.#options.isNeeded() && this.#hasGuests(order);
    if (this.#work === undefined) {
      if (wants && nowMs >= this.#notBeforeMs) this.#open(order, nowMs);
      return;
    }
    if (!wants || this.#work.leavingSinceMs !== undefined) this.#leave(this.#work, nowMs);
    else this.#follow(this.#work, order);
  }

  /** Makes what is due. Every few milliseconds. */
  poll(): void {
    const { clock } = this.#options;
    const work = this.#work;
    if (work === undefined || !work.composition.isOpened) return;
    const nowMs = clock.nowMs();
    if (!work.listening) this.#listen(work);
    if (!work.begun && this.#isReady(work, nowMs)) this.#begin(work);
    if (nowMs - work.advancedMs < STEP_MS) return;
    work.advancedMs = nowMs;
    work.composition.advance(Math.round((clock.unixMs() - DELAY_MS) * 1000));
  }

  /** This session is over, now: nothing is taken of it any more. */
  drop(session: string): void {
    for (const [participant, feed] of this.#work?.feeds ?? []) {
      if (feed.session.id !== session) continue;
      feed.close();
      this.#work?.feeds.delete(participant);
    }
  }

  close(): void {
    for (const off of this.#offs.splice(0)) off();
    this.#stop();
  }

  #hasGuests({ seats }: StageOrder): boolean {
    const guests = seats.slice(1).filter((participant) => participant !== null);
    // Who is still getting ready shows nothing; who is lost for a moment keeps the place.
    if (this.#work !== undefined) return guests.length > 0;
    return guests.some((participant) => this.#options.find(participant)?.session.hasMedia === true);
  }

  #open(order: StageOrder, nowMs: number): void {
    const { program, transcoders, maxHeight, log } = this.#options;
    const top = program.topLayer === undefined ? undefined : program.formatOf(program.topLayer);
    const canvas = canvasOf(top?.kind === "video" ? top : undefined, maxHeight);
    const sound = program.sound === AAC_RENDITION ? AAC_RENDITION : OPUS_RENDITION;
    const rungs = this.#rungs(canvas);
    const codec = sound === AAC_RENDITION ? "aac" : "opus";
    const composition = transcoders.openComposition({
      ...{ ...canvas, rungs, sound: { codec, bitrate: SOUND_RATE } },
    });
    if (composition === undefined) {
      log.warn("a stage is not composed: as many are as may be", { room: program.room });
      this.#notBeforeMs = nowMs + LONG_RETRY_MS;
      return;
    }
    composition.on("unit", (output, unit) =>
      program.show.stage(unit.format.kind === "audio" ? sound : output, unit),
    );
    composition.on("failed", (failure) => this.#failed(failure));
    this.#work = {
      ...{ composition, canvas, rungs, sound, feeds: new Map(), scene: "", openedMs: nowMs },
      ...{ listening: false, begun: false, advancedMs: nowMs, leavingSinceMs: undefined, askedMs: nowMs },
    };
    this.#setScene(this.#work, order);
  }

  #rungs(canvas: PictureSize): Rung[] {
    const { program, ladder } = this.#options;
    return rungsOf(program.sent, {
      ...{ canvas, ladder, formatOf: (id) => program.formatOf(id) },
      isWanted: (id) => program.isAsked(id),
    });
  }

  /** Its process is there: what everybody sends goes to it from here on. */
  #listen(work: Work): void {
    const order = this.#options.stage();
    work.listening = true;
    work.openedMs = this.#options.clock.nowMs();
    if (order !== undefined) this.#setFeeds(work, order);
  }

  #isReady({ feeds, openedMs }: Work, nowMs: number): boolean {
    const host = [...feeds.values()].find(({ session }) => session === this.#options.program.host);
    return host?.hasPicture === true || nowMs - openedMs > HOST_MS;
  }

  #begin(work: Work): void {
    const { program, clock, log } = this.#options;
    const nowMicros = Math.round(clock.unixMs() * 1000);
    const host = [...work.feeds.values()].find(({ session }) => session === program.host);
    // Right behind what the host has brought: nothing of it is still on its way.
    const newestMicros = (host?.newestMicros ?? nowMicros) + 1000;
    const fromMicros = Math.min(nowMicros, Math.max(newestMicros, nowMicros - MOST_BACK_MICROS));
    work.begun = true;
    for (const { id } of work.rungs) program.addRendition({ id, kind: "video" });
    program.addRendition({ id: work.sound, kind: "audio" });
    work.composition.begin(fromMicros);
    program.show.compose(fromMicros, this.#brought(work));
    log.info("the stage is composed", { room: program.room, members: work.feeds.size, ...work.canvas });
  }

  #brought({ rungs, sound }: Work): string[] {
    return [...rungs.map(({ id }) => id), sound];
  }

  #follow(work: Work, order: StageOrder): void {
    if (work.listening) this.#setFeeds(work, order);
    this.#setScene(work, order);
    // It did not come in time.
    if (work.begun && !this.#options.program.show.isStage) this.#failed({ reason: "overload" });
    // The host's layers are only known while they are there.
    else if (this.#options.program.topLayer !== undefined) this.#setRungs(work);
  }

  #setRungs(work: Work): void {
    const { program } = this.#options;
    const rungs = this.#rungs(work.canvas);
    const [before, after] = [new Set(work.rungs.map(({ id }) => id)), new Set(rungs.map(({ id }) => id))];
    for (const rung of rungs) {
      if (before.has(rung.id)) continue;
      program.addRendition({ id: rung.id, kind: "video" });
      work.composition.add(rung);
    }
    for (const id of before) if (!after.has(id)) work.composition.drop(id);
    work.rungs = rungs;
    if (work.begun) program.show.setBrought(this.#brought(work));
  }

  #setFeeds(work: Work, { seats }: StageOrder): void {
    const { program, find } = this.#options;
    for (const [participant, feed] of work.feeds) {
      if (seats.includes(participant) && find(participant)?.session === feed.session) continue;
      feed.close();
      work.feeds.delete(participant);
    }
    for (const participant of seats) {
      const found = participant === null ? undefined : find(participant);
      if (participant === null || found === undefined || work.feeds.has(participant)) continue;
      const onUnit = work.composition.push.bind(work.composition, participant);
      work.feeds.set(participant, openFeed(found.session, { program, own: found.own, onUnit }));
    }
    for (const feed of work.feeds.values()) feed.refresh();
  }

  #setScene(work: Work, order: StageOrder): void {
    const tiles = sceneOf(order, (participant) => this.#options.find(participant) !== undefined);
    const { width, height } = work.canvas;
    for (const tile of tiles)
      work.feeds.get(tile.member)?.want(Math.min((tile.width * width) / 100, (tile.height * height) / 100));
    const scene = JSON.stringify(tiles);
    if (scene === work.scene) return;
    work.scene = scene;
    work.composition.setScene(tiles, order.seats[0] ?? "");
  }

  #leave(work: Work, nowMs: number): void {
    const { program } = this.#options;
    if (!work.begun) {
      this.#stop();
      return;
    }
    if (work.leavingSinceMs === undefined) {
      work.leavingSinceMs = nowMs;
      program.show.release();
    }
    if (!program.show.isStage || nowMs - work.leavingSinceMs > LEAVE_MS) this.#stop();
    else if (nowMs - work.askedMs >= ASK_MS) {
      work.askedMs = nowMs;
      program.askHostForKeyframes();
    }
  }

  #failed(failure: TranscodeFailure): void {
    const { program, clock, log } = this.#options;
    const nowMs = clock.nowMs();
    const isFirst = failure.reason === "died" && nowMs - this.#failedMs > LONG_RETRY_MS;
    this.#failedMs = nowMs;
    this.#notBeforeMs = nowMs + (isFirst ? RETRY_MS : LONG_RETRY_MS);
    log.warn("a stage is not composed any more", { room: program.room, ...failure });
    this.#stop();
  }

  /** The show is the host's, from here on. */
  #stop(): void {
    const work = this.#work;
    if (work === undefined) return;
    this.#work = undefined;
    for (const feed of work.feeds.values()) feed.close();
    work.composition.close();
    this.#options.program.show.fail();
  }
}
