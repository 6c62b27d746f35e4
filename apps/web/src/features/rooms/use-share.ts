import { useCallback } from "react";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { roomLink, shareRoom } from "./share.ts";

/** A function that passes the room's link on and says what became of it. */
export function useShare(room: { slug: string; title: string }): () => void {
  const toast = useToast();
  return useCallback(() => {
    void shareRoom(room).then((outcome) => {
      if (outcome === "copied") toast({ text: "Link copied.", tone: "good" });
      if (outcome === "refused") toast({ text: `The link is ${roomLink(room.slug)}` });
    });
  }, [room, toast]);
}
