import { dirname, join } from "node:path";
import type { AudioFormat, UnitFormat } from "@sameroom/protocol";
import { keepFile } from "./keep-file.ts";
import type { ManifestLine, ManifestSegment } from "./manifest.ts";
import type { Moment, TakenSegment } from "./moment.ts";

type TrackName = "video" | "audio";

/** Puts moments of a show into a recording's directory: links to the segments, numbered init segments, and lines about them. */
export class MomentKeeper {
  readonly #directory: string;
  /** Init segments of the recording, by directory and where they come from. */
  readonly #inits = new Map<string, string>();
  readonly #last: Record<TrackName, string | undefined> = { video: undefined, audio: undefined };
  #lastNumber: number | undefined;

  /** `lines`: what the recording has already. */
  constructor(directory: string, lines: readonly ManifestLine[] = []) {
    this.#directory = directory;
    for (const line of lines) this.#note(line);
  }

  /** Number of the newest moment. */
  get lastNumber(): number | undefined {
    return this.#lastNumber;
  }

  /** Resolves with the line for the manifest; undefined: there is nothing to keep. {@link note} it once it is written. */
  async keep(moment: Moment): Promise<ManifestLine | undefined> {
    const { number } = moment;
    const video = moment.video && (await this.#link(number, moment.video));
    const audio = moment.audio && (await this.#link(number, moment.audio));
    if (video === undefined && audio === undefined) return undefined;
    const isGap = this.#lastNumber !== undefined && number !== this.#lastNumber + 1;
    const isOther = this.#differs("video", video) || this.#differs("audio", audio);
    return {
      number,
      discontinuity: this.#lastNumber !== undefined && (moment.discontinuity || isGap || isOther),
      video: video ?? null,
      audio: audio ?? null,
    };
  }

  /** This line is in the manifest now. */
  note(line: ManifestLine): void {
    this.#note(line);
  }

  #differs(track: TrackName, taken: ManifestSegment | undefined): boolean {
    const last = this.#last[track];
    return taken !== undefined && last !== undefined && taken.init !== last;
  }

  async #link(number: number, taken: TakenSegment): Promise<ManifestSegment> {
    const { rendition, version, captureMicros, durationMicros, byteLength: bytes } = taken;
    const directory = directoryOf(taken.format);
    const key = keyOf(directory, [rendition, version]);
    let init = this.#inits.get(key);
    if (init === undefined) {
      const count = [...this.#inits.keys()].filter((other) => other.startsWith(`${directory} `)).length;
      init = `${directory}/init-${count}.mp4`;
      await keepFile(taken.initPath, join(this.#directory, init));
      this.#inits.set(key, init);
    }
    const file = `${directory}/${number}.m4s`;
    await keepFile(taken.path, join(this.#directory, file));
    return { file, init, from: [rendition, version], captureMicros, durationMicros, bytes };
  }

  #note(line: ManifestLine): void {
    this.#lastNumber = line.number;
    for (const [track, taken] of [["video", line.video] as const, ["audio", line.audio] as const]) {
      if (taken === null) continue;
      this.#inits.set(keyOf(dirname(taken.init), taken.from), taken.init);
      this.#last[track] = taken.init;
    }
  }
}

/** Where segments of this format are kept: sound by its codec, for each is a playlist of its own. */
function directoryOf(format: UnitFormat): "video" | AudioFormat["codec"] {
  return format.kind === "video" ? "video" : format.codec;
}

function keyOf(directory: string, [rendition, version]: readonly [string, number]): string {
  return `${directory} ${rendition} ${version}`;
}
