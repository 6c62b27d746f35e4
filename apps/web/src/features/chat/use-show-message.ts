import { useCallback, useEffect, useRef, useState } from "react";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { type ChatLine, indexOfSequence } from "./chat-log.ts";

/** Pieces of history looked through for one message. */
const LOOKED_THROUGH = 5;

/** Shows the line of a message, also one that has to be read from history first. */
export function useShowMessage(options: {
  lines: readonly ChatLine[];
  loadOlder: (() => Promise<void>) | null;
  show: (index: number) => void;
}): (sequence: number) => void {
  const latest = useRef(options);
  latest.current = options;
  const toast = useToast();
  const [wanted, setWanted] = useState<number | null>(null);
  const tries = useRef(0);
  const { lines } = options;
  useEffect(() => {
    if (wanted === null) return;
    const { loadOlder, show } = latest.current;
    const at = indexOfSequence(lines, wanted);
    if (at >= 0) {
      setWanted(null);
      show(at);
    } else if (loadOlder && tries.current < LOOKED_THROUGH) {
      tries.current += 1;
      void loadOlder();
    } else {
      setWanted(null);
      toast({ text: "That message is too far back." });
    }
  }, [wanted, lines, toast]);
  return useCallback((sequence: number) => {
    tries.current = 0;
    setWanted(sequence);
  }, []);
}
