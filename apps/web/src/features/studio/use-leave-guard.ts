import { useBlocker } from "@tanstack/react-router";

/** While on air, asks before the page is left: by a link here, by closing the tab in the browser's own words. */
export function useLeaveGuard(onAir: boolean) {
  return useBlocker({
    shouldBlockFn: () => onAir,
    enableBeforeUnload: () => onAir,
    withResolver: true,
    disabled: !onAir,
  });
}
