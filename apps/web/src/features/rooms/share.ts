/** The link of a room that people pass on. Stable: `/r/<slug>`. */
export function roomLink(slug: string, origin: string = location.origin): string {
  return `${origin}/r/${slug}`;
}

/** The link of a recording. Stable: `/replay/<id>`. */
export function replayLink(recording: string, origin: string = location.origin): string {
  return `${origin}/replay/${recording}`;
}

export interface Shared {
  title: string;
  url: string;
}

/**
 * Passes a link on: by the phone's share sheet where there is one, else into the clipboard.
 * `dismissed` when the person closed the sheet, `refused` when neither is allowed.
 */
export async function shareLink({
  title,
  url,
}: Shared): Promise<"shared" | "copied" | "dismissed" | "refused"> {
  const onPhone = matchMedia("(pointer: coarse)").matches;
  if (onPhone && "share" in navigator) {
    try {
      await navigator.share({ title, url });
      return "shared";
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return "dismissed";
    }
  }
  try {
    await navigator.clipboard.writeText(url);
    return "copied";
  } catch {
    return "refused";
  }
}
