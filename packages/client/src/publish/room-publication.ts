import { Emitter } from "@sameroom/base";
import type { Environment } from "../environment.ts";
import type { Tokens } from "../http/tokens.ts";
import type {
  ClientFailure,
  Publication,
  PublicationEvents,
  PublicationState,
  PublishOptions,
  PublishPath,
} from "../types.ts";
import { WhipPublication } from "./publication.ts";
import { RecorderPublication } from "./recorder/recorder-publication.ts";
import { recorderType } from "./recorder/recorder-type.ts";

/** Attempts in a row that did not get through, after which the network is taken for one that lets no WebRTC through. */
const FAILURES_BEFORE_LIVE = 2;
/** It did before: more likely it will again. */
const FAILURES_AFTER_LIVE = 4;

/** Somebody going live: over WebRTC, and over a recorder where WebRTC does not get through or is not there. */
export class RoomPublication extends Emitter<PublicationEvents> implements Publication {
  readonly #environment: Environment;
  readonly #tokens: Tokens;
  readonly #room: string;
  /** With the tracks as they are now. */
  #options: PublishOptions;
  #current: WhipPublication | RecorderPublication;
  #state: PublicationState = "connecting";
  #unfollow: () => void = () => {};
  #failures = 0;
  #wasLive = false;

  constructor(environment: Environment, tokens: Tokens, room: string, options: PublishOptions) {
    super();
    this.#environment = environment;
    this.#tokens = tokens;
    this.#room = room;
    this.#options = { ...options };
    const Path = environment.hasWebRtc ? WhipPublication : RecorderPublication;
    this.#current = new Path(environment, tokens, room, options);
    this.#follow();
  }

  get state(): PublicationState {
    return this.#state;
  }

  get path(): PublishPath {
    return this.#current.path;
  }

  async replaceTrack(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    this.#options = { ...this.#options, [kind]: track };
    await this.#current.replaceTrack(kind, track);
  }

  async stop(): Promise<void> {
    await this.#current.stop();
    this.#unfollow();
    this.clear();
  }

  #follow(): void {
    const current = this.#current;
    const offs = [
      current.on("state", (state) => this.#setState(state)),
      current.on("health", (health) => this.emit("health", health)),
      current.on("failure", (failure) => this.#takeFailure(failure)),
    ];
    this.#unfollow = () => {
      for (const off of offs) off();
    };
  }

  #setState(state: PublicationState): void {
    if (state === "live") {
      this.#wasLive = true;
      this.#failures = 0;
    }
    // A recorder that takes over has yet to connect; for viewers the show was there before.
    const told = state === "connecting" && this.#wasLive ? "reconnecting" : state;
    if (told === this.#state) return;
    this.#state = told;
    this.emit("state", told);
  }

  #takeFailure(failure: ClientFailure): void {
    this.emit("failure", failure);
    // The server answers, and media does not get through.
    if (this.path === "recorder" || failure.code !== "media.connection_failed" || !failure.retrying) return;
    this.#failures += 1;
    if (this.#failures < (this.#wasLive ? FAILURES_AFTER_LIVE : FAILURES_BEFORE_LIVE)) return;
    const canRecord = (type: string) => this.#environment.canRecord(type);
    if (recorderType(canRecord, { hasVideo: this.#options.video !== null }) !== undefined) this.#fallBack();
  }

  #fallBack(): void {
    this.#unfollow();
    if (this.#current instanceof WhipPublication) this.#current.abandon();
    this.#current = new RecorderPublication(this.#environment, this.#tokens, this.#room, this.#options);
    this.#follow();
    this.emit("path", "recorder");
  }
}
