import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bell, BellOff } from "lucide-react";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { readPush, switchPushOff, switchPushOn } from "./push-device.ts";

const pushQuery = queryOptions({ queryKey: ["push"], queryFn: readPush, staleTime: 60_000 });

/** Whether this device is told when somebody its owner follows goes live; nothing where the browser cannot. */
export function PushSwitch() {
  const state = useQuery(pushQuery).data;
  const queries = useQueryClient();
  const toast = useToast();
  const change = useMutation({
    mutationFn: () => (state === "on" ? switchPushOff() : switchPushOn()),
    onSuccess: (now) => {
      queries.setQueryData(pushQuery.queryKey, now);
      if (now === "denied")
        toast({ text: "Your browser does not allow notices from this site. Its settings can." });
      else
        toast({
          text:
            now === "on" ? "This device tells you when they are live." : "No more notices on this device.",
        });
    },
    onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
  });
  if (state === undefined || state === "unsupported") return null;
  const on = state === "on";
  return (
    <IconButton
      tone={on ? "on" : "solid"}
      aria-pressed={on}
      label={on ? "Tell me no more on this device" : "Tell me on this device when they are live"}
      icon={on ? <Bell size={18} fill="currentColor" /> : <BellOff size={18} />}
      disabled={change.isPending}
      onClick={() => change.mutate()}
    />
  );
}
