import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { messageOf } from "../features/api/api-error.ts";
import { Button, buttonClass } from "../ui/atoms/button.tsx";
import { BlankState } from "../ui/molecules/blank-state.tsx";

/** A page broke. After an upgrade of the server old parts of the app are gone: reloading gets the new ones. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <BlankState
      level={1}
      title="This page broke"
      actions={
        <>
          <Button
            variant="primary"
            size="lg"
            onClick={() => {
              reset();
              void router.invalidate();
            }}
          >
            Try again
          </Button>
          <a href={location.href} className={buttonClass("secondary", "lg")}>
            Reload
          </a>
        </>
      }
    >
      <p>{messageOf(error)}</p>
      <p className="mt-2 break-words font-mono text-sm text-ink-faint">
        {error instanceof Error ? error.message : String(error)}
      </p>
    </BlankState>
  );
}
