import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { roomQuery } from "../rooms/room-queries.ts";
import { useStartDemo } from "./site-queries.ts";

const PATIENCE_MS = 30_000;

/**
 * The demo broadcast: `start` asks the server for it, waits until it is on air and goes there. Belongs to the page
 * and not to the button, which disappears as soon as something is on air.
 */
export function useDemo(): { start: () => void; starting: boolean } {
  const ask = useStartDemo();
  const [room, setRoom] = useState<string | null>(null);
  const navigate = useNavigate();
  const toast = useToast();
  const detail = useQuery({ ...roomQuery(room ?? ""), enabled: room !== null, refetchInterval: 1_000 });
  const live = room !== null && detail.data?.state === "live";
  useEffect(() => {
    if (live && room) void navigate({ to: "/r/$room", params: { room } });
  }, [live, room, navigate]);
  useEffect(() => {
    if (!room) return;
    const timer = setTimeout(() => {
      setRoom(null);
      toast({ text: "The demo did not come on air. The server's log says why.", tone: "bad" });
    }, PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [room, toast]);
  return {
    starting: ask.isPending || room !== null,
    start: () =>
      ask.mutate(undefined, {
        onSuccess: (demo) => setRoom(demo.room),
        onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
      }),
  };
}
