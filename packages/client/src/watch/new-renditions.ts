import type { Environment } from "../environment.ts";
import { hasMedia, madeAtFirst, sizesIn, soundsIn } from "../hls/renditions-in.ts";
import { within } from "../http/within.ts";

/** After these times the playlist is looked at: an upload finds its speed within seconds. The last one repeats. */
const LOOKS_MS = [5000, 15_000, 60_000] as const;
/** … and so soon where the player stands still: somebody else may have gone on with the show, in other sizes. */
const LOOK_AGAIN_MS = 1500;
const ASK_TIMEOUT_MS = 5000;
/** What is made only when it is asked for is asked for so often and no longer, ms. */
const READY_EVERY_MS = 500;
const READY_WITHIN_MS = 30_000;
/** So often a player is told to hurry for a sound: what it hears of may be that of a host who has gone. */
const SOUND_LOOKS = 10;
/** The sound among the ids of sizes, which come from addresses. */
const SOUND = "/sound";

export interface NewRenditionsOptions {
  environment: Environment;
  /** Address of the multivariant playlist, as it is now. */
  playlist(): string;
  /** What the player has: ids of sizes, and whether there is sound; undefined while it should be left alone. */
  listed(): { sizes: readonly string[]; hasSound: boolean } | undefined;
  /** The show comes in a size or with a sound now that the player does not know, and what it would begin with is there. */
  onNew(): void;
}

/**
 * Looks for sizes of the picture, and for sound, that were not there when the player read its multivariant playlist, which it does once: who
 * comes in a show's first seconds would stay with the smallest, and would never hear a host whose microphone was off then.
 */
export class NewRenditions {
  readonly #options: NewRenditionsOptions;
  /** A player was opened for these: what it does not list it cannot play. */
  readonly #tried = new Set<string>();
  #looks = 0;
  #soundLooks = 0;
  #isLooking = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #cancel: () => void = () => {};
  /** Counts players; what was asked for an older one is not heard. */
  #player = 0;

  constructor(options: NewRenditionsOptions) {
    this.#options = options;
  }

  /** Another player has read the playlist. */
  restart(): void {
    this.stop();
    this.#looks = 0;
    this.#soundLooks = 0;
    this.#lookLater();
  }

  /** The player stands still. To be repeated for as long as it does. */
  hurry(): void {
    if (!this.#mayLook) return;
    this.#cancel();
    void this.#look();
  }

  /** The player has no sound, and has heard of what may be one. To be repeated for as long as that is so. */
  hurryForSound(): void {
    if (!this.#mayLook || this.#soundLooks === SOUND_LOOKS) return;
    this.#soundLooks += 1;
    this.hurry();
  }

  stop(): void {
    this.#cancel();
    this.#isLooking = false;
    this.#player += 1;
  }

  get #mayLook(): boolean {
    return !this.#isLooking && this.#options.environment.nowMs() - this.#lookedAtMs >= LOOK_AGAIN_MS;
  }

  #lookLater(): void {
    const { environment } = this.#options;
    const delayMs = LOOKS_MS[Math.min(this.#looks, LOOKS_MS.length - 1)]!;
    this.#looks += 1;
    // Spread, so that an audience does not ask together.
    this.#cancel = environment.after(delayMs * (0.75 + environment.random() / 2), () => void this.#look());
  }

  async #look(): Promise<void> {
    const player = this.#player;
    const { environment, onNew } = this.#options;
    this.#isLooking = true;
    this.#lookedAtMs = environment.nowMs();
    const found = await this.#find(player);
    if (player !== this.#player) return;
    this.#isLooking = false;
    if (found.length === 0) return this.#lookLater();
    for (const id of found) this.#tried.add(id);
    onNew();
  }

  /** What there is, if some of it is new and there is what a player would begin with. */
  async #find(player: number): Promise<readonly string[]> {
    const { playlist, listed } = this.#options;
    const address = playlist();
    const offer = await this.#read(address);
    const sound = soundsIn(offer)[0];
    const offered = [...sizesIn(offer), ...(sound === undefined ? [] : [SOUND])];
    const known = listed();
    if (offered.length > 0) for (const id of this.#tried) if (!offered.includes(id)) this.#tried.delete(id);
    // A player that names no sizes chooses by itself.
    if (known === undefined || known.sizes.length === 0) return [];
    const isNew = (id: string) =>
      !(id === SOUND ? known.hasSound : known.sizes.includes(id)) && !this.#tried.has(id);
    if (!offered.some(isNew)) return [];
    const first = [madeAtFirst(offer), isNew(SOUND) ? sound : undefined].filter((each) => each !== undefined);
    for (const each of first) if (!(await this.#getsReady(new URL(each, address).href, player))) return [];
    // Meanwhile the viewer may have gone elsewhere.
    return listed() === undefined ? [] : offered;
  }

  /** Has something made, while the player goes on with what it has. */
  async #getsReady(address: string, player: number): Promise<boolean> {
    const { environment } = this.#options;
    const sinceMs = environment.nowMs();
    while (player === this.#player && environment.nowMs() - sinceMs < READY_WITHIN_MS) {
      if (hasMedia(await this.#read(address))) return true;
      await new Promise<void>((resolve) => {
        this.#cancel = environment.after(READY_EVERY_MS, resolve);
      });
    }
    return false;
  }

  /** A playlist's text; "" where there is none. */
  #read(address: string): Promise<string> {
    const { environment } = this.#options;
    return within(environment, ASK_TIMEOUT_MS, async (signal) => {
      const answer = await environment.fetch(address, { signal });
      return answer.ok ? answer.text() : "";
    }).catch(() => "");
  }
}
