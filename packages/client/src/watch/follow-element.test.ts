import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followElement } from "./follow-element.ts";
import type { PictureSize } from "./picture-size.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page with one element, as far as following it needs one. */
class FakePage extends EventTarget {
  visibilityState = "visible";
  pictureInPictureElement: object | null = null;
  readonly queries: EventTarget[] = [];
  readonly defaultView = {
    devicePixelRatio: 2,
    matchMedia: () => {
      this.queries.push(new EventTarget());
      return this.queries.at(-1)!;
    },
  };
  readonly element = { ownerDocument: this, clientWidth: 640, clientHeight: 360 };
  resized = () => {};
  scrolled: (entries: { isIntersecting: boolean }[]) => void = () => {};
  observers = 0;

  constructor() {
    super();
    const page = this;
    class Observer {
      observe() {
        page.observers += 1;
      }
      disconnect() {
        page.observers -= 1;
      }
    }
    vi.stubGlobal(
      "ResizeObserver",
      class extends Observer {
        constructor(callback: () => void) {
          super();
          page.resized = callback;
        }
      },
    );
    vi.stubGlobal(
      "IntersectionObserver",
      class extends Observer {
        constructor(callback: typeof page.scrolled) {
          super();
          page.scrolled = callback;
        }
      },
    );
  }

  follow() {
    const sizes: string[] = [];
    const take = ({ width, height }: PictureSize) => sizes.push(`${width}x${height}`);
    return { sizes, end: followElement(this.element as unknown as HTMLElement, take) };
  }

  resize(width: number, height: number): void {
    Object.assign(this.element, { clientWidth: width, clientHeight: height });
    this.resized();
  }

  show(visibilityState: string): void {
    this.visibilityState = visibilityState;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

describe("the size of an element", () => {
  it("is told at once in device pixels, then when it has settled", () => {
    const page = new FakePage();
    const { sizes } = page.follow();
    expect(sizes).toEqual(["1280x720"]);
    for (let width = 640; width > 320; width -= 16) {
      page.resize(width, 180);
      vi.advanceTimersByTime(16);
    }
    page.resize(320, 180);
    expect(sizes).toHaveLength(1);
    vi.advanceTimersByTime(150);
    page.resize(320, 180);
    vi.advanceTimersByTime(150);
    expect(sizes).toEqual(["1280x720", "640x360"]);
  });

  it("is another on a screen with other pixels, each time", () => {
    const page = new FakePage();
    const { sizes } = page.follow();
    for (const ratio of [1, 3]) {
      page.defaultView.devicePixelRatio = ratio;
      page.queries.at(-1)!.dispatchEvent(new Event("change"));
      vi.advanceTimersByTime(150);
    }
    expect(sizes).toEqual(["1280x720", "640x360", "1920x1080"]);
  });

  it("is nothing while it is scrolled away", () => {
    const page = new FakePage();
    const { sizes } = page.follow();
    page.scrolled([{ isIntersecting: true }, { isIntersecting: false }]);
    vi.advanceTimersByTime(150);
    page.scrolled([{ isIntersecting: true }]);
    vi.advanceTimersByTime(150);
    expect(sizes).toEqual(["1280x720", "0x0", "1280x720"]);
  });

  it("is nothing once the page has been hidden for ten seconds, and is back at once", () => {
    const page = new FakePage();
    const { sizes } = page.follow();
    page.show("hidden");
    vi.advanceTimersByTime(9000);
    page.show("visible");
    vi.advanceTimersByTime(9000);
    page.show("hidden");
    vi.advanceTimersByTime(10_000);
    page.show("visible");
    expect(sizes).toEqual(["1280x720", "0x0", "1280x720"]);
  });

  it("stays while the picture is in a picture-in-picture window", () => {
    const page = new FakePage();
    const { sizes } = page.follow();
    page.pictureInPictureElement = {};
    page.show("hidden");
    page.scrolled([{ isIntersecting: false }]);
    vi.advanceTimersByTime(20_000);
    expect(sizes).toEqual(["1280x720"]);
    page.pictureInPictureElement = null;
    page.dispatchEvent(new Event("leavepictureinpicture"));
    vi.advanceTimersByTime(150);
    expect(sizes).toEqual(["1280x720", "0x0"]);
  });

  it("waits for an element that is not laid out yet, and holds nothing in the end", () => {
    const page = new FakePage();
    page.resize(0, 0);
    const { sizes, end } = page.follow();
    expect(sizes).toEqual([]);
    page.resize(160, 90);
    vi.advanceTimersByTime(150);
    expect(sizes).toEqual(["320x180"]);
    page.resize(320, 180);
    page.show("hidden");
    end();
    vi.advanceTimersByTime(20_000);
    expect(sizes).toEqual(["320x180"]);
    expect(page.observers).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
