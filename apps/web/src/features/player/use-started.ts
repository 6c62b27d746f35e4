import { useEffect, useState } from "react";

/** true from the first picture on. */
export function useStarted(video: HTMLVideoElement | null): boolean {
  const [started, setStarted] = useState(false);
  useEffect(() => {
    if (!video) return;
    const look = () => setStarted(true);
    video.addEventListener("loadeddata", look);
    return () => video.removeEventListener("loadeddata", look);
  }, [video]);
  return started;
}
