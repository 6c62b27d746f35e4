import type { PictureSize } from "./picture-size.ts";

/** Resizing by hand makes many sizes that nobody looks at. */
const SETTLE_MS = 150;
/** Who only looks at another tab for a moment gets their picture back without waiting for a keyframe. */
const HIDDEN_MS = 10_000;
const NOTHING: PictureSize = { width: 0, height: 0 };

/**
 * Tells how large an element is on screen, in device pixels, now and on every change: 0 by 0 while it is scrolled away, or
 * its page is hidden and shows no picture-in-picture. Ends with the returned function.
 */
export function followElement(element: HTMLElement, onSize: (size: PictureSize) => void): () => void {
  const page = element.ownerDocument;
  const view = page.defaultView ?? window;
  const ended = new AbortController();
  const { signal } = ended;
  let inView = true;
  let hiddenForLong = false;
  let told = "";
  let settle: ReturnType<typeof setTimeout> | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;

  const measure = (): PictureSize => {
    if (page.pictureInPictureElement === null || page.pictureInPictureElement === undefined) {
      if (!inView || hiddenForLong) return NOTHING;
    }
    const ratio = view.devicePixelRatio || 1;
    const pixels = (length: number) => Math.min(16_384, Math.round(length * ratio));
    const size = { width: pixels(element.clientWidth), height: pixels(element.clientHeight) };
    return size.width === 0 || size.height === 0 ? NOTHING : size;
  };
  const tell = () => {
    const size = measure();
    const text = `${size.width}x${size.height}`;
    if (text === told) return;
    told = text;
    onSize(size);
  };
  const changed = () => {
    clearTimeout(settle);
    settle = setTimeout(tell, SETTLE_MS);
  };
  const visibilityChanged = () => {
    clearTimeout(hiding);
    if (page.visibilityState === "hidden") {
      hiding = setTimeout(() => {
        hiddenForLong = true;
        tell();
      }, HIDDEN_MS);
    } else {
      hiddenForLong = false;
      tell();
    }
  };
  const resized = new ResizeObserver(changed);
  const scrolled = new IntersectionObserver((entries) => {
    inView = entries.at(-1)?.isIntersecting ?? inView;
    changed();
  });
  /** A query matches one ratio only: a window moved to another screen needs another query. */
  const followRatio = () => {
    const query = view.matchMedia(`(resolution: ${view.devicePixelRatio}dppx)`);
    const ratioChanged = () => {
      changed();
      followRatio();
    };
    query.addEventListener("change", ratioChanged, { once: true, signal });
  };

  resized.observe(element);
  scrolled.observe(element);
  followRatio();
  page.addEventListener("visibilitychange", visibilityChanged, { signal });
  for (const event of ["enterpictureinpicture", "leavepictureinpicture"])
    page.addEventListener(event, changed, { signal });
  // Before it is laid out there is nothing to tell; the observers will.
  if (element.clientWidth > 0) tell();
  return () => {
    ended.abort();
    clearTimeout(settle);
    clearTimeout(hiding);
    resized.disconnect();
    scrolled.disconnect();
  };
}
