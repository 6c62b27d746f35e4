import {
  auditListSchema,
  type ChatRules,
  chatRulesViewSchema,
  frameListSchema,
  heldListSchema,
  moderatorListSchema,
  moderatorViewSchema,
  reportListSchema,
  type ScreeningPolicy,
  sanctionListSchema,
  screeningViewSchema,
} from "@sameroom/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { request } from "../api/request.ts";

const pathOf = (room: string) => `/api/rooms/${encodeURIComponent(room)}`;
const keyOf = (room: string) => ["moderation", room] as const;
/** New reports are seen this soon, milliseconds. */
const QUEUE_EVERY_MS = 10_000;

export const reportsQuery = (room: string) =>
  queryOptions({
    queryKey: [...keyOf(room), "reports"],
    queryFn: ({ signal }) => request(`${pathOf(room)}/reports`, { schema: reportListSchema, signal }),
    refetchInterval: QUEUE_EVERY_MS,
  });

export const heldQuery = (room: string) =>
  queryOptions({
    queryKey: [...keyOf(room), "held"],
    queryFn: ({ signal }) => request(`${pathOf(room)}/held`, { schema: heldListSchema, signal }),
    refetchInterval: QUEUE_EVERY_MS,
  });

export const framesQuery = (room: string) =>
  queryOptions({
    queryKey: [...keyOf(room), "frames"],
    queryFn: ({ signal }) => request(`${pathOf(room)}/frames`, { schema: frameListSchema, signal }),
    refetchInterval: QUEUE_EVERY_MS,
  });

export const screeningQuery = (room: string) =>
  queryOptions({
    queryKey: [...keyOf(room), "screening"],
    queryFn: ({ signal }) => request(`${pathOf(room)}/screening`, { schema: screeningViewSchema, signal }),
  });

export const sanctionsQuery = (room: string) =>
  queryOptions({
    queryKey: [...keyOf(room), "sanctions"],
    queryFn: ({ signal }) =>
      request(`${pathOf(room)}/sanctions?limit=100`, { schema: sanctionListSchema, signal }),
  });

export const moderatorsQuery = (room: string) =>
  queryOptions({
    queryKey: [...keyOf(room), "moderators"],
    queryFn: ({ signal }) => request(`${pathOf(room)}/moderators`, { schema: moderatorListSchema, signal }),
  });

export const chatRulesQuery = (room: string) =>
  queryOptions({
    queryKey: [...keyOf(room), "rules"],
    queryFn: ({ signal }) => request(`${pathOf(room)}/chat-rules`, { schema: chatRulesViewSchema, signal }),
  });

export const auditQuery = (room: string) =>
  queryOptions({
    queryKey: [...keyOf(room), "audit"],
    queryFn: ({ signal }) => request(`${pathOf(room)}/audit?limit=100`, { schema: auditListSchema, signal }),
  });

/** What staff do on the moderation page. Everything there is loaded anew afterwards: each deed changes several lists. */
export type Deed =
  | { kind: "decide-report"; id: string; state: "dismissed" | "acted" }
  | { kind: "decide-held"; id: string; approve: boolean }
  | { kind: "lift"; id: string }
  | { kind: "mute" | "ban"; participant: string; seconds: number | null; reason: string }
  | { kind: "appoint"; username: string }
  | { kind: "dismiss"; account: string }
  | { kind: "rules"; rules: ChatRules }
  | { kind: "decide-frame"; id: string; harmless: boolean }
  | { kind: "screening"; policy: ScreeningPolicy | null }
  | { kind: "undo"; id: string };

/** Does it, and says what came of it. */
export function useDeed(room: string) {
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (deed: Deed) => send(room, deed),
    onSuccess: (_answer, { kind }) => {
      toast({ text: DONE[kind], tone: "good" });
      return queries.invalidateQueries({ queryKey: keyOf(room) });
    },
    onError: (error) => {
      toast({ text: messageOf(error), tone: "bad" });
      // Somebody else may have been quicker.
      void queries.invalidateQueries({ queryKey: keyOf(room) });
    },
  });
}

const DONE: Record<Deed["kind"], string> = {
  "decide-report": "Report closed.",
  "decide-held": "Decided.",
  lift: "Lifted.",
  mute: "Muted.",
  ban: "Banned.",
  appoint: "Appointed.",
  dismiss: "Dismissed.",
  rules: "Saved. In force from the next message.",
  "decide-frame": "Decided.",
  screening: "Saved.",
  undo: "Taken back.",
};

async function send(room: string, deed: Deed): Promise<void> {
  const path = pathOf(room);
  switch (deed.kind) {
    case "decide-report":
      return request(`${path}/reports/${deed.id}`, { method: "PATCH", body: { state: deed.state } });
    case "decide-held":
      return request(`${path}/held/${deed.id}`, { method: "PATCH", body: { approve: deed.approve } });
    case "lift":
      return request(`${path}/sanctions/${deed.id}`, { method: "DELETE" });
    case "mute":
    case "ban": {
      const { participant, seconds, reason } = deed;
      return request(`${path}/${deed.kind}s`, { method: "POST", body: { participant, seconds, reason } });
    }
    case "appoint": {
      const { username } = deed;
      await request(`${path}/moderators`, {
        method: "POST",
        body: { username },
        schema: moderatorViewSchema,
      });
      return;
    }
    case "dismiss":
      return request(`${path}/moderators/${deed.account}`, { method: "DELETE" });
    case "rules":
      return request(`${path}/chat-rules`, { method: "PUT", body: deed.rules });
    case "decide-frame":
      return request(`${path}/frames/${deed.id}`, { method: "PATCH", body: { harmless: deed.harmless } });
    case "screening":
      return request(`${path}/screening`, { method: "PUT", body: { policy: deed.policy } });
    case "undo":
      return request(`${path}/audit/${deed.id}/undo`, { method: "POST" });
  }
}
