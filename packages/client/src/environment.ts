/** What the SDK needs of the browser, in one place, so that its state machines can be driven without one. */
export interface Environment {
  fetch: typeof fetch;
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  createStream(): MediaStream;
  /** Monotonic ms. */
  nowMs(): number;
  /** Wall clock, ms since 1970. */
  unixMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** One-shot timer; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Repeating timer; the returned function stops it. */
  every(intervalMs: number, callback: () => void): () => void;
  /** The network came back, or the page became visible again: a good moment to try. */
  onWake(callback: () => void): () => void;
  /** The page is going away. */
  onPageHide(callback: () => void): () => void;
}

/** The real browser. */
export function browserEnvironment(): Environment {
  const listen = (target: EventTarget | undefined, event: string, callback: () => void) => {
    target?.addEventListener(event, callback);
    return () => target?.removeEventListener(event, callback);
  };
  const page = typeof window === "undefined" ? undefined : window;
  const view = typeof document === "undefined" ? undefined : document;
  return {
    fetch: (...args) => globalThis.fetch(...args),
    createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    createStream: () => new MediaStream(),
    nowMs: () => performance.now(),
    unixMs: () => performance.timeOrigin + performance.now(),
    random: Math.random,
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    every(intervalMs, callback) {
      const timer = setInterval(callback, intervalMs);
      return () => clearInterval(timer);
    },
    onWake(callback) {
      const offOnline = listen(page, "online", callback);
      const offVisible = listen(view, "visibilitychange", () => {
        if (view?.visibilityState === "visible") callback();
      });
      return () => {
        offOnline();
        offVisible();
      };
    },
    onPageHide: (callback) => listen(page, "pagehide", callback),
  };
}
