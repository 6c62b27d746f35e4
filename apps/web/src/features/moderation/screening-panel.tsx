import { SCREENING_POLICIES, type ScreeningPolicy } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Select } from "../../ui/atoms/input.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { screeningQuery, useDeed } from "./moderation-queries.ts";

const POLICIES: Record<ScreeningPolicy, string> = {
  off: "Nobody looks at pictures",
  flag: "Staff are told",
  blur: "Blurred until staff have looked",
  pause: "Paused until staff have looked",
};

/** What is done when a picture of the show looks wrong. */
export function ScreeningPanel({
  room,
  mayChange,
  isAdmin,
}: {
  room: string;
  /** The owner, admins. */
  mayChange: boolean;
  isAdmin: boolean;
}) {
  const view = useQuery(screeningQuery(room));
  const deed = useDeed(room);
  if (view.isPending) return <Skeleton className="h-40 rounded-3xl" />;
  if (!view.data) return <QueryFault query={view} what="What is done about pictures" />;
  const { own, house, by, everyS } = view.data;
  const least = isAdmin ? 0 : SCREENING_POLICIES.indexOf(house);
  return (
    <Panel title="Pictures">
      <Field
        label="When a picture of the show looks wrong"
        hint={`A picture is looked at every ${everyS} seconds, by ${by === "model" ? "a model on this server: it knows nudity and nothing else" : "the operator's moderation service"}.`}
      >
        {(control) => (
          <Select
            {...control}
            value={own ?? ""}
            disabled={!mayChange || deed.isPending}
            onChange={({ target }) =>
              deed.mutate({ kind: "screening", policy: (target.value || null) as ScreeningPolicy | null })
            }
          >
            <option value="">As the house has it: {POLICIES[house]}</option>
            {SCREENING_POLICIES.map((policy, at) => (
              <option key={policy} value={policy} disabled={at < least}>
                {POLICIES[policy]}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </Panel>
  );
}
