import { Skeleton } from "../ui/atoms/skeleton.tsx";
import { StageWithAside } from "../ui/templates/stage-with-aside.tsx";

/** The place of a stage page while it loads. */
export function StageSkeleton({ what }: { what: string }) {
  return (
    <StageWithAside
      stage={
        <div role="status">
          <h1 className="sr-only">Loading {what}</h1>
          <Skeleton className="aspect-video max-h-[calc(100dvh-9rem)] w-full rounded-none sm:rounded-3xl" />
        </div>
      }
      below={
        <>
          <Skeleton className="h-8 w-3/5" />
          <Skeleton className="mt-4 h-13 w-2/5" />
        </>
      }
      aside={<Skeleton className="h-72 rounded-3xl" />}
    />
  );
}
