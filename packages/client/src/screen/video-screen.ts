import type { Screen } from "./screen.ts";

/** Sound alone renders no frames: then playing is the sign. */
const SOUND_MS = 1500;

type Frames = HTMLVideoElement & {
  requestVideoFrameCallback?: (callback: () => void) => number;
  cancelVideoFrameCallback?: (handle: number) => void;
};

/** A {@link Screen} of a real element. `autoplay`: begins to play by itself. */
export class VideoScreen implements Screen {
  readonly element: Frames;
  onPaused: (paused: boolean) => void = () => {};
  readonly #ended = new AbortController();
  #wantsPlay: boolean;
  #still: HTMLCanvasElement | undefined;
  /** While the next frame is waited for. */
  #cancelRelease: (() => void) | undefined;

  constructor(element: HTMLVideoElement, options: { autoplay: boolean }) {
    this.element = element;
    this.#wantsPlay = options.autoplay;
    const { signal } = this.#ended;
    element.addEventListener("play", () => this.#setPaused(false), { signal });
    // The end of a source, and its exchange, pause the element too.
    element.addEventListener(
      "pause",
      () => {
        if (!element.ended && element.readyState > 0 && this.#still === undefined) this.#setPaused(true);
      },
      { signal },
    );
  }

  get paused(): boolean {
    return !this.#wantsPlay;
  }

  hold(): void {
    this.#cancelRelease?.();
    this.#cancelRelease = undefined;
    if (this.#still !== undefined) return;
    const { element } = this;
    const { videoWidth, videoHeight, parentNode } = element;
    if (videoWidth === 0 || element.readyState < 2 || parentNode === null) return;
    const still = element.ownerDocument.createElement("canvas");
    still.width = videoWidth;
    still.height = videoHeight;
    still.setAttribute("aria-hidden", "true");
    still.getContext("2d")?.drawImage(element, 0, 0, videoWidth, videoHeight);
    const { objectFit, objectPosition, borderRadius, zIndex, transform } = getComputedStyle(element);
    Object.assign(still.style, {
      position: "absolute",
      left: `${element.offsetLeft}px`,
      top: `${element.offsetTop}px`,
      width: `${element.offsetWidth}px`,
      height: `${element.offsetHeight}px`,
      pointerEvents: "none",
      objectFit,
      objectPosition,
      borderRadius,
      zIndex,
      transform,
    });
    element.after(still);
    this.#still = still;
  }

  release(when: "now" | "rendered"): void {
    if (when === "now" || this.#still === undefined) this.#drop();
    else this.#cancelRelease ??= onNextFrame(this.element, () => this.#drop());
  }

  show(stream: MediaStream): void {
    const { element } = this;
    if (element.srcObject !== stream) {
      if (element.hasAttribute("src")) element.removeAttribute("src");
      element.srcObject = stream;
    }
    this.play();
  }

  play(): void {
    if (this.#wantsPlay) void this.#playAloudOrMuted();
  }

  clear(): void {
    const { element } = this;
    if (element.srcObject !== null) element.srcObject = null;
    if (element.hasAttribute("src")) {
      element.removeAttribute("src");
      element.load();
    }
  }

  close(): void {
    this.#ended.abort();
    this.#drop();
    this.clear();
  }

  async #playAloudOrMuted(): Promise<void> {
    const { element } = this;
    try {
      await element.play();
    } catch (error) {
      // Another source came between: whoever set it plays.
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      if (element.muted || this.#ended.signal.aborted) return;
      element.muted = true;
      await element.play().catch(() => undefined);
    }
  }

  #setPaused(paused: boolean): void {
    if (this.#wantsPlay === !paused) return;
    this.#wantsPlay = !paused;
    this.onPaused(paused);
  }

  #drop(): void {
    this.#cancelRelease?.();
    this.#cancelRelease = undefined;
    this.#still?.remove();
    this.#still = undefined;
  }
}

/** Calls back once when the element has put a frame on screen, or plays sound; the returned function cancels. */
function onNextFrame(element: Frames, callback: () => void): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let handle: number | undefined;
  const cancel = () => {
    ended.abort();
    clearTimeout(timer);
    if (handle !== undefined) element.cancelVideoFrameCallback?.(handle);
  };
  const done = () => {
    cancel();
    callback();
  };
  const started = () => {
    if (element.readyState < 2) return;
    if (element.requestVideoFrameCallback === undefined) done();
    else timer ??= setTimeout(done, SOUND_MS);
  };
  handle = element.requestVideoFrameCallback?.(done);
  for (const event of ["playing", "timeupdate", "seeked"])
    element.addEventListener(event, started, { signal });
  return cancel;
}
