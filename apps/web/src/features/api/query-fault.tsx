import { Button } from "../../ui/atoms/button.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import { messageOf } from "./api-error.ts";

/** Something could not be loaded: why, and the way to try again. */
export function QueryFault({
  query,
  what,
}: {
  query: { error: unknown; refetch: () => unknown };
  what: string;
}) {
  return (
    <Notice
      tone="bad"
      title={`${what} could not be loaded`}
      action={
        <Button size="sm" onClick={() => query.refetch()}>
          Try again
        </Button>
      }
    >
      {messageOf(query.error)}
    </Notice>
  );
}
