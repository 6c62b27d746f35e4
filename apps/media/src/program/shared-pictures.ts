import type { AccessUnit } from "@sameroom/protocol";
import type { Rung } from "../transcode/messages.ts";
import { NewestGroup } from "../transcode/newest-group.ts";
import type { Transcode } from "../transcode/transcode.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import type { Making, MakingSink } from "./making.ts";
import type { Program } from "./program.ts";

export interface SharedPicturesOptions {
  program: Pick<Program, "formatOf" | "subscribe" | "askForKeyframes" | "isSparse" | "on">;
  /** Id of the rendition that sizes are made of. */
  source: string;
  transcoders: Pick<Transcoders, "openVideo">;
}

/** A process that decodes the picture once, and what it makes of it. */
interface Decode {
  transcode: Transcode;
  sinks: Map<string, MakingSink>;
}

/** 15 s of 60 pictures a second: longer than it takes to know that keyframes are too far apart. */
const MOST_GROUP_UNITS = 900;

/**
 * The sizes that are made of one picture, all in one process: decoding costs as much as a small size does. A size for which that
 * process is too slow gets one of its own the next time, where there is a place. Of a picture whose keyframes are too far apart they begin
 * with the newest group of pictures, and have keyframes of their own where segments begin. A group that becomes too long to be kept is
 * decoded for as long as it lasts, whether anything is made of it or not: who comes could begin with nothing else.
 */
export class SharedPictures {
  readonly #options: SharedPicturesOptions;
  readonly #apart = new Set<string>();
  readonly #group = new NewestGroup(MOST_GROUP_UNITS);
  /** All that decode now; {@link SharedPictures.#shared} is one of them. */
  readonly #decodes = new Set<Decode>();
  readonly #offs: (() => void)[];
  #shared: Decode | undefined;

  constructor(options: SharedPicturesOptions) {
    this.#options = options;
    const { program, source } = options;
    this.#offs = [
      program.subscribe(source, (unit) => this.#take(unit)),
      program.on("cutWithoutKeyframe", () => {
        for (const { transcode } of this.#decodes) transcode.askForKeyframe();
      }),
    ];
  }

  /** Begins to make a size; undefined: there is no place for it now, or no picture. */
  make(rung: Rung, sink: MakingSink): Making | undefined {
    const decode = this.#decodeFor(rung);
    if (decode === undefined) return undefined;
    decode.sinks.set(rung.id, sink);
    return {
      close: () => {
        if (decode.sinks.delete(rung.id)) this.#drop(decode, rung.id);
      },
    };
  }

  /** Makes nothing any more. Idempotent. */
  close(): void {
    for (const off of this.#offs.splice(0)) off();
    for (const decode of this.#decodes) this.#end(decode);
    this.#group.forget();
  }

  #take(unit: AccessUnit): void {
    // A group begins: what was decoded for nobody need not be any more.
    if (unit.keyframe && this.#shared?.sinks.size === 0) this.#end(this.#shared);
    const hasPlace = this.#group.take(unit);
    for (const { transcode } of this.#decodes) transcode.push(unit);
    if (hasPlace) return;
    if (this.#options.program.isSparse) this.#shared ??= this.#open([]);
    this.#group.forget();
  }

  #decodeFor(rung: Rung): Decode | undefined {
    if (this.#apart.has(rung.id)) return this.#open([rung]);
    if (this.#shared === undefined) {
      this.#shared = this.#open([rung]);
      return this.#shared;
    }
    this.#shared.transcode.add(rung);
    return this.#shared;
  }

  #open(rungs: Rung[]): Decode | undefined {
    const { program, source, transcoders } = this.#options;
    const input = program.formatOf(source);
    if (input?.kind !== "video") return undefined;
    const transcode = transcoders.openVideo({ input, rungs });
    if (transcode === undefined) return undefined;
    const sinks = new Map<string, MakingSink>();
    const decode: Decode = { transcode, sinks };
    this.#decodes.add(decode);
    transcode.on("unit", (id, unit) => sinks.get(id)?.unit(unit));
    transcode.on("keyframeWanted", () => {
      if (program.isSparse) this.#pushPast(decode);
      else program.askForKeyframes();
    });
    transcode.on("dropped", (id) => {
      const sink = sinks.get(id);
      sinks.delete(id);
      this.#apart.add(id);
      sink?.failed({ reason: "overload" });
    });
    transcode.on("failed", (failure) => {
      const failed = [...sinks.values()];
      sinks.clear();
      this.#end(decode);
      for (const sink of failed) sink.failed(failure);
    });
    if (program.isSparse) this.#pushPast(decode);
    return decode;
  }

  /** What the pictures that come refer to. */
  #pushPast({ transcode }: Decode): void {
    for (const unit of this.#group.units) transcode.pushPast(unit);
  }

  /** The last one ends the decoding, unless nobody could begin with the group that goes on. */
  #drop(decode: Decode, id: string): void {
    decode.transcode.drop(id);
    const mustGoOn = decode === this.#shared && this.#options.program.isSparse && !this.#group.isHeld;
    if (decode.sinks.size === 0 && !mustGoOn) this.#end(decode);
  }

  #end(decode: Decode): void {
    this.#decodes.delete(decode);
    decode.transcode.close();
    if (this.#shared !== decode) return;
    this.#shared = undefined;
    this.#apart.clear();
  }
}
