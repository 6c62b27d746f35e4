import { useEffect, useRef } from "react";
import { useToast } from "../../ui/molecules/toaster.tsx";
import type { StageLive } from "./use-stage.ts";

/** Tells whoever looks when the room is handed to a guest, or taken back. Who just came is told nothing. */
export function useLeadNotice({ stage, you }: Pick<StageLive, "stage" | "you">): void {
  const toast = useToast();
  const lead = stage.lead ?? null;
  const name = stage.members.find(({ participant }) => participant === lead)?.name ?? null;
  const seen = useRef<{ you: string | null; lead: string | null }>({ you: null, lead });
  useEffect(() => {
    const before = seen.current;
    seen.current = { you, lead };
    if (you === null || before.you !== you || before.lead === lead) return;
    if (lead === you)
      toast({
        text: "The room is yours: stage, battles, raids and the end are below the picture, on a phone under About.",
      });
    else if (name !== null) toast({ text: `${name} runs the room now.` });
    else if (before.lead === you) toast({ text: "The owner runs the room again." });
  }, [you, lead, name, toast]);
}
