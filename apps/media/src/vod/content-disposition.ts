/** Control characters, and what separates or escapes in paths and quoted strings, on any system. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\\/:*?"<>|]/gu;

/** `Content-Disposition` that has a browser keep a file under this name (RFC 6266), whatever is in it. */
export function attachment(name: string): string {
  const fit = name.replace(UNFIT, "_").trim() || "recording.mp4";
  const ascii = fit.replace(/[^\x20-\x7e]/g, "_");
  const encoded = encodeURIComponent(fit).replace(
    /['()]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
