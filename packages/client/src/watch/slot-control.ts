import type { Slot, SlotsResponse, SlotWish } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { isPassing, toClientError } from "../errors.ts";
import type { MediaResource } from "../http/media-resource.ts";
import type { QualityChoice } from "../types.ts";
import type { GatheredSection } from "./gathered-sound.ts";
import type { PictureSize } from "./picture-size.ts";
import { layerOf } from "./quality.ts";

const RETRY_MS = 2000;
/** While another layer is on its way. */
const SWITCHING_POLL_MS = 500;

interface ControlledSession {
  resource: MediaResource;
  /** Of the video slots, in order. */
  videoMids: readonly string[];
  /** Wishes the server has, as they were written. */
  told: string;
  /** The server has nothing to say of slots. */
  silent: boolean;
}

/**
 * What a viewer wants in their slots, kept over all sessions, and what the slots show. Has no timer: the viewer's looks at
 * the connection drive it.
 */
export class SlotControl {
  readonly #environment: Environment;
  readonly #onSlots: (response: SlotsResponse) => void;
  readonly #sizes = new Map<number, PictureSize>();
  #choice: QualityChoice | undefined;
  #session: ControlledSession | undefined;
  #response: SlotsResponse | undefined;
  #busy = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #retryAtMs = Number.NEGATIVE_INFINITY;

  /** `onSlots` is told of every answer. */
  constructor(environment: Environment, onSlots: (response: SlotsResponse) => void) {
    this.#environment = environment;
    this.#onSlots = onSlots;
  }

  get choice(): QualityChoice {
    return this.#choice ?? "auto";
  }

  /** Of the current session, or undefined. */
  get response(): SlotsResponse | undefined {
    return this.#response;
  }

  /** The slot the choice is about. */
  get mainSlot(): Slot | undefined {
    const mid = this.#session?.videoMids[0];
    return this.#response?.slots.find((slot) => slot.mid === mid);
  }

  choose(choice: QualityChoice): void {
    this.#choice = choice;
    void this.#tell();
  }

  /** `index` of the video slot. */
  setSize(index: number, size: PictureSize): void {
    this.#sizes.set(index, size);
    void this.#tell();
  }

  /** Asks the server once not to send so much of the sound that comes now. It may not answer: there will be more to leave out. */
  async leaveOut(sections: readonly GatheredSection[]): Promise<void> {
    const session = this.#session;
    if (session === undefined || sections.length === 0) return;
    const slots = sections.map(({ mid, ms }) => ({ mid, leaveOutMs: ms }));
    this.#take(session, await session.resource.setSlots({ slots }).catch(() => this.#response));
  }

  /** A session is connected; the same one after a recovery. With `paused` it is told nothing until {@link resume}. */
  begin(resource: MediaResource, videoMids: readonly string[], paused: boolean): void {
    if (this.#session?.resource === resource) return void this.#tell();
    this.#session = { resource, videoMids, told: "[]", silent: false };
    this.#response = undefined;
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
    if (!paused) return void this.#tell();
    // The browser asks whether it may ask (CORS) now, not after the click.
    this.#busy = true;
    void resource
      .slots()
      .catch(() => undefined)
      .finally(() => {
        this.#busy = false;
      });
  }

  end(): void {
    this.#session = undefined;
    this.#response = undefined;
  }

  /** Starts a paused session. Rejects when the server refuses or does not answer. */
  async resume(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    const slots = this.#wishes(session);
    const response = await session.resource.setSlots({
      paused: false,
      ...(slots.length === 0 ? {} : { slots }),
    });
    session.told = JSON.stringify(slots);
    this.#take(session, response);
    void this.#tell();
  }

  /** Called a few times a second while connected: asks every `intervalMs`, undefined: only while layers are switched. */
  tick(nowMs: number, intervalMs: number | undefined): void {
    const session = this.#session;
    if (session === undefined || this.#busy) return;
    if (JSON.stringify(this.#wishes(session)) !== session.told) {
      if (nowMs >= this.#retryAtMs) void this.#tell();
      return;
    }
    const slot = this.mainSlot;
    const isSwitching = slot !== undefined && slot.target !== slot.layer;
    const dueMs = isSwitching && intervalMs !== undefined ? SWITCHING_POLL_MS : intervalMs;
    if (dueMs === undefined || session.silent || nowMs - this.#askedAtMs < dueMs) return;
    void this.refresh();
  }

  /** Asks at once; undefined when there is no answer. */
  async refresh(): Promise<SlotsResponse | undefined> {
    const session = this.#session;
    if (session === undefined) return undefined;
    this.#askedAtMs = this.#environment.nowMs();
    try {
      this.#take(session, await session.resource.slots());
    } catch (thrown) {
      session.silent ||= !isPassing(toClientError(thrown));
    }
    return this.#response;
  }

  async #tell(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let session = this.#session; session !== undefined; session = this.#session) {
        const slots = this.#wishes(session);
        const text = JSON.stringify(slots);
        if (text === session.told) break;
        this.#askedAtMs = this.#environment.nowMs();
        const response = await session.resource.setSlots({ slots }).catch((thrown: unknown) => {
          // What the server refuses is not said again and again.
          if (isPassing(toClientError(thrown))) throw thrown;
          return undefined;
        });
        session.told = text;
        this.#take(session, response);
      }
    } catch {
      this.#retryAtMs = this.#environment.nowMs() + RETRY_MS;
    } finally {
      this.#busy = false;
    }
  }

  #wishes({ videoMids }: ControlledSession): SlotWish[] {
    return videoMids.flatMap((mid, index) => {
      const size = this.#sizes.get(index);
      // The choice is about the main picture; who wants no picture wants none at all.
      const choice = index === 0 || this.#choice === "audio" ? this.#choice : undefined;
      const layer = choice ?? (this.#choice === undefined ? undefined : "auto");
      if (size === undefined && layer === undefined) return [];
      return [{ mid, ...(layer === undefined ? {} : { layer: layerOf(layer) }), ...size }];
    });
  }

  #take(session: ControlledSession, response: SlotsResponse | undefined): void {
    if (session !== this.#session) return;
    session.silent = response === undefined;
    if (response === undefined) return;
    this.#response = response;
    this.#onSlots(response);
  }
}
