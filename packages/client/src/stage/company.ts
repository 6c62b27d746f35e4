import { Emitter } from "@sameroom/base";
import { STAGE_SEATS } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import type { Tokens } from "../http/tokens.ts";
import type { Company, CompanyEvents, CompanySeat, WatchSlot, WatchState } from "../types.ts";
import { WhepWatch } from "../watch/watch.ts";

const GUESTS = STAGE_SEATS - 1;
/** Louder than this is speech and not the room behind it; full scale is 1. */
const SPEAKING = 0.012;

/** The guests of a room's stage over a session of their own: seat by seat, whoever comes and goes. */
export class RoomCompany extends Emitter<CompanyEvents> implements Company {
  readonly #watch: WhepWatch;
  #seats: readonly CompanySeat[] = [];
  #speaking: readonly number[] = [];

  constructor(environment: Environment, tokens: Tokens, room: string) {
    super();
    this.#watch = new WhepWatch(environment, tokens, room, {
      slots: { video: GUESTS, audio: GUESTS },
      ...{ paused: false, company: true },
    });
    this.#watch.on("state", (state) => this.emit("state", state));
    this.#watch.on("failure", (failure) => this.emit("failure", failure));
    this.#watch.on("slots", (slots) => this.#take(slots));
    this.#watch.on("voices", (levels) => this.#hear(levels));
  }

  get state(): WatchState {
    return this.#watch.state;
  }

  get seats(): readonly CompanySeat[] {
    return this.#seats;
  }

  get speaking(): readonly number[] {
    return this.#speaking;
  }

  fit(element: HTMLElement, seat: number): () => void {
    return this.#watch.fit(element, this.#seats.find((one) => one.seat === seat)?.videoMid);
  }

  close(): void {
    this.#watch.close();
    this.clear();
  }

  #take(slots: readonly WatchSlot[]): void {
    const videos = slots.filter(({ kind }) => kind === "video");
    const sounds = slots.filter(({ kind }) => kind === "audio");
    const next = videos.map(({ mid, track }, index) => {
      const sound = sounds[index]!;
      return { seat: index + 1, video: track, audio: sound.track, videoMid: mid, audioMid: sound.mid };
    });
    if (next.every(({ video }, index) => video === this.#seats[index]?.video)) return;
    this.#seats = next;
    this.emit("seats", next);
  }

  #hear(levels: ReadonlyMap<string, number>): void {
    const loud = this.#seats.flatMap(({ seat, audioMid }) => {
      const level = levels.get(audioMid) ?? 0;
      return level < SPEAKING ? [] : [{ seat, level }];
    });
    const speaking = loud.sort((one, other) => other.level - one.level).map(({ seat }) => seat);
    if (String(speaking) === String(this.#speaking)) return;
    this.#speaking = speaking;
    this.emit("speaking", speaking);
  }
}
