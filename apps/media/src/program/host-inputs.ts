import { HeldPictures, type RenditionInfo, SilentSound } from "@sameroom/engine";
import type { SourceId, Wire } from "@sameroom/native";
import type { IncomingStream } from "../ingest/incoming-stream.ts";
import type { IncomingTrack } from "../ingest/incoming-track.ts";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import { HostInput } from "./host-input.ts";
import type { InputEvents, ProgramInputs } from "./program-inputs.ts";
import { layerRendition, OPUS_RENDITION } from "./rendition-names.ts";

export interface HostInputOptions extends InputEvents {
  wire: Pick<Wire, "setTap">;
  /** When, on the node's clock, something arrived at this time of the wire's clock; µs since 1970. */
  unixMicrosOf(arrivalMicros: number): number;
}

const SOUND: RenditionInfo = { id: OPUS_RENDITION, kind: "audio" };
/** As whom the program wishes for layers. */
const WISHER = "program";

/**
 * The streams of a room's host, tapped: of the first picture every layer, and the first sound. Owns the taps; follows the host
 * through changes of layers, SSRCs and codecs.
 */
export class HostInputs implements ProgramInputs {
  readonly session: PublishingSession;
  readonly #options: HostInputOptions;
  readonly #inputs = new Map<SourceId, HostInput>();
  #isClosed = false;
  #picture: IncomingTrack | undefined;
  #wished = "";
  readonly #paused = new Set<string>();
  readonly #silence: SilentSound;
  readonly #held = new HeldPictures();
  /** Nothing brings sound: what there is is silence. */
  #isSilent = false;

  constructor(session: PublishingSession, options: HostInputOptions) {
    this.session = session;
    this.#options = options;
    this.#silence = new SilentSound(() => session.expectedSound);
    this.refresh();
  }

  get renditions(): readonly RenditionInfo[] {
    return [...this.#streamed, ...(this.#isSilent ? [SOUND] : [])];
  }

  get topLayer(): string | undefined {
    return this.#layers().at(-1)?.rendition.id;
  }

  close(): void {
    this.#isClosed = true;
    this.#wish([]);
    for (const source of [...this.#inputs.keys()]) this.#remove(source);
    if (this.#isSilent) this.#options.onPaused(SOUND.id);
  }

  refresh(): void {
    if (this.#isClosed) return;
    const { tracks } = this.session;
    const [picture, sound] = [firstOf(tracks, "video"), firstOf(tracks, "audio")];
    if (picture !== this.#picture) {
      this.#wish([]);
      this.#picture = picture;
    }
    const streams = [...(picture?.streams ?? []), ...(sound?.streams ?? [])];
    for (const source of [...this.#inputs.keys()])
      if (!streams.some((stream) => stream.source === source)) this.#remove(source);
    for (const stream of streams) if (!this.#inputs.has(stream.source)) this.#add(stream);
    this.#notePauses();
  }

  want(isWanted: (rendition: string) => boolean): void {
    const layers = this.#layers();
    const top = layers.at(-1);
    this.#wish(
      layers
        .filter((input) => input === top || isWanted(input.rendition.id))
        .map(({ stream }) => stream.source),
    );
  }

  take(source: SourceId, packet: Uint8Array, arrivalMicros: number): void {
    this.#inputs.get(source)?.take(packet, arrivalMicros);
  }

  clock(source: SourceId, map: { unixMicros: number; rtpTimestamp: number }): void {
    this.#inputs.get(source)?.clock(map);
  }

  poll(nowMicros: number): void {
    for (const input of this.#inputs.values())
      for (const unit of input.poll(nowMicros)) {
        this.#silence.take(unit);
        if (this.#held.take(input.rendition.id, unit)) this.#options.onUnit(input.rendition.id, unit);
        else input.stream.keyframes.want();
      }
    this.#fillSilence(nowMicros);
    for (const { rendition, unit } of this.#held.due(nowMicros)) this.#options.onFiller(rendition, unit);
  }

  askForKeyframes(): void {
    for (const { stream } of this.#layers()) stream.keyframes.want();
  }

  #layers(): HostInput[] {
    const streams = this.#picture?.streams ?? [];
    return streams.flatMap(({ source }) => this.#inputs.get(source) ?? []);
  }

  get #streamed(): readonly RenditionInfo[] {
    return [...this.#inputs.values()].map(({ rendition }) => rendition);
  }

  #fillSilence(nowMicros: number): void {
    for (const unit of this.#silence.due(nowMicros)) {
      if (!this.renditions.includes(SOUND)) {
        this.#isSilent = true;
        this.#options.onAdded(SOUND);
      }
      this.#options.onFiller(SOUND.id, unit);
    }
  }

  #add(stream: IncomingStream): void {
    const rendition: RenditionInfo =
      stream.section.kind === "audio" ? SOUND : { id: layerRendition(stream.layer.facts.id), kind: "video" };
    // Two names that differ in nothing an address can carry: the first one counts.
    if (this.#streamed.some(({ id }) => id === rendition.id)) return;
    if (rendition === SOUND) this.#isSilent = false;
    this.#inputs.set(stream.source, new HostInput(stream, rendition, this.#options.unixMicrosOf));
    this.#options.wire.setTap(stream.source, true);
    this.#options.onAdded(rendition);
  }

  #remove(source: SourceId): void {
    const input = this.#inputs.get(source);
    if (input === undefined) return;
    this.#inputs.delete(source);
    this.#options.wire.setTap(source, false);
    this.#options.onPaused(input.rendition.id);
  }

  /** A layer rests while others flow; a picture of which nothing flows is held. */
  #notePauses(): void {
    const layers = this.#layers();
    if (!layers.some(({ stream }) => stream.layer.facts.flowing)) return;
    for (const { rendition, stream } of layers) {
      if (stream.layer.facts.flowing) this.#paused.delete(rendition.id);
      else if (!this.#paused.has(rendition.id)) {
        this.#paused.add(rendition.id);
        this.#options.onPaused(rendition.id);
      }
    }
  }

  #wish(sources: readonly SourceId[]): void {
    const wished = sources.join();
    if (wished === this.#wished) return;
    this.#wished = wished;
    this.#picture?.wish(WISHER, sources);
  }
}

/** Of the first media section of this kind the newest track. */
function firstOf(tracks: readonly IncomingTrack[], kind: "audio" | "video"): IncomingTrack | undefined {
  const own = tracks.filter((track) => track.kind === kind);
  const first = Math.min(...own.map(({ section }) => section.index));
  return own.findLast(({ section }) => section.index === first);
}
