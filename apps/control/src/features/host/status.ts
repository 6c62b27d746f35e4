import type { HostNotice, HostStatus } from "@sameroom/contract";

/** A host of whom nothing was told yet. */
export const FRESH_STATUS: HostStatus = {
  ...{ microphoneMuted: false, cameraOff: false },
  ...{ screenSharing: false, onBreak: false },
};

/** What a notice makes of the host's status. Pure. */
export function applyNotice(status: HostStatus, notice: HostNotice): HostStatus {
  switch (notice.kind) {
    case "microphone":
      return { ...status, microphoneMuted: notice.muted };
    case "camera":
      return { ...status, cameraOff: notice.off };
    case "screen":
      return { ...status, screenSharing: notice.sharing };
    case "break":
      return { ...status, onBreak: notice.on };
    case "camera-switched":
    case "title":
    case "cover":
      return status;
  }
}

/** Hosts' statuses of rooms on air. */
export interface HostStatuses {
  of(slug: string): HostStatus;
  apply(slug: string, notice: HostNotice): void;
  /** The broadcast is over. */
  forget(slug: string): void;
}

/** Rooms remembered; a host who prepares a show may tell before it is on air, so not only those on air are kept. */
const MAX_ROOMS = 10_000;

export function createHostStatuses(): HostStatuses {
  const statuses = new Map<string, HostStatus>();
  return {
    of: (slug) => statuses.get(slug) ?? FRESH_STATUS,
    apply(slug, notice) {
      const next = applyNotice(statuses.get(slug) ?? FRESH_STATUS, notice);
      statuses.delete(slug);
      statuses.set(slug, next);
      const oldest = statuses.size > MAX_ROOMS ? statuses.keys().next().value : undefined;
      if (oldest !== undefined) statuses.delete(oldest);
    },
    forget: (slug) => void statuses.delete(slug),
  };
}
