import type { RaidRoom } from "@sameroom/contract";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useToast } from "../../ui/molecules/toaster.tsx";
import type { RoomLive } from "../room/room-state.ts";

/** Whether this page's reader stays when the others are sent on. */
export interface RaidChoice {
  stays: (to: RaidRoom) => boolean;
  choose: (to: RaidRoom, wish: { stays: boolean }) => void;
}

/** Takes whoever has not said that they stay to the room the others are sent to. What is returned is where they say so. */
export function useFollowRaid({ raidGone }: Pick<RoomLive, "raidGone">): RaidChoice {
  const navigate = useNavigate();
  const toast = useToast();
  /** The room they do not go to. */
  const [refused, setRefused] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what they said counts at the moment the raid goes
  useEffect(() => {
    if (raidGone === null) return;
    // Another raid to the same room is another question.
    setRefused(null);
    if (raidGone.slug === refused) return;
    toast({ text: `You came along to ${raidGone.host}.` });
    void navigate({ to: "/r/$room", params: { room: raidGone.slug } });
  }, [raidGone, navigate, toast]);
  return {
    stays: ({ slug }) => slug === refused,
    choose: ({ slug }, { stays }) => setRefused(stays ? slug : null),
  };
}
