import { useMediaQuery } from "./use-media-query.ts";

/** Whether there is room for a column beside the picture: Tailwind's `lg`. */
export function useWide(): boolean {
  return useMediaQuery("(min-width: 64rem)");
}
