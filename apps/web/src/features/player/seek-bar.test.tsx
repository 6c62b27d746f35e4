// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, renderHook, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SeekBar } from "./seek-bar.tsx";
import type { Timeline } from "./timeline.ts";
import { useSeeking } from "./use-seeking.ts";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const replay: Timeline = { kind: "replay", length: 600, at: 100, buffered: [[90, 160]], atLive: false };

function setUp(timeline: Timeline = replay) {
  const onSeek = vi.fn<(seconds: number) => void>();
  const thumbnailAt = (seconds: number) => ({
    url: "/s.jpg",
    x: Math.floor(seconds),
    y: 0,
    width: 160,
    height: 90,
  });
  const { container } = render(<SeekBar timeline={timeline} onSeek={onSeek} thumbnailAt={thumbnailAt} />);
  const slider = screen.getByRole("slider");
  slider.getBoundingClientRect = () => new DOMRect(0, 0, 600, 24);
  slider.setPointerCapture = () => {};
  return { onSeek, slider, preview: () => container.querySelector("[data-seek-preview]") };
}

describe("the seek bar", () => {
  it("tells screen readers the place in words", () => {
    const { slider } = setUp();
    expect(slider.getAttribute("aria-valuetext")).toBe("1 minute 40 seconds of 10 minutes");
    expect(slider.getAttribute("aria-valuemax")).toBe("600");
  });

  it("moves by the keys of a slider, and leaves all others to the page", () => {
    const { slider, onSeek } = setUp();
    for (const key of ["ArrowRight", "ArrowLeft", "PageUp", "PageDown", "Home", "End"]) {
      expect(fireEvent.keyDown(slider, { key })).toBe(false);
    }
    expect(onSeek.mock.calls.flat()).toEqual([105, 95, 160, 40, 0, 600]);
    expect(fireEvent.keyDown(slider, { key: "m" })).toBe(true);
    expect(onSeek).toHaveBeenCalledTimes(6);
  });

  it("shows the picture and the time of the place under the pointer, and goes nowhere", () => {
    const { slider, onSeek, preview } = setUp();
    fireEvent.pointerMove(slider, { clientX: 245, pointerType: "mouse" });
    expect(preview()?.textContent).toBe("4:05");
    expect(preview()?.innerHTML).toContain("-245px 0px");
    fireEvent.pointerLeave(slider);
    expect(preview()).toBeNull();
    expect(onSeek).not.toHaveBeenCalled();
  });

  it("seeks once, when a drag is let go", () => {
    const { slider, onSeek } = setUp();
    fireEvent.pointerDown(slider, { clientX: 200, button: 0 });
    fireEvent.pointerMove(slider, { clientX: 300 });
    fireEvent.pointerMove(slider, { clientX: 900 });
    expect(slider.getAttribute("aria-valuenow")).toBe("600");
    expect(onSeek).not.toHaveBeenCalled();
    fireEvent.pointerUp(slider, { clientX: 900 });
    expect(onSeek.mock.calls).toEqual([[600]]);
  });

  it("leaves everything as it was when Escape ends a drag", () => {
    const { slider, onSeek } = setUp();
    fireEvent.pointerDown(slider, { clientX: 200, button: 0 });
    fireEvent.keyDown(slider, { key: "Escape" });
    fireEvent.pointerUp(slider, { clientX: 200 });
    expect(onSeek).not.toHaveBeenCalled();
    expect(slider.getAttribute("aria-valuenow")).toBe("100");
  });

  it("of a live show counts from its right end", () => {
    const { slider } = setUp({ kind: "dvr", length: 120, at: 90, buffered: [], atLive: false });
    expect(slider.getAttribute("aria-valuetext")).toBe("30 seconds behind live");
  });
});

describe("seeking", () => {
  const open = () => {
    const go = vi.fn<(seconds: number) => void>();
    const hook = renderHook(({ timeline }) => useSeeking(timeline, go), {
      initialProps: { timeline: replay },
    });
    return { go, hook };
  };

  it("adds quick presses up, though the picture has not followed yet", () => {
    const { go, hook } = open();
    act(() => hook.result.current.step(10));
    act(() => hook.result.current.step(10));
    expect(go.mock.calls.flat()).toEqual([110, 120]);
    expect(hook.result.current.timeline?.at).toBe(120);
  });

  it("follows the picture again once that is there", () => {
    const { hook } = open();
    act(() => hook.result.current.seek(300));
    hook.rerender({ timeline: { ...replay, at: 300.2 } });
    hook.rerender({ timeline: { ...replay, at: 320 } });
    expect(hook.result.current.timeline?.at).toBe(320);
  });

  it("back in a live show is no longer live at once, and forth to its end is live at once", () => {
    const dvr: Timeline = { kind: "dvr", length: 120, at: 120, buffered: [], atLive: true };
    const hook = renderHook(() => useSeeking(dvr, () => {}));
    act(() => hook.result.current.step(-10));
    expect(hook.result.current.timeline).toMatchObject({ at: 110, atLive: false });
    act(() => hook.result.current.seek(120));
    expect(hook.result.current.timeline).toMatchObject({ at: 120, atLive: true });
  });

  it("gives up on a picture that does not come", () => {
    vi.useFakeTimers();
    const { hook } = open();
    act(() => hook.result.current.seek(300));
    expect(hook.result.current.timeline?.at).toBe(300);
    act(() => vi.advanceTimersByTime(5_000));
    expect(hook.result.current.timeline?.at).toBe(100);
  });
});
