import type { Rung } from "../transcode/messages.ts";
import type { Transcode } from "../transcode/transcode.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import type { Making, MakingSink } from "./making.ts";
import type { Program } from "./program.ts";

export interface SharedPicturesOptions {
  program: Pick<Program, "formatOf" | "subscribe" | "askForKeyframes">;
  /** Id of the rendition that sizes are made of. */
  source: string;
  transcoders: Pick<Transcoders, "openVideo">;
}

/** A process that decodes the picture once, and what it makes of it. */
interface Decode {
  transcode: Transcode;
  sinks: Map<string, MakingSink>;
  unsubscribe: () => void;
}

/**
 * The sizes that are made of one picture, all in one process: decoding costs as much as a small size does. A size for which that
 * process is too slow gets one of its own the next time, where there is a place.
 */
export class SharedPictures {
  readonly #options: SharedPicturesOptions;
  readonly #apart = new Set<string>();
  #shared: Decode | undefined;

  constructor(options: SharedPicturesOptions) {
    this.#options = options;
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

  #decodeFor(rung: Rung): Decode | undefined {
    if (this.#apart.has(rung.id)) return this.#open(rung);
    if (this.#shared === undefined) {
      this.#shared = this.#open(rung);
      return this.#shared;
    }
    this.#shared.transcode.add(rung);
    return this.#shared;
  }

  #open(rung: Rung): Decode | undefined {
    const { program, source, transcoders } = this.#options;
    const input = program.formatOf(source);
    if (input?.kind !== "video") return undefined;
    const transcode = transcoders.openVideo({ input, rungs: [rung] });
    if (transcode === undefined) return undefined;
    const sinks = new Map<string, MakingSink>();
    const unsubscribe = program.subscribe(source, (unit) => transcode.push(unit));
    const decode: Decode = { transcode, sinks, unsubscribe };
    transcode.on("unit", (id, unit) => sinks.get(id)?.unit(unit));
    transcode.on("keyframeWanted", () => program.askForKeyframes());
    transcode.on("dropped", (id) => {
      const sink = sinks.get(id);
      sinks.delete(id);
      this.#apart.add(id);
      sink?.failed({ reason: "overload" });
    });
    transcode.on("failed", (failure) => {
      const failed = [...sinks.values()];
      sinks.clear();
      this.#forget(decode);
      for (const sink of failed) sink.failed(failure);
    });
    return decode;
  }

  /** The last one closes the transcode. */
  #drop(decode: Decode, id: string): void {
    decode.transcode.drop(id);
    if (decode.sinks.size === 0) this.#forget(decode);
  }

  #forget(decode: Decode): void {
    decode.unsubscribe();
    if (this.#shared !== decode) return;
    this.#shared = undefined;
    this.#apart.clear();
  }
}
