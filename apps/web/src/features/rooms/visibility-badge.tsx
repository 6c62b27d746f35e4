import type { Visibility } from "@sameroom/contract";
import { Link2, Lock } from "lucide-react";
import { Badge } from "../../ui/atoms/badge.tsx";

/** Says that not everybody finds this; nothing for what is public. */
export function VisibilityBadge({ visibility, glass = false }: { visibility: Visibility; glass?: boolean }) {
  if (visibility === "public") return null;
  const Icon = visibility === "private" ? Lock : Link2;
  return (
    <Badge tone={glass ? "glass" : "neutral"} icon={<Icon size={13} aria-hidden="true" />}>
      {visibility === "private" ? "Private" : "Unlisted"}
    </Badge>
  );
}
