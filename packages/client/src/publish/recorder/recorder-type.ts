/** What the server reads, best first: H.264 plays everywhere without being encoded anew, and Opus goes through. */
const WITH_PICTURE = [
  "video/webm;codecs=h264,opus",
  "video/x-matroska;codecs=avc1,opus",
  "video/webm;codecs=vp8,opus",
  "video/webm;codecs=vp9,opus",
  "video/webm",
  "video/mp4;codecs=avc1.42E01F,mp4a.40.2",
  "video/mp4",
];
const SOUND_ONLY = ["audio/webm;codecs=opus", "audio/webm", "audio/mp4;codecs=mp4a.40.2", "audio/mp4"];

/** What to have the browser record; undefined where it records nothing that the server reads. */
export function recorderType(
  canRecord: (mimeType: string) => boolean,
  { hasVideo }: { hasVideo: boolean },
): string | undefined {
  return (hasVideo ? WITH_PICTURE : SOUND_ONLY).find(canRecord);
}
