const TYPES: Readonly<Record<string, string>> = {
  m3u8: "application/vnd.apple.mpegurl",
  mp4: "video/mp4",
  m4s: "video/mp4",
  jpg: "image/jpeg",
  vtt: "text/vtt; charset=utf-8",
  json: "application/json",
};

/** Media type of a file of a recording, by the end of its name. */
export function contentTypeOf(path: string): string {
  return TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}
