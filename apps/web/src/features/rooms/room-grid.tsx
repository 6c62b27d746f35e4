import type { RoomView } from "@sameroom/contract";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { RoomCard } from "./room-card.tsx";

const GRID = "grid gap-x-5 gap-y-8 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4";

export function RoomGrid({ rooms, nowMs }: { rooms: readonly RoomView[]; nowMs: number }) {
  return (
    <ul className={GRID}>
      {rooms.map((room) => (
        <li key={room.id} className="animate-rise">
          <RoomCard room={room} nowMs={nowMs} />
        </li>
      ))}
    </ul>
  );
}

/** The grid's place while it loads. */
export function RoomGridSkeleton({ cards = 4 }: { cards?: number }) {
  return (
    <div role="status" className={GRID}>
      <span className="sr-only">Loading rooms</span>
      {Array.from({ length: cards }, (_, card) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders never change places
        <div key={card}>
          <Skeleton className="aspect-video rounded-2xl" />
          <div className="mt-3 flex gap-3">
            <Skeleton className="size-10 rounded-full" />
            <div className="flex-1 space-y-2 pt-1">
              <Skeleton className="h-4 w-4/5" />
              <Skeleton className="h-3 w-2/5" />
            </div>
          </div>
        </div>
      ))}
    </div>
  );
}
