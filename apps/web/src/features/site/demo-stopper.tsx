import { useQuery } from "@tanstack/react-query";
import { Square } from "lucide-react";
import { Button } from "../../ui/atoms/button.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { siteQuery, useStopDemo } from "./site-queries.ts";

/** In the demo's own room, for whoever may: the way to stop it. Nothing elsewhere. */
export function DemoStopper({ room }: { room: string }) {
  const site = useQuery(siteQuery).data;
  const stop = useStopDemo();
  const toast = useToast();
  if (!site?.demoAvailable || !site.demoRunning || site.demoRoom !== room) return null;
  return (
    <Button
      busy={stop.isPending}
      icon={<Square size={16} fill="currentColor" aria-hidden="true" />}
      onClick={() =>
        stop.mutate(undefined, { onError: (error) => toast({ text: messageOf(error), tone: "bad" }) })
      }
    >
      Stop the demo
    </Button>
  );
}
