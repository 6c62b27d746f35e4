// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { usePlayback } from "./use-playback.ts";

afterEach(cleanup);

/** An element that plays when the browser, which the test is, allows it. */
function makeVideo(refuses: "nothing" | "sound" | "everything") {
  const video = document.createElement("video");
  let paused = true;
  Object.defineProperty(video, "paused", { get: () => paused });
  const play = vi.fn(async () => {
    if (refuses === "everything" || (refuses === "sound" && !video.muted)) {
      throw new DOMException("not without a click", "NotAllowedError");
    }
    paused = false;
    video.dispatchEvent(new Event("play"));
  });
  video.play = play;
  video.pause = () => {
    paused = true;
    video.dispatchEvent(new Event("pause"));
  };
  const replaceSource = () => {
    paused = true;
    video.dispatchEvent(new Event("emptied"));
    video.dispatchEvent(new Event("canplay"));
  };
  return { video, play, replaceSource };
}

async function open(refuses: Parameters<typeof makeVideo>[0], whenSilenced: "muted" | "wait" = "muted") {
  const made = makeVideo(refuses);
  const detach = vi.fn();
  const attach = vi.fn(() => detach);
  const hook = renderHook(() => usePlayback({ attach, whenSilenced }));
  await act(async () => hook.result.current.takeVideo(made.video));
  return { ...made, attach, detach, hook };
}

describe("playback", () => {
  it("plays aloud where that is allowed", async () => {
    const { video, hook, attach } = await open("nothing");
    expect(attach).toHaveBeenCalledWith(video);
    expect(video.muted).toBe(false);
    expect(hook.result.current.soundBlocked).toBe(false);
  });

  it("plays a live show muted where sound is refused, and asks for it", async () => {
    const { video, hook } = await open("sound");
    expect(video.paused).toBe(false);
    expect(hook.result.current.soundBlocked).toBe(true);
    await act(async () => hook.result.current.unmute());
    expect(video.muted).toBe(false);
  });

  it("waits with a replay where sound is refused", async () => {
    const { video, hook } = await open("sound", "wait");
    expect(video.paused).toBe(true);
    expect(video.muted).toBe(false);
    expect(hook.result.current.soundBlocked).toBe(false);
  });

  it("goes on when the source is replaced underneath", async () => {
    const { video, replaceSource } = await open("nothing");
    await act(async () => replaceSource());
    expect(video.paused).toBe(false);
  });

  it("stays paused when a person paused, whatever happens to the source", async () => {
    const { video, replaceSource, hook } = await open("nothing");
    act(() => hook.result.current.togglePlay());
    await act(async () => replaceSource());
    expect(video.paused).toBe(true);
  });

  it("takes the picture away with the page", async () => {
    const { hook, detach } = await open("nothing");
    hook.unmount();
    expect(detach).toHaveBeenCalledOnce();
  });
});
