import type { Log } from "@sameroom/base";
import type { Actor, ScreeningPolicy, Veil } from "@sameroom/contract";
import type { Audit } from "../../audit.ts";
import type { Time } from "../../clock.ts";
import type { FlaggedFrame } from "../../db/schema.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import type { TellRoom } from "../../room-log.ts";
import type { FrameScreen } from "./frame-screen.ts";
import { isDue, maySetPolicy, veilOf } from "./rules.ts";
import type { ScreeningStore } from "./store.ts";

export interface ScreeningPorts {
  append: TellRoom;
  audit: Audit;
  /** The room and the show on air in it; null: none. */
  showOf: (
    slug: string,
  ) => Promise<{ roomId: string; broadcastId: string; host: { id: string; name: string } } | null>;
  /** Something else lies over the show, so the room looks different. */
  veilChanged: (slug: string) => Promise<void>;
  /** Pictures that looked wrong. */
  files: { save(bytes: Uint8Array, type: "jpeg"): Promise<string>; remove(name: string): Promise<void> };
}

export interface ScreeningOptions {
  /** Where rooms have nothing else. */
  house: ScreeningPolicy;
  /** Between two pictures of a show, milliseconds. */
  everyMs: number;
  /** From how sure on a picture counts as wrong, 0 to 1. */
  threshold: number;
}

type RoomOf = { id: string; slug: string };

/** Looks at pictures of shows, and does what is to be done about those that look wrong. */
export interface Screening {
  /** A new picture of a show, a JPEG; most are passed over. */
  take(slug: string, jpeg: Uint8Array): void;
  policyOf(roomId: string): Promise<ScreeningPolicy>;
  /** Throws `auth.forbidden` for an owner who is laxer than the house. */
  setPolicy(room: RoomOf, actor: Actor, policy: ScreeningPolicy | null): Promise<void>;
  /** What lies over a room's show. */
  veilOf(slug: string): Promise<Veil | null>;
  /** Those of these broadcasts over which something lies. */
  veiledAmong(broadcastIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Staff say what a picture is. Throws `moderation.not_found`, `moderation.decided`. */
  decide(room: RoomOf, actor: Actor, decision: { frame: string; harmless: boolean }): Promise<FlaggedFrame>;
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Pictures kept of one room. */
const MOST_KEPT = 200;
/** Rooms whose last look is remembered. */
const MAX_ROOMS = 10_000;

export function createScreening(
  deps: ScreeningPorts &
    ScreeningOptions & { store: ScreeningStore; screen: FrameScreen; time: Time; log: Log },
): Screening {
  const { store, time, log } = deps;
  const lastMs = new Map<string, number>();
  const work = new Map<string, Promise<void>>();
  let closed = false;

  const policyOf = async (roomId: string) => (await store.policyOf(roomId)) ?? deps.house;

  async function look(slug: string, jpeg: Uint8Array): Promise<void> {
    const show = await deps.showOf(slug);
    if (show === null) return;
    const policy = await policyOf(show.roomId);
    const before = await store.ofBroadcast(show.broadcastId);
    if (policy === "off" || !isDue(before, policy, time.unixMs())) return;
    const verdict = await deps.screen.judge(jpeg);
    if (verdict === null || verdict.wrong < deps.threshold || closed) return;
    const frame: FlaggedFrame = {
      ...{ id: newId(time.unixMs()), roomId: show.roomId, broadcastId: show.broadcastId },
      ...{ at: new Date(time.unixMs()), found: verdict.found, action: policy, state: "waiting" },
      ...{ decidedAt: null, decidedBy: null, file: await deps.files.save(jpeg, "jpeg") },
    };
    await store.insert(frame);
    await tellVeil(slug, veilOf(before), veilOf([...before, frame]), null);
    await tellStaff(slug, show.host, frame);
    for (const file of await store.trim(show.roomId, MOST_KEPT)) await deps.files.remove(file);
    log.info("a picture of a show looks wrong", { room: slug, found: verdict.found, action: policy });
  }

  async function tellVeil(
    slug: string,
    before: Veil | null,
    veil: Veil | null,
    actor: Actor | null,
  ): Promise<void> {
    if (before === veil) return;
    await deps.append(slug, { actor, body: { type: "veil", veil } });
    await deps.veilChanged(slug);
  }

  async function tellStaff(
    slug: string,
    host: { id: string; name: string },
    { id, roomId, found, action }: FlaggedFrame,
  ): Promise<void> {
    const what = found.map(({ name, score }) => `${name} ${Math.round(score * 100)} %`).join(", ");
    await deps.audit(roomId, {
      ...{ actor: null, action: "frame.flag", detail: { found: what, action } },
      undo: { kind: "frame", frame: id, harmless: true },
    });
    await deps.append(slug, {
      ...{ actor: null, audience: "staff" },
      body: {
        ...{ type: "moderation", action: "flag", participant: `user:${host.id}`, name: host.name },
        ...{ untilUnixMs: null, reason: `A picture of the show waits for a look: ${what}`.slice(0, 200) },
      },
    });
  }

  return {
    policyOf,
    take(slug, jpeg) {
      const nowMs = time.nowMs();
      const last = lastMs.get(slug);
      if (closed || work.has(slug) || (last !== undefined && nowMs - last < deps.everyMs)) return;
      lastMs.delete(slug);
      lastMs.set(slug, nowMs);
      const oldest = lastMs.size > MAX_ROOMS ? lastMs.keys().next().value : undefined;
      if (oldest !== undefined) lastMs.delete(oldest);
      const looking = look(slug, jpeg)
        .catch((error: unknown) => log.warn("a picture could not be looked at", { room: slug, err: error }))
        .finally(() => work.delete(slug));
      work.set(slug, looking);
    },
    async setPolicy(room, actor, policy) {
      if (!maySetPolicy(policy, deps.house, actor.standings))
        throw new ProblemError("auth.forbidden", {
          detail: "A room may be stricter than the house, not laxer.",
        });
      const before = await store.policyOf(room.id);
      if (before === policy) return;
      await store.savePolicy(room.id, policy);
      await deps.audit(room.id, {
        actor: { participant: actor.participant, name: actor.name },
        ...{ action: "screening.edit", detail: { policy, before } },
        undo: { kind: "screening", before },
      });
    },
    veilOf: async (slug) => veilOf(await store.onAir(slug)),
    async veiledAmong(broadcastIds) {
      const standing = await store.standing(broadcastIds);
      const veils = standing.filter((frame) => veilOf([frame]) !== null);
      return new Set(veils.map(({ broadcastId }) => broadcastId));
    },
    async decide(room, actor, { frame: id, harmless }) {
      const frame = await store.find(room.id, id);
      if (frame === null) throw new ProblemError("moderation.not_found");
      const decision = {
        ...{ state: harmless ? ("cleared" as const) : ("upheld" as const), by: actor.name },
        at: new Date(time.unixMs()),
      };
      const before = veilOf(await store.onAir(room.slug));
      if (!(await store.decide(id, decision))) throw new ProblemError("moderation.decided");
      await tellVeil(room.slug, before, veilOf(await store.onAir(room.slug)), actor);
      await deps.audit(room.id, {
        actor: { participant: actor.participant, name: actor.name },
        ...{ action: "frame.decide", detail: { harmless } },
        undo: { kind: "frame", frame: id, harmless: !harmless },
      });
      return { ...frame, state: decision.state, decidedAt: decision.at, decidedBy: decision.by };
    },
    async settled() {
      while (work.size > 0) await Promise.all(work.values());
    },
    async close() {
      closed = true;
      await deps.screen.close();
      while (work.size > 0) await Promise.all(work.values());
    },
  };
}
