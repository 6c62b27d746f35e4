import { type RefObject, useEffect } from "react";
import { putThumbnail } from "../rooms/room-queries.ts";

const FIRST_MS = 2_000;
const EVERY_MS = 20_000;
const WIDEST = 640;

/** While on air, the picture of the preview goes to the room's card every 20 s, at most 640 px wide. */
export function useThumbnails(
  room: string,
  preview: RefObject<HTMLVideoElement | null>,
  onAir: boolean,
): void {
  useEffect(() => {
    if (!onAir) return;
    const send = async () => {
      const picture = preview.current && (await jpegOf(preview.current));
      // A missed picture is no news: the next one comes in 20 s.
      if (picture) await putThumbnail(room, picture).catch(() => {});
    };
    const first = setTimeout(send, FIRST_MS);
    const timer = setInterval(send, EVERY_MS);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [room, preview, onAir]);
}

async function jpegOf(video: HTMLVideoElement): Promise<Blob | null> {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || videoHeight === 0) return null;
  const scale = Math.min(1, WIDEST / videoWidth);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
}
