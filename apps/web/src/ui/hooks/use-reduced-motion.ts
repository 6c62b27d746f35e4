import { useMediaQuery } from "./use-media-query.ts";

/** Whether whoever sits here asked for less motion. */
export function useReducedMotion(): boolean {
  return useMediaQuery("(prefers-reduced-motion: reduce)");
}
