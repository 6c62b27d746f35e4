import type { Visibility } from "@sameroom/contract";
import { Gem, Globe, Link2, Lock, type LucideIcon } from "lucide-react";

/** The picture of each visibility. */
export const VISIBILITY_ICONS: Record<Visibility, LucideIcon> = {
  public: Globe,
  unlisted: Link2,
  private: Lock,
  subscribers: Gem,
};
