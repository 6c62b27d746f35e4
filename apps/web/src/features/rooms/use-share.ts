import { useCallback } from "react";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { type Shared, shareLink } from "./share.ts";

/** A function that passes a link on and says what became of it. */
export function useShare({ title, url }: Shared): () => void {
  const toast = useToast();
  return useCallback(() => {
    void shareLink({ title, url }).then((outcome) => {
      if (outcome === "copied") toast({ text: "Link copied.", tone: "good" });
      if (outcome === "refused") toast({ text: `The link is ${url}` });
    });
  }, [title, url, toast]);
}
