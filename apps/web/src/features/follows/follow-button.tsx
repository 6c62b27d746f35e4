import { followViewSchema } from "@sameroom/contract";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { Heart } from "lucide-react";
import { Button } from "../../ui/atoms/button.tsx";
import { formatCount } from "../../ui/format/numbers.ts";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { request } from "../api/request.ts";
import { PushSwitch } from "../notices/push-switch.tsx";
import { sessionQuery } from "../session/session-queries.ts";

const pathOf = (room: string) => `/api/rooms/${encodeURIComponent(room)}/follow`;

const followQuery = (room: string) =>
  queryOptions({
    queryKey: ["follow", room],
    queryFn: ({ signal }) => request(pathOf(room), { schema: followViewSchema, signal }),
    staleTime: 30_000,
  });

/** Follows a room's owner; whoever is not logged in is asked to, and comes back. */
export function FollowButton({ room, owner }: { room: string; owner: { id: string; name: string } }) {
  const account = useQuery(sessionQuery).data?.account;
  const state = useQuery(followQuery(room)).data;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { href } = useLocation();
  const toast = useToast();
  const follow = useMutation({
    mutationFn: (on: boolean) =>
      request(pathOf(room), { method: on ? "PUT" : "DELETE", schema: followViewSchema }),
    onSuccess: (view) => {
      queries.setQueryData(followQuery(room).queryKey, view);
      void queries.invalidateQueries({ queryKey: ["rooms", "followed"] });
    },
    onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
  });
  if (!state || account?.id === owner.id) return null;
  const following = follow.isPending ? follow.variables : state.following;
  return (
    <>
      <Button
        variant={following ? "secondary" : "primary"}
        aria-pressed={following}
        aria-label={following ? `Following ${owner.name}` : `Follow ${owner.name}`}
        icon={<Heart size={18} aria-hidden="true" fill={following ? "currentColor" : "none"} />}
        onClick={() =>
          account ? follow.mutate(!state.following) : void navigate({ to: "/log-in", search: { next: href } })
        }
      >
        {following ? "Following" : "Follow"}
        {state.followers > 0 && <span className="opacity-75 tabular">{formatCount(state.followers)}</span>}
      </Button>
      {following && account && <PushSwitch />}
    </>
  );
}
