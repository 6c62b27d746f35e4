import { Emitter } from "@sameroom/base";
import type { Environment } from "../../environment.ts";
import type { Tokens } from "../../http/tokens.ts";
import type {
  Publication,
  PublicationEvents,
  PublicationHealth,
  PublicationState,
  PublishOptions,
} from "../../types.ts";
import { LiveRecorder } from "./live-recorder.ts";
import { RecorderLink } from "./recorder-link.ts";
import { recorderType } from "./recorder-type.ts";

const HEALTH_INTERVAL_MS = 1000;
const MAX_VIDEO_BITRATE = 2_500_000;
/** What viewers are shown later than this is not live: the recorder begins anew and the rest is given up. */
const MOST_BEHIND_MS = 6000;
/** While there is no connection. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024;
const FAIR_BEHIND_MS = 500;
const POOR_BEHIND_MS = 2000;

/** Somebody going live without WebRTC: what the browser records, over Socket.IO. */
export class RecorderPublication extends Emitter<PublicationEvents> implements Publication {
  readonly path = "recorder";
  readonly #environment: Environment;
  readonly #options: PublishOptions;
  readonly #link: RecorderLink;
  readonly #tracks: { video: MediaStreamTrack | null; audio: MediaStreamTrack | null };
  readonly #stopTimer: () => void;
  #recorder: LiveRecorder | undefined;
  #state: PublicationState = "connecting";
  #told: { bytes: number; atMs: number } | undefined;

  constructor(environment: Environment, tokens: Tokens, room: string, options: PublishOptions) {
    super();
    this.#environment = environment;
    this.#options = options;
    this.#tracks = { video: options.video, audio: options.audio };
    this.#link = new RecorderLink({ environment, tokens, room, mimeType: () => this.#mimeType() });
    this.#link.on("open", ({ fresh }) => this.#follow(fresh));
    this.#link.on("lost", () => this.#setState(this.#state === "connecting" ? "connecting" : "reconnecting"));
    this.#link.on("failure", (failure) => this.emit("failure", failure));
    this.#link.on("failed", () => this.#end("failed"));
    this.#stopTimer = environment.every(HEALTH_INTERVAL_MS, () => this.#look());
    this.#link.connect();
  }

  get state(): PublicationState {
    return this.#state;
  }

  async replaceTrack(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    if (this.#tracks[kind] === track) return;
    this.#tracks[kind] = track;
    // A recorder takes no other tracks than it was given.
    if (this.#recorder !== undefined && !this.#isOver) this.#record();
  }

  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#recorder?.stop();
    this.#stopTimer();
    await this.#link.close(true);
    this.#end("ended");
    this.clear();
  }

  get #isOver(): boolean {
    return this.#state === "ended" || this.#state === "failed";
  }

  /** A recorder of the tracks as they are now, in place of the one before. */
  #record(): void {
    this.#recorder?.stop();
    const { line } = this.#link;
    this.#recorder = new LiveRecorder({
      environment: this.#environment,
      ...this.#tracks,
      maxVideoBitrate: this.#options.maxVideoBitrate ?? MAX_VIDEO_BITRATE,
      onChunk: (bytes, begins) => {
        line.put(bytes, { begins, nowMs: this.#environment.nowMs() });
        this.#link.flush();
      },
    });
  }

  /** What the recorder will write. */
  #mimeType(): string {
    const canRecord = (type: string) => this.#environment.canRecord(type);
    return recorderType(canRecord, { hasVideo: this.#tracks.video !== null }) ?? "none";
  }

  #follow(fresh: boolean): void {
    if (fresh) this.#record();
    this.#setState("live");
  }

  #look(): void {
    const { line } = this.#link;
    const nowMs = this.#environment.nowMs();
    const behindMs = line.behindMs(nowMs);
    const isLive = this.#state === "live";
    if ((isLive && behindMs > MOST_BEHIND_MS) || line.waitingBytes > MOST_WAITING_BYTES) {
      line.dropUnsent();
      this.#record();
    }
    const told = this.#told;
    this.#told = { bytes: line.acknowledgedBytes, atMs: nowMs };
    if (!isLive || told === undefined) return;
    const bitrate = ((line.acknowledgedBytes - told.bytes) * 8000) / Math.max(1, nowMs - told.atMs);
    this.emit("health", this.#health(bitrate, behindMs));
  }

  #health(bitrate: number, behindMs: number): PublicationHealth {
    const settings = this.#tracks.video?.getSettings();
    const isPoor = behindMs > POOR_BEHIND_MS || bitrate === 0;
    return {
      bitrate,
      framesPerSecond: settings?.frameRate ?? 0,
      width: settings?.width ?? 0,
      height: settings?.height ?? 0,
      roundTripMs: this.#link.line.roundTripMs ?? null,
      lossRatio: null,
      limitedBy: behindMs > FAIR_BEHIND_MS ? "bandwidth" : "none",
      verdict: isPoor ? "poor" : behindMs > FAIR_BEHIND_MS ? "fair" : "good",
      layers: [],
    };
  }

  #setState(state: PublicationState): void {
    if (state === this.#state || this.#isOver) return;
    this.#state = state;
    this.emit("state", state);
  }

  #end(state: "ended" | "failed"): void {
    this.#recorder?.stop();
    this.#stopTimer();
    this.#setState(state);
  }
}
