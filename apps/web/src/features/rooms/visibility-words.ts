import type { Visibility } from "@sameroom/contract";

/** What each visibility means, in the order of a menu. `what`: `room` or `replay`. */
export function visibilityChoices(
  what: "room" | "replay",
): { id: Visibility; label: string; hint: string }[] {
  const listed = what === "room" ? "Listed on the home page. " : "Listed on the room's page. ";
  return [
    { id: "public", label: "Public", hint: `${listed}Everybody can watch.` },
    { id: "subscribers", label: "Subscribers", hint: `${listed}Only your subscribers can watch.` },
    { id: "unlisted", label: "Unlisted", hint: "Listed nowhere. Whoever has the link can watch." },
    { id: "private", label: "Private", hint: "Only you and the people who run this server can watch." },
  ];
}
