import type { ErrorCode, SlotsResponse } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import type { MediaResource } from "../http/media-resource.ts";
import type { ClientFailure, QualityChoice, QualityState, WatchSlot } from "../types.ts";
import type { GatheredSection } from "./gathered-sound.ts";
import { ANY_SIZE } from "./picture-size.ts";
import { qualityOf } from "./quality.ts";
import { slotsOf } from "./receiving.ts";
import { SlotControl } from "./slot-control.ts";

/** How often somebody who listens hears of quality. */
const LISTENER_POLL_MS = 2000;
/** Who asked for details probably asks again. */
const DETAILS_WANTED_MS = 10_000;
/** A picture that does not come for this long has a reason, which the server is asked for, less and less often. */
const NO_PICTURE_MS = 2000;
const NO_PICTURE_POLL_MAX_MS = 30_000;

/** The next host may send another codec. */
const CODEC_REFUSED: ClientFailure = {
  code: "media.codec_unsupported" satisfies ErrorCode,
  message: "This browser cannot play the codec this show is sent in. Another browser may.",
  retrying: true,
};

export interface ViewerSlotsEvents {
  quality: (quality: QualityState) => void;
  slots: (slots: readonly WatchSlot[]) => void;
  failure: (failure: ClientFailure) => void;
}

/** A viewer's slots as the page sees them: tracks, who is in them, what was chosen and what is shown. */
export class ViewerSlots {
  readonly #environment: Environment;
  readonly #events: ViewerSlotsEvents;
  readonly #control: SlotControl;
  readonly #unfits = new Set<() => void>();
  #quality = qualityOf("auto", undefined);
  #list: readonly WatchSlot[] = [];
  #detailsAtMs = Number.NEGATIVE_INFINITY;
  #videoBytes = 0;
  #noPictureSinceMs: number | undefined;
  #codecRefused = false;

  constructor(environment: Environment, events: ViewerSlotsEvents) {
    this.#environment = environment;
    this.#events = events;
    this.#control = new SlotControl(environment, (response) => this.#take(response));
  }

  get quality(): QualityState {
    return this.#quality;
  }

  get list(): readonly WatchSlot[] {
    return this.#list;
  }

  /** Why the main slot shows what it shows; null while unknown. */
  get reason(): QualityState["reason"] | null {
    return this.#control.mainSlot?.reason ?? null;
  }

  setQuality(choice: QualityChoice): void {
    this.#control.choose(choice);
    this.#tellQuality();
  }

  fit(element: HTMLElement, mid: string | undefined): () => void {
    const videos = this.#list.filter(({ kind }) => kind === "video");
    const found = videos.findIndex((slot) => slot.mid === mid);
    const index = Math.max(0, found);
    const unfollow = this.#environment.followElement(element, (size) => this.#control.setSize(index, size));
    const unfit = () => {
      if (!this.#unfits.delete(unfit)) return;
      unfollow();
      this.#control.setSize(index, ANY_SIZE);
    };
    this.#unfits.add(unfit);
    return unfit;
  }

  /** Takes over the tracks of a connection whose answer was applied; false when they were taken already. */
  adopt(peer: RTCPeerConnection): boolean {
    const slots = slotsOf(peer);
    if (slots.length === 0 || slots[0]!.track === this.#list[0]?.track) return false;
    this.#list = slots.map(({ mid, track }) => {
      return { mid, kind: track.kind as WatchSlot["kind"], track, participant: null };
    });
    this.#events.slots(this.#list);
    return true;
  }

  /** The session is connected. */
  begin(resource: MediaResource, paused: boolean): void {
    const videoMids = this.#list.filter(({ kind }) => kind === "video").map(({ mid }) => mid);
    this.#control.begin(resource, videoMids, paused);
  }

  /** Starts a paused session. Rejects when the server refuses or does not answer. */
  resume(): Promise<void> {
    return this.#control.resume();
  }

  /** The session is no more; another begins with the same wishes. */
  end(): void {
    this.#control.end();
    this.#noPictureSinceMs = undefined;
    this.#videoBytes = 0;
  }

  /** Called a few times a second while connected. `hasListeners`: somebody wants to know of changes. */
  look(videoBytes: number, nowMs: number, hasListeners: boolean): void {
    if (videoBytes > this.#videoBytes) this.#noPictureSinceMs = undefined;
    else this.#noPictureSinceMs ??= nowMs;
    this.#videoBytes = videoBytes;
    this.#control.tick(nowMs, this.#pollIntervalMs(nowMs, hasListeners));
  }

  /** Has the server leave out once what has gathered of these sections' sound. */
  leaveOut(sections: readonly GatheredSection[]): void {
    void this.#control.leaveOut(sections);
  }

  /** What the slots show now, for the details. */
  ask(): Promise<SlotsResponse | undefined> {
    this.#detailsAtMs = this.#environment.nowMs();
    return this.#control.refresh();
  }

  close(): void {
    this.end();
    for (const unfit of [...this.#unfits]) unfit();
  }

  #pollIntervalMs(nowMs: number, hasListeners: boolean): number | undefined {
    if (!this.#environment.isPageVisible()) return undefined;
    if (hasListeners || nowMs - this.#detailsAtMs < DETAILS_WANTED_MS) return LISTENER_POLL_MS;
    if (this.#noPictureSinceMs === undefined || this.#control.choice === "audio") return undefined;
    const missingMs = nowMs - this.#noPictureSinceMs;
    return missingMs < NO_PICTURE_MS ? undefined : Math.min(missingMs, NO_PICTURE_POLL_MAX_MS);
  }

  #take({ slots }: SlotsResponse): void {
    this.#tellQuality();
    const sources = new Map(slots.map(({ mid, source }) => [mid, source]));
    const next = this.#list.map((slot) => {
      const participant = sources.get(slot.mid) ?? null;
      return participant === slot.participant ? slot : { ...slot, participant };
    });
    if (next.some((slot, index) => slot !== this.#list[index])) {
      this.#list = next;
      this.#events.slots(next);
    }
    const refused = slots.some(({ reason }) => reason === "codec");
    if (refused && !this.#codecRefused) this.#events.failure(CODEC_REFUSED);
    this.#codecRefused = refused;
  }

  #tellQuality(): void {
    const quality = qualityOf(this.#control.choice, this.#control.mainSlot);
    if (JSON.stringify(quality) === JSON.stringify(this.#quality)) return;
    this.#quality = quality;
    this.#events.quality(quality);
  }
}
