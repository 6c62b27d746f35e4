import type { GoneReason, RoomState, RoomStateChange } from "@sameroom/contract";

/** Where a room is in its life. Times are milliseconds since 1970. */
export interface RoomLife {
  readonly state: RoomState;
  /** The broadcast on air, or the last one. */
  readonly broadcastId: string | null;
  /** The media session on air, or the last that was. */
  readonly session: string | null;
  /** The worker that serves it. */
  readonly worker: string | null;
  readonly startedUnixMs: number | null;
  readonly endedUnixMs: number | null;
  /** When an interrupted room ends unless its host returns. */
  readonly graceEndsUnixMs: number | null;
  /**
   * Live as far as we know, but nobody we can hear says so (we restarted, or the link is down): when the room ends
   * unless media confirms it.
   */
  readonly confirmByUnixMs: number | null;
}

/** What happened to a room. */
export type LifeFact =
  | { type: "flowing"; session: string; worker: string }
  | { type: "stalled"; session: string }
  | { type: "gone"; session: string; reason: GoneReason }
  | { type: "end"; by: "host" | "moderator" }
  /** Nobody can tell at the moment whether the host is still there. */
  | { type: "unconfirmed" }
  /** Time passed; see {@link deadlineOf}. */
  | { type: "time" };

export interface LifeContext {
  nowUnixMs: number;
  graceMs: number;
  /** Names a new broadcast. */
  newId: () => string;
}

export interface LifeDecision {
  /** The same object when nothing changed. */
  life: RoomLife;
  /** Why it ended, when it did. */
  reason: RoomStateChange["reason"];
  /** Media must close the room's publisher and viewers. */
  endMedia: boolean;
}

/** A room that was never on air. */
export const NEW_LIFE: RoomLife = {
  state: "scheduled",
  broadcastId: null,
  session: null,
  worker: null,
  startedUnixMs: null,
  endedUnixMs: null,
  graceEndsUnixMs: null,
  confirmByUnixMs: null,
};

export function isOnAir(life: Pick<RoomLife, "state">): boolean {
  return life.state === "live" || life.state === "interrupted";
}

/** When a `time` fact is due, or null. */
export function deadlineOf(life: RoomLife): number | null {
  return isOnAir(life) ? (life.graceEndsUnixMs ?? life.confirmByUnixMs) : null;
}

/** What a fact makes of a room. Pure: the same arguments, the same answer. */
export function decide(life: RoomLife, fact: LifeFact, context: LifeContext): LifeDecision {
  switch (fact.type) {
    case "flowing":
      return flowing(life, fact, context);
    case "stalled":
      if (fact.session !== life.session) return unchanged(life);
      return isOnAir(life) ? interrupt(life, context) : { ...unchanged(life), endMedia: true };
    case "gone":
      return gone(life, fact, context);
    case "end":
      return isOnAir(life) ? end(life, fact.by, context) : unchanged(life);
    case "unconfirmed":
      return unconfirmed(life, context);
    case "time": {
      const deadline = deadlineOf(life);
      return deadline !== null && deadline <= context.nowUnixMs
        ? end(life, "grace", context)
        : unchanged(life);
    }
  }
}

function flowing(
  life: RoomLife,
  fact: { session: string; worker: string },
  context: LifeContext,
): LifeDecision {
  const { session, worker } = fact;
  if (isOnAir(life)) {
    const same =
      life.state === "live" &&
      life.session === session &&
      life.worker === worker &&
      life.confirmByUnixMs === null;
    if (same) return unchanged(life);
    return changed({
      ...life,
      state: "live",
      session,
      worker,
      graceEndsUnixMs: null,
      confirmByUnixMs: null,
    });
  }
  // The end was told to everybody: the session that was ended cannot take it back, only a new one can go live.
  if (life.state === "ended" && life.session === session) return { ...unchanged(life), endMedia: true };
  return changed({
    state: "live",
    broadcastId: context.newId(),
    session,
    worker,
    startedUnixMs: context.nowUnixMs,
    endedUnixMs: null,
    graceEndsUnixMs: null,
    confirmByUnixMs: null,
  });
}

function gone(
  life: RoomLife,
  fact: { session: string; reason: GoneReason },
  context: LifeContext,
): LifeDecision {
  if (fact.session !== life.session || !isOnAir(life)) return unchanged(life);
  switch (fact.reason) {
    case "left":
    case "ended":
      return end(life, "host", context);
    case "replaced":
      return unchanged(life);
    case "connection-lost":
    case "never-connected":
    case "shutdown":
    case "expired":
      return interrupt(life, context);
  }
}

function interrupt(life: RoomLife, context: LifeContext): LifeDecision {
  if (life.state === "interrupted") return unchanged(life);
  const graceEndsUnixMs = context.nowUnixMs + context.graceMs;
  return changed({ ...life, state: "interrupted", graceEndsUnixMs, confirmByUnixMs: null });
}

/** The wait begins anew: while we could not hear, the host could not be heard returning. */
function unconfirmed(life: RoomLife, context: LifeContext): LifeDecision {
  if (!isOnAir(life)) return unchanged(life);
  const untilUnixMs = context.nowUnixMs + context.graceMs;
  return changed(
    life.state === "live"
      ? { ...life, confirmByUnixMs: untilUnixMs }
      : { ...life, graceEndsUnixMs: untilUnixMs },
  );
}

function end(life: RoomLife, reason: RoomStateChange["reason"], context: LifeContext): LifeDecision {
  const ended: RoomLife = {
    ...life,
    state: "ended",
    endedUnixMs: context.nowUnixMs,
    graceEndsUnixMs: null,
    confirmByUnixMs: null,
  };
  return { life: ended, reason, endMedia: true };
}

function changed(life: RoomLife): LifeDecision {
  return { life, reason: null, endMedia: false };
}

function unchanged(life: RoomLife): LifeDecision {
  return { life, reason: null, endMedia: false };
}
