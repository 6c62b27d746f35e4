import type { Visibility } from "@sameroom/contract";
import { Badge } from "../../ui/atoms/badge.tsx";
import { VISIBILITY_ICONS } from "./visibility-icons.ts";

const WORDS: Record<Visibility, string> = {
  public: "Public",
  unlisted: "Unlisted",
  private: "Private",
  subscribers: "Subscribers",
};

/** Says that not everybody finds this, or may watch it; nothing for what is public. */
export function VisibilityBadge({ visibility, glass = false }: { visibility: Visibility; glass?: boolean }) {
  if (visibility === "public") return null;
  const Icon = VISIBILITY_ICONS[visibility];
  return (
    <Badge tone={glass ? "glass" : "neutral"} icon={<Icon size={13} aria-hidden="true" />}>
      {WORDS[visibility]}
    </Badge>
  );
}
