import { SEAT_KEPT_MS, STAGE_SEATS, stageOrderSchema, stageSchema } from "@sameroom/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as rules from "./rules.ts";
import { JOIN_MS, NO_STAGE, type StageState } from "./rules.ts";

const person = (name: string) => ({ participant: `user:${name}`, name });
const [ada, ben] = [person("ada"), person("ben")];
const T0 = 1_000_000;
const invite = (state: StageState, who = ben, nowUnixMs = T0) =>
  rules.invite(state, who, { by: "Ada", nowUnixMs });
const accept = (state: StageState, who = ben, nowUnixMs = T0) =>
  rules.answer(state, who.participant, { accept: true, nowUnixMs });
const onStage = (...people: { participant: string; name: string }[]) =>
  people.reduce(
    (state, who) => rules.arrive(accept(invite(state, who), who), who),
    rules.host(NO_STAGE, ada),
  );
const members = (state: StageState) =>
  rules.presentStage(state).members.map(({ name, state: is, seat }) => `${name} ${is} ${seat}`);

describe("a stage", () => {
  it("is asked for, invited to, accepted and taken, the host in the first seat", () => {
    let state = rules.ask(rules.host(NO_STAGE, ada), ben, { up: true, note: "Me!", nowUnixMs: T0 });
    expect(rules.presentHands(state)).toEqual([{ ...ben, note: "Me!", sinceUnixMs: T0, invited: false }]);
    state = invite(state);
    expect(rules.presentHands(state)[0]).toMatchObject({ note: "Me!", invited: true });
    expect(members(state)).toEqual([]);
    state = accept(state);
    expect(rules.presentHands(state)).toEqual([]);
    expect(members(state)).toEqual(["ada on 0", "ben joining 1"]);
    expect(members(rules.arrive(state, ben))).toEqual(["ada on 0", "ben on 1"]);
  });

  it("is not for whoever was not invited, nor for whoever answered too late", () => {
    const hand = rules.ask(NO_STAGE, ben, { up: true, note: "", nowUnixMs: T0 });
    for (const state of [NO_STAGE, hand, rules.expire(invite(NO_STAGE), T0 + JOIN_MS)])
      expect(() => accept(state)).toThrow(expect.objectContaining({ code: "stage.not_invited" }));
  });

  it("takes an answer twice for one", () => {
    const state = accept(invite(NO_STAGE));
    expect(accept(state)).toBe(state);
    const declined = rules.answer(invite(NO_STAGE), ben.participant, { accept: false, nowUnixMs: T0 });
    expect(rules.answer(declined, ben.participant, { accept: false, nowUnixMs: T0 })).toBe(declined);
  });

  it("keeps a lost guest's seat for a while, and no longer", () => {
    const lost = rules.lose(onStage(ben), ben.participant, T0);
    expect(members(lost)).toEqual(["ada on 0", "ben away 1"]);
    expect(rules.deadlineOf(lost)).toBe(T0 + SEAT_KEPT_MS);
    expect(members(rules.arrive(lost, ben))).toEqual(["ada on 0", "ben on 1"]);
    expect(rules.expire(lost, T0 + SEAT_KEPT_MS - 1)).toBe(lost);
    expect(members(rules.expire(lost, T0 + SEAT_KEPT_MS))).toEqual([]);
  });

  it("lets nobody back who was taken off, until they are invited again; what was said of them goes on", () => {
    const silenced = rules.change(onStage(ben), ben.participant, { silenced: true });
    expect(rules.orderOf(rules.lose(silenced, ben.participant, T0)).silenced).toEqual([ben.participant]);
    const removed = rules.remove(silenced, ben.participant);
    expect(rules.arrive(removed, ben)).toBe(removed);
    expect(rules.orderOf(removed)).toMatchObject({
      seats: [],
      silenced: [],
      barred: [ben.participant],
      faces: [],
    });
    expect(rules.orderOf(invite(removed)).barred).toEqual([]);
  });

  it("shows large whom the host chose, and the host again when they go", () => {
    const cyd = person("cyd");
    const state = rules.arrange(onStage(ben, cyd), "grid", cyd.participant);
    expect(rules.presentStage(state)).toMatchObject({ layout: "grid", spotlight: cyd.participant });
    expect(rules.presentStage(rules.leave(state, cyd.participant))).toMatchObject({
      layout: "grid",
      spotlight: null,
    });
    expect(rules.arrange(state, "grid", ada.participant).spotlight).toBeNull();
    expect(() => rules.arrange(state, "grid", "user:nobody")).toThrow(
      expect.objectContaining({ code: "stage.not_here" }),
    );
  });

  it("is full with eight guests, those who are only invited counted", () => {
    let state = NO_STAGE;
    for (let guest = 0; guest < STAGE_SEATS - 1; guest++) state = invite(state, person(`g${guest}`));
    expect(() => invite(state)).toThrow(expect.objectContaining({ code: "stage.full" }));
    expect(() => invite(state, person("g0"))).not.toThrow();
    for (let guest = 0; guest < STAGE_SEATS - 1; guest++) state = rules.arrive(state, person(`g${guest}`));
    expect(rules.arrive(state, ben)).toBe(state);
  });

  it("is sound whatever happens, and nobody moves to another seat", () => {
    const people = Array.from({ length: 11 }, (_, index) => person(`p${index}`));
    const step = fc.record({
      what: fc.constantFrom(
        ...([
          "ask",
          "lower",
          "invite",
          "accept",
          "arrive",
          "lose",
          "leave",
          "remove",
          "host",
          "mute",
        ] as const),
        ...(["accept", "arrive", "arrange", "expire"] as const),
      ),
      who: fc.nat(people.length - 1),
      passedMs: fc.nat(15_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        let state = NO_STAGE;
        let nowUnixMs = T0;
        for (const { what, who, passedMs } of steps) {
          const one = people[who]!;
          nowUnixMs += passedMs;
          const before = state;
          try {
            state = apply(state, what, one, nowUnixMs);
          } catch (error) {
            expect(error).toHaveProperty("problem");
          }
          const stage = stageSchema.parse(rules.presentStage(state));
          const order = stageOrderSchema.parse(rules.orderOf(state));
          const seats = stage.members.map(({ seat }) => seat);
          expect(new Set(seats).size).toBe(seats.length);
          for (const { participant, seat, role } of stage.members) {
            expect(order.seats[seat]).toBe(participant);
            const was = rules.guestOf(before, participant);
            if (was !== undefined && role === "guest") expect(seat).toBe(was.seat);
            if (role === "guest") expect(order.barred).not.toContain(participant);
            if (role === "guest") expect(rules.handOf(state, participant)).toBeUndefined();
          }
          if (stage.spotlight !== null)
            expect(stage.members.map(({ participant }) => participant)).toContain(stage.spotlight);
        }
        const later = rules.expire(state, nowUnixMs + JOIN_MS);
        expect(rules.deadlineOf(later)).toBeNull();
        expect(later.guests.every((guest) => guest.state === "on")).toBe(true);
      }),
      { seed: 6, numRuns: 150 },
    );
  });
});

function apply(
  state: StageState,
  what: string,
  one: { participant: string; name: string },
  nowUnixMs: number,
): StageState {
  switch (what) {
    case "ask":
    case "lower":
      return rules.ask(state, one, { up: what === "ask", note: "", nowUnixMs });
    case "invite":
      return invite(state, one, nowUnixMs);
    case "accept":
      return accept(state, one, nowUnixMs);
    case "arrive":
      return rules.arrive(state, one);
    case "lose":
      return rules.lose(state, one.participant, nowUnixMs);
    case "leave":
      return rules.leave(state, one.participant);
    case "remove":
      return rules.remove(state, one.participant);
    case "host":
      return rules.host(state, state.host?.here === true ? null : ada);
    case "mute":
      return rules.change(state, one.participant, { silenced: true });
    case "arrange":
      return rules.arrange(state, "grid", one.participant);
    default:
      return rules.expire(state, nowUnixMs);
  }
}
