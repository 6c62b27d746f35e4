import { HeldPictures, type RenditionInfo, SilentSound } from "@sameroom/engine";
import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import { SINGLE_LAYER } from "../ingest/claim-stream.ts";
import type { OriginalUnits, PublishingSession } from "../ingest/publishing-session.ts";
import type { InputEvents, ProgramInputs } from "./program-inputs.ts";
import { AAC_RENDITION, layerRendition, OPUS_RENDITION } from "./rendition-names.ts";

/**
 * The units of an encoder, as they come: one picture, one sound. Nothing is asked of encoders, so segments follow their
 * keyframes.
 */
export class UnitInputs implements ProgramInputs {
  readonly session: PublishingSession;
  readonly #events: InputEvents;
  readonly #stop: () => void;
  #picture: RenditionInfo | undefined;
  #sound: RenditionInfo | undefined;
  readonly #silence: SilentSound;
  readonly #held = new HeldPictures();

  constructor(session: PublishingSession, units: OriginalUnits, events: InputEvents) {
    this.session = session;
    this.#events = events;
    this.#silence = new SilentSound(() => session.expectedSound);
    this.#stop = units.on("unit", (unit) => this.#take(unit));
  }

  get renditions(): readonly RenditionInfo[] {
    return [this.#picture, this.#sound].filter((each) => each !== undefined);
  }

  get topLayer(): string | undefined {
    return this.#picture?.id;
  }

  refresh(): void {}
  want(): void {}
  take(): void {}
  clock(): void {}

  poll(nowMicros: number): void {
    for (const unit of this.#silence.due(nowMicros))
      this.#events.onFiller(this.#soundOf(unit.format).id, unit);
    for (const { rendition, unit } of this.#held.due(nowMicros)) this.#events.onFiller(rendition, unit);
  }

  askForKeyframes(): void {}

  close(): void {
    this.#stop();
    for (const { id } of this.renditions) this.#events.onPaused(id);
  }

  #take(unit: AccessUnit): void {
    const { id } = unit.format.kind === "video" ? this.#pictureOf() : this.#soundOf(unit.format);
    this.#silence.take(unit);
    if (this.#held.take(id, unit)) this.#events.onUnit(id, unit);
  }

  #pictureOf(): RenditionInfo {
    if (this.#picture === undefined) {
      this.#picture = { id: layerRendition(SINGLE_LAYER), kind: "video" };
      this.#events.onAdded(this.#picture);
    }
    return this.#picture;
  }

  /** Sound in another codec is another rendition. */
  #soundOf({ codec }: Pick<UnitFormat, "codec">): RenditionInfo {
    const id = codec === "opus" ? OPUS_RENDITION : AAC_RENDITION;
    if (this.#sound?.id !== id) {
      if (this.#sound !== undefined) this.#events.onPaused(this.#sound.id);
      this.#sound = { id, kind: "audio" };
      this.#events.onAdded(this.#sound);
    }
    return this.#sound;
  }
}
