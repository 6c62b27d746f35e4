import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Clock, Log } from "@sameroom/base";
import type { PlaybackGate } from "../auth/playback-gate.ts";
import { MediaError } from "../node/media-error.ts";
import type { ArchivedProgram, ProgramInfo } from "../program/live-archive.ts";
import type { Program } from "../program/program.ts";
import type { Programs } from "../program/programs.ts";
import type { RoomPolicies } from "../program/room-policies.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import type { Audience, Player } from "./audience.ts";
import { type LiveTarget, type PlayerKind, parseLiveAddress } from "./live-address.ts";
import { replyBytes, replyProblem, replyText, startMedia, startStream } from "./live-reply.ts";
import { LiveShow } from "./live-show.ts";
import { Radio } from "./radio.ts";
import { SlowReaders } from "./slow-readers.ts";
import { WaitingRoom } from "./waiting-room.ts";

export interface LiveOriginOptions {
  gate: PlaybackGate;
  policies: RoomPolicies;
  /** Makes the MP3, and AAC of what is past. */
  transcoders: Pick<Transcoders, "openAudio">;
  /** Hears of players. */
  audience: Audience;
  clock: Clock;
  log: Log;
  partMs: number;
  maxWaiting: number;
  maxWaitingPerAddress: number;
}

/** A request below `/live/` and where its answer goes. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Of whoever asks, for limits: of a whole network where one customer has one. */
  address: string;
}

/** One in the middle of being answered. */
interface Call extends Exchange, PlayerKind {
  program: Program;
  show: LiveShow;
  /** Of `cache-control`. */
  scope: "public" | "private";
}

/** Three target durations: then a held request is given up (RFC 8216bis section 6.2.5.2). */
const HOLD_MS = 18_000;
/** A connection on which nothing has moved for so long is closed, ms; longer than any request is held. */
const IDLE_MS = 60_000;
const IMMUTABLE = "max-age=31536000, immutable";
/** A playlist that was waited for has its version in its address: good for six target durations (RFC 8216bis appendix B.1). */
const VERSIONED = "max-age=36";
const NEWEST = "max-age=1";

/** Serves what is live over HTTP: playlists, set-ups, segments and parts of every program of the worker. */
export class LiveOrigin {
  readonly #options: LiveOriginOptions;
  readonly #waiting: WaitingRoom;
  readonly #slow = new SlowReaders();
  readonly #radios = new Map<Program, Radio>();
  readonly #shows = new Map<string, LiveShow>();
  #programs: Programs | undefined;

  constructor(options: LiveOriginOptions) {
    this.#options = options;
    const { maxWaiting, maxWaitingPerAddress } = options;
    this.#waiting = new WaitingRoom({ maxWaiting, maxPerAddress: maxWaitingPerAddress });
  }

  /** Requests held open now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Programs that are served, those that have just ended too. */
  get shows(): number {
    return this.#shows.size;
  }

  /** Bytes of media in memory. */
  get byteLength(): number {
    let sum = 0;
    for (const show of this.#shows.values()) sum += show.byteLength;
    return sum;
  }

  /** What a program that begins puts its bytes into. */
  open(info: ProgramInfo, archived: ArchivedProgram | undefined): LiveShow {
    const { partMs, transcoders } = this.#options;
    const show = new LiveShow({ info, archived, partMs, transcoders, waiting: this.#waiting });
    this.#shows.set(info.epoch, show);
    return show;
  }

  /** Serves these programs from now on. */
  serve(programs: Programs): void {
    this.#programs = programs;
    programs.on("forgotten", ({ epoch }) => {
      this.#shows.get(epoch)?.close();
      this.#shows.delete(epoch);
    });
  }

  /** Gives up what has waited too long. A few times a second. */
  tick(nowMs: number): void {
    this.#waiting.expire(nowMs);
    this.#slow.tick(nowMs);
    this.#options.audience.tick(nowMs);
  }

  /** Answers a GET or HEAD below `/live/`; never throws. */
  async handle(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    request.socket.setTimeout(IDLE_MS);
    try {
      const address = parseLiveAddress(request.url ?? "");
      if (address === undefined) throw new MediaError("request.not_found");
      if (address === "invalid")
        throw new MediaError("request.invalid", "the _HLS_ directives make no sense");
      const { room, token, isInRoom, takesOpus, target } = address;
      const program = this.#programOf(room, target);
      const show = this.#shows.get(program.epoch);
      if (show === undefined) throw new MediaError("playback.not_live");
      const { gate, policies } = this.#options;
      const isOpen = policies.of(room).open;
      const credential = { token, authorization: request.headers.authorization };
      if (!isOpen && !gate.knows({ room }, credential)) await gate.require({ room }, credential);
      const scope = isOpen ? "public" : "private";
      await this.#answer({ ...exchange, program, show, isInRoom, takesOpus, scope }, target);
    } catch (thrown) {
      this.#refuse(response, thrown);
    }
  }

  #programOf(room: string, target: LiveTarget): Program {
    if (!("epoch" in target)) {
      const current = this.#programs?.of(room);
      if (current === undefined) throw new MediaError("playback.not_live");
      return current;
    }
    const program = this.#programs?.find(room, target.epoch);
    if (program === undefined) throw new MediaError("playback.gone");
    return program;
  }

  async #answer(call: Call, target: LiveTarget): Promise<void> {
    switch (target.kind) {
      case "multivariant":
        return this.#multivariant(call);
      case "playlist":
        return this.#playlist(call, target);
      case "init": {
        const bytes = call.show.initOf(target.rendition, target.version);
        return this.#bytes(call, bytes);
      }
      case "part":
        return this.#part(call, target);
      case "segment":
        return this.#segment(call, target);
      case "audio":
        this.#radioOf(call.program).listen(call.request, call.response);
        this.#listen(call);
    }
  }

  /** Somebody hears the show until the answer ends. */
  #listen(call: Call): void {
    const player = playerOf(call);
    const { audience, clock } = this.#options;
    if (player !== undefined)
      call.response.once("close", audience.enter(call.program.room, player, clock.nowMs()));
  }

  #multivariant(call: Call): void {
    const { show, program, scope, request, response } = call;
    const send = () => {
      const text = show.multivariant(program, call);
      if (text === undefined) replyProblem(response, "playback.not_live", { retryAfterS: 1 });
      else replyText(request, response, text, `${scope}, ${NEWEST}`);
    };
    const sound = this.#askForSound(call);
    const isReady = () => show.isListable(program.planned) && (sound === undefined || isThere(call, sound));
    if (isReady()) send();
    else this.#hold(call, show.keyForList(call, isReady), send);
  }

  /** Who comes for a sound that is made reads its playlist next: one that comes later than the picture's keeps hls.js from beginning. */
  #askForSound({ program, takesOpus, request }: Call): string | undefined {
    const sound = takesOpus ? undefined : program.planned.find(({ kind }) => kind === "audio")?.id;
    if (sound !== undefined && request.method !== "HEAD") program.ask(sound);
    return sound;
  }

  #playlist(call: Call, { rendition, directives }: Extract<LiveTarget, { kind: "playlist" }>): void {
    const { show, program, scope, request, response } = call;
    const { audience, clock } = this.#options;
    const { msn, part, skip } = directives;
    if (!program.offers(rendition)) throw new MediaError("playback.gone");
    program.ask(rendition);
    const player = playerOf(call);
    if (player !== undefined) audience.seen(program.room, player, clock.nowMs());
    const send = () => {
      const text = show.playlist(rendition, skip);
      const lifetime = msn === undefined ? NEWEST : VERSIONED;
      if (text === undefined) replyProblem(response, "playback.gone");
      else replyText(request, response, text, `${scope}, ${lifetime}`);
    };
    const isThere = msn === undefined || show.isOver || show.progress.has(rendition, msn, part);
    const isReady = () => show.hasBegun(rendition) && program.packager.stateOf(rendition) !== "late";
    if (!isReady()) this.#hold(call, show.keyForFirst(rendition, isReady), send);
    else if (isThere) send();
    else if (show.progress.isTooFar(rendition, msn, part)) throw new MediaError("playback.too_far_ahead");
    else this.#hold(call, show.keyFor(rendition, msn, part), send);
  }

  #part(call: Call, target: Extract<LiveTarget, { kind: "part" }>): void {
    const { show, program } = call;
    const { rendition, segment, part } = target;
    const send = () => this.#bytes(call, show.partOf(rendition, segment, part));
    if (!show.isOver && program.offers(rendition) && show.progress.isNext(rendition, segment, part))
      this.#hold(call, show.keyFor(rendition, segment, part), send);
    else send();
  }

  async #segment(
    call: Call,
    { rendition, segment }: Extract<LiveTarget, { kind: "segment" }>,
  ): Promise<void> {
    const { request, response, scope, show } = call;
    const found = await show.segmentOf(rendition, segment);
    if (found === undefined || found instanceof Uint8Array) return this.#bytes(call, found);
    const cacheControl = `${scope}, ${IMMUTABLE}`;
    if (found instanceof Readable) {
      if (startStream(request, response, cacheControl)) await pipeline(found, response);
      else found.destroy();
      return;
    }
    const range = startMedia(request, response, found.byteLength, cacheControl);
    if (range === undefined) return;
    this.#slow.watch(response, this.#options.clock.nowMs());
    await pipeline(createReadStream(found.path, { start: range.from, end: range.to }), response);
  }

  /** Nothing at all, and a gap, are told alike: there is nothing to play. */
  #bytes(call: Call, bytes: Uint8Array | undefined): void {
    const { request, response, scope } = call;
    if (bytes === undefined || bytes.length === 0) {
      replyProblem(response, "playback.gone");
      return;
    }
    this.#slow.watch(response, this.#options.clock.nowMs());
    replyBytes(request, response, bytes, `${scope}, ${IMMUTABLE}`);
  }

  #radioOf(program: Program): Radio {
    const known = this.#radios.get(program);
    if (known !== undefined) return known;
    if (program.endedAtMs !== undefined) throw new MediaError("playback.not_live");
    const { transcoders, policies, log } = this.#options;
    const title = () => policies.of(program.room).title;
    const radio = new Radio({ program, transcoders, title, log });
    this.#radios.set(program, radio);
    program.once("ended", () => this.#radios.delete(program));
    return radio;
  }

  #hold({ response, address }: Call, key: string, serve: () => void): void {
    const guarded = () => {
      if (response.destroyed) return;
      try {
        serve();
      } catch (thrown) {
        this.#refuse(response, thrown);
      }
    };
    const expire = () => replyProblem(response, "server.unavailable", { retryAfterS: 1 });
    const deadlineMs = this.#options.clock.nowMs() + HOLD_MS;
    const leave = this.#waiting.wait(key, { address, serve: guarded, expire }, deadlineMs);
    if (leave === undefined) replyProblem(response, "playback.full", { retryAfterS: 1 });
    else response.once("close", leave);
  }

  #refuse(response: ServerResponse, thrown: unknown): void {
    if (response.destroyed) return;
    if (thrown instanceof MediaError) {
      const { code, detail, retryAfterS } = thrown;
      replyProblem(response, code, { detail, retryAfterS });
      return;
    }
    // The player has gone while its bytes were read: nobody is left to be told.
    const { message, code } = thrown as Error & { code?: string };
    if (code !== "ERR_STREAM_PREMATURE_CLOSE")
      this.#options.log.error("a request for live media failed", { error: message });
    replyProblem(response, code === "ENOENT" ? "playback.gone" : "server.internal");
  }
}

/** Whether players can begin with what is made, or nobody makes it. */
function isThere({ show, program }: Call, made: string): boolean {
  const state = program.packager.stateOf(made);
  return state === "away" || (state === "current" && show.hasBegun(made));
}

/** Who asks; undefined for those who are counted elsewhere, and for who plays nothing. */
function playerOf({ request, address, isInRoom }: Call): Player | undefined {
  return isInRoom || request.method === "HEAD"
    ? undefined
    : { address, agent: request.headers["user-agent"] };
}
