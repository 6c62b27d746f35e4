import type { Company, CompanySeat } from "@sameroom/client";
import type { Stage } from "@sameroom/contract";
import { useCallback, useEffect, useState } from "react";
import { useClient } from "../sdk/sdk.tsx";

/** Pictures and voices of the guests on stage. */
export interface Guests {
  /** By seat; empty until connected. */
  seats: readonly CompanySeat[];
  /** Seats that are heard now. */
  speaking: readonly number[];
  /** No more is sent of a seat's picture than the element can show. */
  fit: (element: HTMLElement, seat: number) => () => void;
}

/** So many who watch connect within a second when a stage begins; more take longer. */
const CONNECTIONS_PER_SECOND = 400;
const MAX_SPREAD_MS = 8_000;

/** Connects to the guests while there are any but oneself. `viewers`: how many others do the same at the same time. */
export function useGuests(
  room: string,
  stage: Stage,
  { you, viewers, wanted }: { you: string | null; viewers: number; wanted: boolean },
): Guests {
  const client = useClient();
  const [company, setCompany] = useState<Company | null>(null);
  const [seats, setSeats] = useState<readonly CompanySeat[]>([]);
  const [speaking, setSpeaking] = useState<readonly number[]>([]);
  const needed =
    wanted && stage.members.some(({ role, participant }) => role !== "host" && participant !== you);
  // biome-ignore lint/correctness/useExhaustiveDependencies: how many watch matters at the start only
  useEffect(() => {
    if (!needed) return;
    let opened: Company | null = null;
    const spreadMs = Math.min(MAX_SPREAD_MS, (viewers / CONNECTIONS_PER_SECOND) * 1_000);
    const timer = setTimeout(() => {
      opened = openCompany();
    }, Math.random() * spreadMs);
    function openCompany(): Company | null {
      try {
        const next = client.company(room);
        next.on("seats", setSeats);
        next.on("speaking", setSpeaking);
        setCompany(next);
        return next;
      } catch {
        // Without WebRTC the show goes on with the host alone.
        return null;
      }
    }
    return () => {
      clearTimeout(timer);
      opened?.close();
      setCompany(null);
      setSeats([]);
      setSpeaking([]);
    };
  }, [client, room, needed]);
  const fit = useCallback<Guests["fit"]>(
    (element, seat) => company?.fit(element, seat) ?? (() => {}),
    [company],
  );
  return { seats, speaking, fit };
}
