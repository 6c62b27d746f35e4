import type { Devices } from "@sameroom/client";
import { type CaptureState, failureOf, initialCapture, nextCamera, type Source } from "./capture-state.ts";
import { mixAudio } from "./mix-audio.ts";

export interface CaptureOptions {
  devices: Devices;
  /** Devices chosen last time; used when they are there. */
  preferred?: { camera?: string | undefined; microphone?: string | undefined };
  /** Mixes the screen's sound with the microphone's; a test may bring its own. */
  mix?: typeof mixAudio;
}

/**
 * The host's camera, microphone and screen: opens, switches and releases them, one thing after the other, and tells
 * what goes out. A device that is pulled out is reported as lost; nothing is left open after `close()`.
 */
export class Capture {
  readonly #devices: Devices;
  readonly #preferred: NonNullable<CaptureOptions["preferred"]>;
  readonly #mix: typeof mixAudio;
  readonly #listeners = new Set<() => void>();
  #state: CaptureState = initialCapture;
  #camera: MediaStreamTrack | null = null;
  #microphone: MediaStreamTrack | null = null;
  #screen: { video: MediaStreamTrack; audio: MediaStreamTrack | null } | null = null;
  #mixed: { track: MediaStreamTrack; close(): void } | null = null;
  #work: Promise<void> = Promise.resolve();
  #closed = false;
  #stopDeviceWatch: (() => void) | null = null;

  constructor({ devices, preferred = {}, mix = mixAudio }: CaptureOptions) {
    this.#devices = devices;
    this.#preferred = preferred;
    this.#mix = mix;
  }

  readonly getState = (): CaptureState => this.#state;
  /** The microphone alone, for the level meter. */
  get microphoneTrack(): MediaStreamTrack | null {
    return this.#microphone;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Opens camera and microphone; asks for permission when needed. */
  open(): Promise<void> {
    this.#stopDeviceWatch ??= this.#devices.onChange((devices) => this.#put({ devices }));
    void this.#openMicrophone(this.#preferred.microphone);
    void this.#openCamera(this.#preferred.camera);
    return this.#then(async () => {
      const devices = await this.#devices.list();
      this.#put({ devices });
    });
  }

  chooseCamera = (deviceId?: string): Promise<void> => this.#openCamera(deviceId);
  chooseMicrophone = (deviceId?: string): Promise<void> => this.#openMicrophone(deviceId);

  /** Goes on to the next camera; false when there is only one. */
  switchCamera(): Promise<boolean> {
    const next = nextCamera(this.#state.devices, this.#state.camera.deviceId);
    return next === null ? Promise.resolve(false) : this.#openCamera(next).then(() => true);
  }

  /** Silent or not, at once; the microphone stays open. */
  setMuted(muted: boolean): void {
    this.#put({ muted });
  }

  /** Black and silent for everybody, at once, until the host is back. */
  setOnBreak(onBreak: boolean): void {
    this.#put({ onBreak });
  }

  /** Off releases the camera, so that its lamp goes out. */
  setCameraOff(off: boolean): Promise<void> {
    if (!off) return this.#openCamera(this.#state.camera.deviceId ?? undefined);
    return this.#then(async () => {
      this.#releaseCamera();
      this.#putCamera({ status: "off" });
    });
  }

  shareScreen(): Promise<void> {
    return this.#then(async () => {
      if (this.#screen) return;
      this.#put({ screen: { status: "opening", failure: null } });
      try {
        const screen = await this.#devices.screen({ audio: true });
        if (this.#closed) return stop(screen.video, screen.audio);
        this.#screen = screen;
        screen.video.addEventListener("ended", () => void this.stopScreen(), { once: true });
        this.#mixAudio();
        this.#put({ screen: { status: "on", failure: null } });
      } catch (error) {
        this.#put({ screen: { status: "off", failure: failureOf(error) } });
      }
    });
  }

  stopScreen(): Promise<void> {
    return this.#then(async () => {
      if (!this.#screen) return;
      stop(this.#screen.video, this.#screen.audio);
      this.#screen = null;
      this.#mixAudio();
      this.#put({ screen: { status: "off", failure: null } });
    });
  }

  /** Releases every device. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#stopDeviceWatch?.();
    this.#listeners.clear();
    this.#mixed?.close();
    stop(this.#camera, this.#microphone, this.#screen?.video, this.#screen?.audio);
    this.#camera = this.#microphone = this.#screen = this.#mixed = null;
  }

  #openCamera(deviceId?: string): Promise<void> {
    return this.#then(async () => {
      this.#putCamera({
        status: "opening",
        deviceId: deviceId ?? this.#state.camera.deviceId,
        failure: null,
      });
      // A phone opens one camera at a time: the old one goes first.
      this.#releaseCamera();
      try {
        const track = await this.#devices.camera(deviceId ? { deviceId } : {});
        if (this.#closed) return stop(track);
        this.#camera = track;
        track.addEventListener("ended", () => this.#lose("camera", track), { once: true });
        this.#putCamera({ status: "on", deviceId: track.getSettings().deviceId ?? deviceId ?? null });
      } catch (error) {
        this.#putCamera({ status: "failed", failure: failureOf(error) });
      }
    });
  }

  #openMicrophone(deviceId?: string): Promise<void> {
    return this.#then(async () => {
      this.#putMicrophone({
        status: "opening",
        deviceId: deviceId ?? this.#state.microphone.deviceId,
        failure: null,
      });
      this.#releaseMicrophone();
      try {
        const track = await this.#devices.microphone(deviceId ? { deviceId } : {});
        if (this.#closed) return stop(track);
        this.#microphone = track;
        this.#mixAudio();
        track.addEventListener("ended", () => this.#lose("microphone", track), { once: true });
        this.#putMicrophone({ status: "on", deviceId: track.getSettings().deviceId ?? deviceId ?? null });
      } catch (error) {
        this.#putMicrophone({ status: "failed", failure: failureOf(error) });
      }
    });
  }

  #releaseCamera(): void {
    stop(this.#camera);
    this.#camera = null;
  }

  #releaseMicrophone(): void {
    stop(this.#microphone);
    this.#microphone = null;
    this.#mixAudio();
  }

  /** The browser ends a track when its device is pulled out or its permission taken back; `stop()` does not. */
  #lose(kind: "camera" | "microphone", track: MediaStreamTrack): void {
    if (track !== (kind === "camera" ? this.#camera : this.#microphone)) return;
    if (kind === "camera") {
      this.#releaseCamera();
      this.#putCamera({ status: "lost" });
    } else {
      this.#releaseMicrophone();
      this.#putMicrophone({ status: "lost" });
    }
  }

  #mixAudio(): void {
    this.#mixed?.close();
    this.#mixed =
      this.#screen?.audio && this.#microphone ? this.#mix([this.#microphone, this.#screen.audio]) : null;
  }

  #then(work: () => Promise<void>): Promise<void> {
    const next = this.#work.then(() => (this.#closed ? undefined : work()));
    this.#work = next.catch(() => {});
    return next;
  }

  #putCamera(change: Partial<Source>): void {
    this.#put({ camera: { ...this.#state.camera, ...change } });
  }

  #putMicrophone(change: Partial<Source>): void {
    this.#put({ microphone: { ...this.#state.microphone, ...change } });
  }

  #put(change: Partial<CaptureState>): void {
    if (this.#closed) return;
    this.#state = {
      ...this.#state,
      ...change,
      video: this.#screen?.video ?? this.#camera,
      audio: this.#mixed?.track ?? this.#microphone ?? this.#screen?.audio ?? null,
      mirrored: !this.#screen && this.#camera?.getSettings().facingMode !== "environment",
    };
    this.#enable();
    for (const listener of this.#listeners) listener();
  }

  #enable(): void {
    const { muted, onBreak } = this.#state;
    if (this.#microphone) this.#microphone.enabled = !muted && !onBreak;
    for (const track of [this.#camera, this.#screen?.video, this.#screen?.audio])
      if (track) track.enabled = !onBreak;
  }
}

function stop(...tracks: Array<MediaStreamTrack | null | undefined>): void {
  for (const track of tracks) track?.stop();
}
