import type { Log } from "@sameroom/base";
import type {
  Actor,
  Publisher,
  RaisedHand,
  Stage,
  StageLayout,
  StageOrder,
  Standing,
} from "@sameroom/contract";
import type { Time } from "../../clock.ts";
import { ProblemError } from "../../problem-error.ts";
import type { AppendEvent } from "../../room-log.ts";
import * as rules from "./rules.ts";
import { NO_STAGE, type Person, type StageState } from "./rules.ts";
import type { StageStore } from "./store.ts";

/** What somebody is by their seat on stage; `host`: the room was handed to them. */
export type StageStanding = Extract<Standing, "guest" | "host">;

export interface StagePorts {
  /** Into the room's log, and so to everybody. */
  append: AppendEvent;
  isOnAir: (slug: string) => boolean;
  /** Throws `chat.muted` for who may not be heard in the room. */
  refuseMuted: (slug: string, participant: string) => Promise<void>;
  /** Somebody who is in the room now. */
  find: (slug: string, participant: string) => Person | null;
  /** To those who may invite. */
  tellHands: (slug: string, hands: RaisedHand[]) => void;
  tellInvited: (slug: string, participant: string, by: { name: string } | null) => void;
  /** They are a guest of the room, or run it, from here on, or not any more. */
  changeStanding: (slug: string, participant: string, standing: StageStanding, has: boolean) => void;
  /** To media. */
  order: (slug: string, order: StageOrder) => void;
}

/** The stages of rooms on air. Every command throws `room.not_live` when the room is not on air. */
export interface StageService {
  /** What a client needs to draw the stage; `invited`: the invitation of this participant. */
  of(slug: string, participant?: string): Promise<StageView>;
  /** Has a seat, and may publish. */
  isGuest(slug: string, participant: string): Promise<boolean>;
  standingsOf(slug: string, participant: string): Promise<StageStanding[]>;
  /** Throws `chat.muted` for who may not be heard and would like to come. */
  ask(slug: string, who: Person, wish: { up: boolean; note: string }): Promise<void>;
  /** Throws `stage.not_here`, `stage.full`. */
  invite(slug: string, participant: string, how: { off: boolean; by: Actor }): Promise<void>;
  /** Throws `stage.not_invited`, and `chat.muted` for who may not be heard. */
  answer(slug: string, who: Actor, accept: boolean): Promise<void>;
  leave(slug: string, who: Actor): Promise<void>;
  remove(slug: string, participant: string, by: Actor | null): Promise<void>;
  /** Throws `stage.not_here`. */
  change(slug: string, participant: string, changes: DeviceChanges, by: Actor): Promise<void>;
  /** Throws `stage.not_here`. */
  arrange(slug: string, how: { layout: StageLayout; spotlight: string | null }, by: Actor): Promise<void>;
  /** Gives a guest the host's part of running the room; null takes it back. Throws `stage.not_here` for who is not on stage. */
  handOver(slug: string, participant: string | null, by: Actor): Promise<void>;
  /** Who was taken off the stage may be there again. */
  readmit(slug: string, participant: string, by: Actor): Promise<void>;
  /** Who hosts the room, while somebody does. */
  hostOf(slug: string): Promise<Person | null>;
  /** Throws `stage.full` when there is no seat for an opponent. */
  requireOpponentSeat(slug: string): Promise<void>;
  /** The host of another room is on this stage, or not any more. Throws `stage.full`. */
  join(slug: string, opponent: Omit<rules.Opponent, "silenced"> | null): Promise<void>;
  /** The room whose host is on this stage; null: none. */
  opponentRoomOf(slug: string): Promise<string | null>;
  /** What the devices of the opponent on this stage do now. */
  opponentDevices(slug: string, devices: Parameters<typeof rules.opponentDevices>[1]): void;
  /** Throws `stage.not_here` without an opponent. */
  silenceOpponent(slug: string, silenced: boolean, by: Actor): Promise<void>;
  /** Sends media the room's order as it is. */
  orderAgain(slug: string): void;
  /** They may not be heard in the room any more, or not be there. */
  silence(slug: string, participant: string): void;
  expel(slug: string, participant: string): void;
  /** A publisher as it is now. */
  publisher(publisher: Publisher): void;
  publisherGone(publisher: Publisher): void;
  /** All who publish in the room, after a link was (re)made or the room went live; sends media its order, too. */
  rollCall(slug: string, publishers: readonly Publisher[]): void;
  /** Somebody is not in the room any more: their hand goes down. */
  left(slug: string, participant: string): void;
  /** The broadcast is over. */
  ended(slug: string): void;
  /** Resolves when everything so far is dealt with. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface StageView {
  stage: Stage;
  hands: RaisedHand[];
  invited: { name: string } | null;
}
export type DeviceChanges = Parameters<typeof rules.change>[2];

/** A stage read from the database is good for so long: another control process may change it. */
const FRESH_MS = 1_000;

export function createStage(deps: StagePorts & { store: StageStore; time: Time; log: Log }): StageService {
  const { store, time, log } = deps;
  const known = new Map<string, { state: Promise<StageState>; atMs: number }>();
  const timers = new Map<string, () => void>();
  const tails = new Map<string, Promise<unknown>>();
  let closed = false;

  function stateOf(slug: string): Promise<StageState> {
    if (!deps.isOnAir(slug)) return Promise.resolve(NO_STAGE);
    const kept = known.get(slug);
    if (kept !== undefined && time.nowMs() - kept.atMs < FRESH_MS) return kept.state;
    const state = store.load(slug);
    known.set(slug, { state, atMs: time.nowMs() });
    state.catch(() => known.delete(slug));
    return state;
  }

  /** One change of a room after the other, so that what is told is in order. */
  function run(slug: string, decide: (state: StageState) => StageState, by: Actor | null): Promise<void> {
    const change = async () => {
      const changed = await store.change(slug, decide);
      if (changed === null || changed.after === changed.before) return;
      known.set(slug, { state: Promise.resolve(changed.after), atMs: time.nowMs() });
      arm(slug, changed.after);
      await tell(slug, changed, by);
    };
    const result = (tails.get(slug) ?? Promise.resolve()).then(change);
    const tail = result.catch(() => {});
    tails.set(slug, tail);
    void tail.then(() => {
      if (tails.get(slug) === tail) tails.delete(slug);
    });
    return result;
  }

  function command(slug: string, decide: (state: StageState) => StageState, by: Actor | null): Promise<void> {
    if (!deps.isOnAir(slug)) return Promise.reject(new ProblemError("room.not_live"));
    return run(slug, decide, by);
  }

  function fact(slug: string, decide: (state: StageState) => StageState): void {
    if (closed || !deps.isOnAir(slug)) return;
    run(slug, decide, null).catch((error: unknown) => {
      log.error("a room's stage could not be kept up", { room: slug, err: error });
    });
  }

  function arm(slug: string, state: StageState): void {
    timers.get(slug)?.();
    timers.delete(slug);
    const deadline = rules.deadlineOf(state);
    if (deadline === null || closed) return;
    const cancel = time.after(Math.max(1, deadline - time.unixMs()), () => {
      timers.delete(slug);
      fact(slug, (now) => rules.expire(now, time.unixMs()));
    });
    timers.set(slug, cancel);
  }

  async function tell(
    slug: string,
    { before, after }: { before: StageState; after: StageState },
    by: Actor | null,
  ): Promise<void> {
    const differ = (left: unknown, right: unknown) => JSON.stringify(left) !== JSON.stringify(right);
    // Media first: who is silenced or removed is so before anybody reads of it.
    if (differ(rules.orderOf(before), rules.orderOf(after))) deps.order(slug, rules.orderOf(after));
    const guests = [...before.guests, ...after.guests].map(({ participant }) => participant);
    for (const participant of new Set(guests))
      for (const standing of ["guest", "host"] as const) {
        const has = rules.standingsOf(after, participant).includes(standing);
        if (has !== rules.standingsOf(before, participant).includes(standing))
          deps.changeStanding(slug, participant, standing, has);
      }
    for (const { participant, invited, by: name } of after.hands)
      if (invited && rules.handOf(before, participant)?.invited !== true)
        deps.tellInvited(slug, participant, { name });
    for (const { participant, invited } of before.hands)
      if (invited && rules.handOf(after, participant)?.invited !== true)
        deps.tellInvited(slug, participant, null);
    const hands = rules.presentHands(after);
    if (differ(rules.presentHands(before), hands)) deps.tellHands(slug, hands);
    const stage = rules.presentStage(after);
    if (differ({ ...rules.presentStage(before), revision: 0 }, { ...stage, revision: 0 }))
      await deps.append(slug, { body: { type: "stage", stage }, actor: by });
  }

  function orderAgain(slug: string): void {
    void stateOf(slug).then(
      (state) => {
        arm(slug, state);
        deps.order(slug, rules.orderOf(state));
      },
      (error: unknown) => log.warn("media was not told of a stage", { room: slug, err: error }),
    );
  }

  const now = () => time.unixMs();
  const personOf = ({ participant, name }: Person): Person => ({ participant, name });

  return {
    async of(slug, participant) {
      const state = await stateOf(slug);
      const hand = participant === undefined ? undefined : rules.handOf(state, participant);
      const invited = hand?.invited === true ? { name: hand.by } : null;
      return { stage: rules.presentStage(state), hands: rules.presentHands(state), invited };
    },
    isGuest: async (slug, participant) => rules.guestOf(await stateOf(slug), participant) !== undefined,
    standingsOf: async (slug, participant) => rules.standingsOf(await stateOf(slug), participant),
    async ask(slug, who, wish) {
      if (wish.up) await deps.refuseMuted(slug, who.participant);
      return command(slug, (state) => rules.ask(state, personOf(who), { ...wish, nowUnixMs: now() }), null);
    },
    async invite(slug, participant, { off, by }) {
      if (off) {
        const takeBack = (state: StageState) =>
          rules.handOf(state, participant)?.invited === true ? rules.remove(state, participant) : state;
        return command(slug, takeBack, by);
      }
      const who = deps.find(slug, participant);
      return command(
        slug,
        (state) => {
          const person = who ?? rules.handOf(state, participant);
          if (person === null || person === undefined) throw new ProblemError("stage.not_here");
          return rules.invite(state, personOf(person), { by: by.name, nowUnixMs: now() });
        },
        by,
      );
    },
    async answer(slug, who, accept) {
      if (accept) await deps.refuseMuted(slug, who.participant);
      return command(
        slug,
        (state) => rules.answer(state, who.participant, { accept, nowUnixMs: now() }),
        who,
      );
    },
    leave: (slug, who) => command(slug, (state) => rules.leave(state, who.participant), who),
    remove: (slug, participant, by) => command(slug, (state) => rules.remove(state, participant), by),
    change: (slug, participant, changes, by) =>
      command(slug, (state) => rules.change(state, participant, changes), by),
    arrange: (slug, { layout, spotlight }, by) =>
      command(slug, (state) => rules.arrange(state, layout, spotlight), by),
    handOver: (slug, participant, by) => command(slug, (state) => rules.handOver(state, participant), by),
    readmit: (slug, participant, by) => command(slug, (state) => rules.readmit(state, participant), by),
    async hostOf(slug) {
      const { host } = await stateOf(slug);
      return host?.here === true ? personOf(host) : null;
    },
    async requireOpponentSeat(slug) {
      const stranger = { participant: "", name: "", room: "", here: true };
      rules.join({ ...(await store.load(slug)), opponent: null }, stranger);
    },
    opponentRoomOf: async (slug) => (await stateOf(slug)).opponent?.room ?? null,
    join: (slug, opponent) => run(slug, (state) => rules.join(state, opponent), null),
    opponentDevices: (slug, devices) => fact(slug, (state) => rules.opponentDevices(state, devices)),
    silenceOpponent: (slug, silenced, by) =>
      command(slug, (state) => rules.silenceOpponent(state, silenced), by),
    orderAgain,
    silence(slug, participant) {
      const hush = (state: StageState) => {
        const guest = rules.guestOf(state, participant);
        return guest === undefined || guest.silenced
          ? state
          : rules.change(state, participant, { silenced: true });
      };
      fact(slug, hush);
    },
    expel: (slug, participant) => fact(slug, (state) => rules.remove(state, participant)),
    publisher({ room, role, state, participant, name }) {
      if (state === "connecting") return;
      if (role === "host") fact(room, (before) => rules.host(before, { participant, name }));
      else if (role === "guest") fact(room, (before) => rules.arrive(before, { participant, name }));
    },
    publisherGone({ room, role, participant }) {
      if (role === "host") fact(room, (before) => rules.host(before, null));
      else fact(room, (before) => rules.lose(before, participant, now()));
    },
    rollCall(slug, publishers) {
      fact(slug, (before) => {
        const on = publishers.filter(({ state }) => state !== "connecting");
        const host = on.find(({ role }) => role === "host");
        let after = rules.host(before, host ?? null);
        for (const guest of on) if (guest.role === "guest") after = rules.arrive(after, personOf(guest));
        for (const { participant } of before.guests)
          if (!on.some((one) => one.participant === participant))
            after = rules.lose(after, participant, now());
        return rules.expire(after, now());
      });
      orderAgain(slug);
    },
    left(slug, participant) {
      const lower = (state: StageState) => {
        const hand = rules.handOf(state, participant);
        return hand === undefined ? state : rules.remove(state, participant);
      };
      void stateOf(slug).then(
        (state) => state !== lower(state) && fact(slug, lower),
        () => {},
      );
    },
    ended(slug) {
      timers.get(slug)?.();
      timers.delete(slug);
      known.delete(slug);
      const clear = (state: StageState) =>
        state.guests.length + state.hands.length + state.barred.length === 0 &&
        state.host === null &&
        !state.opponent
          ? state
          : { ...NO_STAGE, layout: state.layout };
      run(slug, clear, null).catch((error: unknown) => {
        log.error("a stage was not cleared", { room: slug, err: error });
      });
    },
    async settled() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
    async close() {
      closed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
