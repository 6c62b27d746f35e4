/** Fills the screen with the element, or stops; iPhones can only do that with the video itself. */
export function toggleFullscreen(element: HTMLElement | null): void {
  if (!element) return;
  if (document.fullscreenElement) {
    void document.exitFullscreen();
    return;
  }
  if (typeof element.requestFullscreen === "function") {
    void element.requestFullscreen().catch(() => {});
    return;
  }
  const video: (HTMLVideoElement & { webkitEnterFullscreen?: () => void }) | null =
    element.querySelector("video");
  video?.webkitEnterFullscreen?.();
}
