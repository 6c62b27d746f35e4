import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../features/api/api-error.ts";

const TRIES = 3;

/** Reads are tried again when the server was away, never when it said no. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retry: (failures, error) => failures < TRIES && isPassing(error),
      },
    },
  });
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.code === "network.unreachable" || (error.problem?.status ?? 500) >= 500)
  );
}
