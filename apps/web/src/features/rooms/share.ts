/** The link of a room that people pass on. Stable: `/r/<slug>`. */
export function roomLink(slug: string, origin: string = location.origin): string {
  return `${origin}/r/${slug}`;
}

/**
 * Passes a room's link on: by the phone's share sheet where there is one, else into the clipboard.
 * `dismissed` when the person closed the sheet, `refused` when neither is allowed.
 */
export async function shareRoom(room: {
  slug: string;
  title: string;
}): Promise<"shared" | "copied" | "dismissed" | "refused"> {
  const url = roomLink(room.slug);
  const onPhone = matchMedia("(pointer: coarse)").matches;
  if (onPhone && "share" in navigator) {
    try {
      await navigator.share({ title: room.title, url });
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
