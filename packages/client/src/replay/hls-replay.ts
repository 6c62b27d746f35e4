import { type Backoff, createBackoff, Emitter } from "@sameroom/base";
import { type RecordingView, withOpus } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { ClientError, errorOfResponse, isPassing, toClientError, toFailure } from "../errors.ts";
import type { HlsFault, HlsPlayer } from "../hls/hls-player.ts";
import { hlsQualityOf, levelFor } from "../hls/hls-quality.ts";
import { signedUntil, signLike } from "../hls/signed-address.ts";
import { parseRecording } from "../http/answers.ts";
import { within } from "../http/within.ts";
import type { Screen } from "../screen/screen.ts";
import type {
  QualityChoice,
  QualityState,
  Replay,
  ReplayEvents,
  ReplayState,
  ReplayThumbnail,
} from "../types.ts";
import { parseSprites, type Sprite, spriteAt } from "./sprites.ts";

const ASK_TIMEOUT_MS = 10_000;
/** A signature is renewed this long before it ends. */
const RENEW_BEFORE_MS = 60_000;
const RENEW_AGAIN_MS = 15_000;
/** A recording that is being finished is asked for again. */
const UNFINISHED_MS = 3000;

const FAULTS: Record<HlsFault, ClientError> = {
  missing: new ClientError("recording.not_found", "There is no such recording."),
  refused: new ClientError("token.expired", "The address of the recording is not valid any more."),
  full: new ClientError("playback.full", "Too many players wait at once. Trying again shortly."),
  network: new ClientError("network.unreachable", "The server cannot be reached."),
  codec: new ClientError("media.codec_unsupported", "This browser cannot play the codec of this recording."),
  media: new ClientError("media.connection_failed", "The recording could not be decoded. Trying again."),
};

/** A recording, played through every lost connection and renewed signature. */
export class HlsReplay extends Emitter<ReplayEvents> implements Replay {
  readonly #environment: Environment;
  readonly #address: string;
  readonly #backoff: Backoff;
  #state: ReplayState = "loading";
  #recording: RecordingView | null = null;
  #sprites: readonly Sprite[] = [];
  #screen: Screen | undefined;
  #player: HlsPlayer | undefined;
  #attempt = 0;
  #choice: QualityChoice = "auto";
  #quality: QualityState;
  #seconds: number | undefined;
  #cancelAsk: () => void = () => {};

  /** `url`: origin of the control server. */
  constructor(environment: Environment, url: string, recordingId: string) {
    super();
    this.#environment = environment;
    this.#address = `${url}/api/recordings/${encodeURIComponent(recordingId)}`;
    this.#quality = hlsQualityOf("auto", undefined, false);
    const random = { next: () => environment.random() };
    this.#backoff = createBackoff({ baseMs: 500, maxMs: 10_000, random });
    void this.#ask();
  }

  get state(): ReplayState {
    return this.#state;
  }

  get recording(): RecordingView | null {
    return this.#recording;
  }

  get quality(): QualityState {
    return this.#quality;
  }

  attach(video: HTMLVideoElement): () => void {
    if (this.#isOver()) return () => {};
    this.#detach();
    const screen = this.#environment.createScreen(video, { autoplay: false });
    this.#screen = screen;
    void this.#open();
    return () => {
      if (this.#screen === screen) this.#detach();
    };
  }

  setQuality(choice: QualityChoice): void {
    this.#choice = choice;
    this.#player?.choose(levelFor(choice, this.#player.levels));
    this.#tellQuality();
  }

  thumbnailAt(seconds: number): ReplayThumbnail | null {
    const sprite = spriteAt(this.#sprites, seconds);
    if (sprite === undefined) return null;
    const { url, x, y, width, height } = sprite;
    const signed = signLike(url, this.#recording?.urls?.playlist ?? "");
    return { url: signed, x, y, width, height };
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#release("closed");
    this.clear();
  }

  async #ask(): Promise<void> {
    this.#cancelAsk();
    try {
      const recording = await within(this.#environment, ASK_TIMEOUT_MS, async (signal) => {
        const answer = await this.#environment.fetch(this.#address, { credentials: "include", signal });
        if (!answer.ok) throw await errorOfResponse(answer);
        return parseRecording(await answer.json().catch(() => undefined));
      });
      if (recording === undefined)
        throw new ClientError("network.unreachable", "The server's answer cannot be understood.");
      if (!this.#isOver()) this.#take(recording);
    } catch (thrown) {
      if (!this.#isOver()) this.#handleFailure(toClientError(thrown));
    }
  }

  #take(recording: RecordingView): void {
    const before = this.#recording;
    this.#recording = recording;
    this.emit("recording", recording);
    if (recording.state === "failed") {
      this.#fail(new ClientError("recording.not_ready", "Nothing playable came of this recording."));
      return;
    }
    if (recording.urls === null) {
      this.#askLater(UNFINISHED_MS * (0.75 + this.#environment.random()));
      return;
    }
    this.#backoff.reset();
    const { playlist, sprites } = recording.urls;
    const untilUnixMs = signedUntil(playlist);
    if (untilUnixMs !== undefined) {
      const inMs = untilUnixMs - this.#environment.unixMs() - RENEW_BEFORE_MS;
      this.#askLater(Math.min(Math.max(RENEW_AGAIN_MS, inMs), 2 ** 31 - 1));
    }
    if (sprites !== null && this.#sprites.length === 0) void this.#loadSprites(sprites);
    this.#setState("ready");
    if (before?.urls == null || this.#player === undefined) void this.#open();
  }

  #askLater(delayMs: number): void {
    this.#cancelAsk();
    this.#cancelAsk = this.#environment.after(delayMs, () => void this.#ask());
  }

  async #loadSprites(url: string): Promise<void> {
    const text = await within(this.#environment, ASK_TIMEOUT_MS, async (signal) => {
      const answer = await this.#environment.fetch(url, { signal });
      return answer.ok ? answer.text() : "";
    }).catch(() => "");
    // Without them the bar has no pictures, and the show goes on.
    if (!this.#isOver()) this.#sprites = parseSprites(text, url);
  }

  async #open(): Promise<void> {
    const urls = this.#recording?.urls;
    const screen = this.#screen;
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#dropPlayer();
    if (!urls || screen === undefined) return;
    try {
      const player = await this.#environment.openHls({
        element: screen.element,
        url: this.#environment.playsOpus() ? withOpus(urls.playlist) : urls.playlist,
        rewrite: (url) => signLike(url, this.#recording?.urls?.playlist ?? ""),
        ...(this.#seconds === undefined ? {} : { startSeconds: this.#seconds }),
        onLevels: () => this.#takeLevels(attempt),
        onEnded: () => {},
        onFault: (fault) => {
          if (attempt === this.#attempt) this.#handleFault(fault);
        },
      });
      if (attempt !== this.#attempt) {
        player.close();
        return;
      }
      this.#player = player;
      screen.play();
      screen.release("rendered");
      this.#takeLevels(attempt);
    } catch (thrown) {
      if (attempt === this.#attempt) this.#handleFailure(toClientError(thrown));
    }
  }

  #takeLevels(attempt: number): void {
    if (attempt !== this.#attempt || this.#player === undefined) return;
    const wanted = levelFor(this.#choice, this.#player.levels);
    if (wanted !== null && wanted !== this.#player.loading) this.#player.choose(wanted);
    this.#tellQuality();
  }

  #tellQuality(): void {
    const quality = hlsQualityOf(this.#choice, this.#player, false);
    if (JSON.stringify(quality) === JSON.stringify(this.#quality)) return;
    this.#quality = quality;
    this.emit("quality", quality);
  }

  /** Where it was, with addresses that are valid now. */
  #handleFault(fault: HlsFault): void {
    const position = this.#screen?.element.currentTime ?? 0;
    if (position > 0) this.#seconds = position;
    this.#screen?.hold();
    this.#handleFailure(FAULTS[fault]);
  }

  #handleFailure(error: ClientError): void {
    this.#dropPlayer();
    if (!isPassing(error) && error !== FAULTS.full) {
      this.#fail(error);
      return;
    }
    this.emit("failure", toFailure(error, true));
    this.#askLater(Math.max((error.retryAfterS ?? 0) * 1000, this.#backoff.nextMs()));
  }

  #fail(error: ClientError): void {
    this.#release("failed");
    this.emit("failure", toFailure(error, false));
  }

  #detach(): void {
    this.#attempt += 1;
    this.#dropPlayer();
    this.#screen?.close();
    this.#screen = undefined;
  }

  #dropPlayer(): void {
    this.#player?.close();
    this.#player = undefined;
  }

  #isOver(): boolean {
    return this.#state === "closed" || this.#state === "failed";
  }

  #release(state: "closed" | "failed"): void {
    this.#cancelAsk();
    this.#detach();
    this.#setState(state);
  }

  #setState(state: ReplayState): void {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.emit("state", state);
  }
}
