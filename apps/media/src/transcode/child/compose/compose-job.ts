import { aacFormat, opusFormat, type UnitFormat } from "@sameroom/protocol";
import type { ComposeStep, ComposeTile, ComposeWork, Rung, WireUnit } from "../../messages.ts";
import type { H264Picture } from "../h264-encoder.ts";
import type { JobOutput, StreamJob } from "../job.ts";
import { OpusEncoder } from "../opus-encoder.ts";
import { RungMaker } from "../rung-maker.ts";
import { SoundEncoder } from "../sound-encoder.ts";
import { Composer } from "./composer.ts";
import { MIXED_SAMPLES, SoundMixer } from "./sound-mixer.ts";

const USUAL_RATE = 30;
const RATE = 48_000;

/**
 * Several people's pictures and voices as one picture and one sound. Time is what it is told: it makes all up to a moment, of what has come
 * by then. Pictures have the capture
 * time of the leading member's where there is a new one, else their moment.
 */
export class ComposeJob implements StreamJob {
  readonly #output: JobOutput;
  readonly #composer: Composer;
  readonly #mixer = new SoundMixer();
  readonly #sound: SoundOutput;
  readonly #options: { encoder: ComposeWork["encoder"]; threads: number; preset: "superfast" };
  #makers: RungMaker[] = [];
  readonly #formats = new Map<string, UnitFormat>();
  #tiles: readonly ComposeTile[] = [];
  #lead = "";
  #stepMicros = 1_000_000 / USUAL_RATE;
  /** Moment of the next picture; undefined: it has not begun. */
  #nextMicros: number | undefined;
  #lastMicros = Number.NEGATIVE_INFINITY;
  #wantsKeyframe = true;

  constructor({ width, height, rungs, sound, encoder, threads }: ComposeWork, output: JobOutput) {
    this.#output = output;
    this.#options = { encoder, threads, preset: "superfast" };
    this.#composer = new Composer({ width, height });
    this.#sound = openSound(sound, (micros, samples, data) =>
      output.unit(sound.codec, {
        ...{ captureMicros: micros, compositionMicros: 0, keyframe: true, samples, data },
      }),
    );
    output.format(sound.codec, this.#sound.format);
    for (const rung of rungs) this.addRung(rung);
  }

  compose(step: ComposeStep): void {
    switch (step.do) {
      case "scene":
        this.#lead = step.lead;
        this.#setScene(step.tiles);
        return;
      case "format":
        if (step.format.kind === "audio") this.#mixer.setFormat(step.member, step.format);
        else this.#composer.setFormat(step.member, step.format);
        return;
      case "unit":
        if (step.kind === "audio") this.#mixer.take(step.member, step.unit);
        else this.#composer.take(step.member, step.unit);
        return;
      case "begin":
        this.#nextMicros = step.atMicros;
        this.#mixer.begin(step.atMicros);
        return;
      case "rate":
        this.#stepMicros = 1_000_000 / step.picturesPerSecond;
        return;
      case "advance":
        this.#advance(step.untilMicros);
    }
  }

  /** Units come with {@link compose}. */
  setFormat(): void {}
  take(): void {}

  addRung(rung: Rung): void {
    if (this.#makers.some((maker) => maker.rung.id === rung.id)) return;
    this.#makers.push(new RungMaker(rung, this.#options));
    this.#makers.sort((one, other) => other.rung.height - one.rung.height);
    this.#wantsKeyframe = true;
  }

  drop(output: string): void {
    for (const maker of this.#makers) if (maker.rung.id === output) maker.close();
    this.#makers = this.#makers.filter(({ rung }) => rung.id !== output);
  }

  askForKeyframe(): void {
    this.#wantsKeyframe = true;
  }

  close(): void {
    for (const maker of this.#makers) maker.close();
    this.#makers = [];
    this.#composer.close();
    this.#mixer.close();
    this.#sound.close();
  }

  #setScene(tiles: readonly ComposeTile[]): void {
    this.#tiles = tiles;
    this.#composer.setScene(tiles);
    this.#mixer.keep(new Set(tiles.map(({ member }) => member)));
  }

  #advance(untilMicros: number): void {
    if (this.#nextMicros === undefined) {
      // What will be referred to is decoded as it comes.
      this.#composer.draw(untilMicros);
      return;
    }
    for (; this.#nextMicros <= untilMicros; this.#nextMicros += this.#stepMicros)
      this.#makePicture(Math.round(this.#nextMicros));
    const loud = new Set(this.#tiles.filter(({ silent }) => !silent).map(({ member }) => member));
    while (this.#mixer.microsAt(this.#mixer.position + MIXED_SAMPLES) <= untilMicros) {
      const { position } = this.#mixer;
      this.#sound.encode(
        this.#mixer.mix((member) => loud.has(member)),
        position,
        (at) => this.#mixer.microsAt(at),
      );
    }
  }

  #makePicture(atMicros: number): void {
    this.#composer.draw(atMicros);
    const leadMicros = this.#composer.capturedMicros(this.#lead);
    const isFresh = this.#lastMicros > 0 && leadMicros > this.#lastMicros;
    const micros = isFresh ? Math.min(leadMicros, atMicros) : atMicros;
    const keyframe = this.#wantsKeyframe;
    this.#wantsKeyframe = false;
    this.#lastMicros = micros;
    let picture = this.#composer.picture;
    for (const maker of this.#makers)
      picture = maker.make(picture, keyframe, micros, (made) => this.#put(maker.rung.id, made));
  }

  #put(id: string, { format, captureMicros, keyframe, data }: H264Picture): void {
    if (this.#formats.get(id) !== format) {
      this.#formats.set(id, format);
      this.#output.format(id, format);
    }
    this.#output.unit(id, { captureMicros, compositionMicros: 0, keyframe, samples: 0, data });
  }
}

/** An encoder of the mix; `use` gets packets with their times. */
interface SoundOutput {
  readonly format: UnitFormat;
  encode(planes: Float32Array[], position: number, microsAt: (position: number) => number): void;
  close(): void;
}

function openSound(
  { codec, bitrate }: ComposeWork["sound"],
  use: (micros: number, samples: number, data: WireUnit["data"]) => void,
): SoundOutput {
  if (codec === "opus") {
    const encoder = new OpusEncoder({ channels: 2, bitrate });
    return {
      format: opusFormat(2),
      encode(planes, position, microsAt) {
        const data = encoder.encode(planes);
        if (data !== undefined) use(microsAt(position - encoder.delay), MIXED_SAMPLES, data);
      },
      close: () => encoder.close(),
    };
  }
  const encoder = new SoundEncoder({ codec, bitrate, sampleRate: RATE, channels: 2 });
  return {
    format: aacFormat(encoder.configuration),
    encode: (planes, _position, microsAt) =>
      encoder.encode(planes, ({ position, data }) => use(microsAt(position), encoder.frameSize, data)),
    close: () => encoder.close(),
  };
}
