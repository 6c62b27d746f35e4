import type { EventBody, RoomEvent, Standing } from "@sameroom/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSampler, cutFrames, READABLE_BURST, READABLE_PER_SECOND } from "./frames.ts";

function event(sequence: number, author: string, more: Partial<RoomEvent> & { body?: EventBody } = {}) {
  const said: EventBody = { type: "message", text: `m${sequence}`, replyTo: null, mentions: [] };
  return {
    ...{ sequence, atUnixMs: 0, captureUnixMs: null, clientId: null, audience: "all", body: said },
    actor: { participant: `guest:${author}`, name: author, standings: [] as Standing[] },
    ...more,
  } satisfies RoomEvent;
}
const answering = (author: string, mentions: string[]): EventBody => ({
  ...{ type: "message", text: "x", mentions },
  replyTo: { sequence: 1, participant: author, name: "x", excerpt: "x" },
});
const count = (events: readonly RoomEvent[], author: string) =>
  events.filter(({ actor }) => actor?.participant === `guest:${author}`).length;

describe("a tick", () => {
  test("that can be read is one frame for all", () => {
    const events = [event(1, "a"), event(2, "b")];
    const frames = cutFrames(events, createSampler(), 0);
    expect(frames.everybody).toEqual({ last: 2, events, omitted: 0 });
    expect(frames.staff).toBe(frames.everybody);
    expect(frames.personal.size).toBe(0);
  });

  test("with nothing but reactions is none, with something for staff is theirs", () => {
    const reactions = event(1, "a", { actor: null, body: { type: "reactions", counts: { "🔥": 2 } } });
    expect(cutFrames([reactions], createSampler(), 0)).toMatchObject({ everybody: null, staff: null });
    const flag = event(2, "mod", { audience: "staff" });
    const frames = cutFrames([reactions, flag], createSampler(), 0);
    expect(frames.everybody).toBeNull();
    expect(frames.staff).toEqual({ last: 2, events: [flag], omitted: 0 });
  });
});

describe("a storm", () => {
  test("is shown at the rate people read, the rest is counted", () => {
    const sampler = createSampler();
    let sequence = 0;
    let shown = 0;
    let omitted = 0;
    for (let tick = 0; tick < 100; tick++) {
      const events = Array.from({ length: 30 }, () => event(++sequence, `p${sequence % 1000}`));
      const { everybody } = cutFrames(events, sampler, tick * 100);
      shown += everybody!.events.length;
      omitted += everybody!.omitted;
      expect(everybody!.last).toBe(sequence);
    }
    expect(shown + omitted).toBe(3000);
    expect(shown).toBeLessThanOrEqual(READABLE_BURST + 10 * READABLE_PER_SECOND);
    expect(shown).toBeGreaterThanOrEqual(READABLE_BURST + 9 * READABLE_PER_SECOND);
  });

  test("is fair to people: one who shouts is shown as often as those who do not", () => {
    const sampler = createSampler();
    const seen: RoomEvent[] = [];
    let sequence = 0;
    for (let tick = 0; tick < 200; tick++) {
      const events = Array.from({ length: 20 }, () => event(++sequence, "shouter"));
      for (const quiet of ["a", "b", "c"]) events.push(event(++sequence, quiet));
      seen.push(...cutFrames(events, sampler, tick * 100).everybody!.events);
    }
    const after = seen.slice(READABLE_BURST * 2);
    for (const quiet of ["a", "b", "c"])
      expect(Math.abs(count(after, quiet) - count(after, "shouter"))).toBeLessThanOrEqual(2);
  });

  test("never keeps from anybody what is theirs, and from nobody what staff, guests and gifts are", () => {
    const roles: Standing[] = ["owner", "admin", "host", "moderator", "guest", "subscriber", "viewer"];
    const drafts = fc.array(
      fc.record({
        author: fc.integer({ min: 0, max: 9 }),
        standing: fc.constantFrom(...roles),
        concerns: fc.option(fc.integer({ min: 0, max: 9 })),
        kind: fc.constantFrom("message", "message", "message", "pin", "reactions"),
        staff: fc.boolean(),
      }),
      { minLength: 1, maxLength: 150 },
    );
    fc.assert(
      fc.property(fc.array(drafts, { minLength: 1, maxLength: 5 }), (ticks) => {
        const sampler = createSampler();
        let sequence = 0;
        for (const tick of ticks) {
          const events = tick.map(({ author, standing, concerns, kind, staff }): RoomEvent => {
            const body: Record<string, EventBody> = {
              message: answering(`guest:${concerns ?? "x"}`, concerns === null ? [] : [`guest:${concerns}`]),
              pin: { type: "message-pinned", message: null },
              reactions: { type: "reactions", counts: {} },
            };
            const actor = { participant: `guest:${author}`, name: "x", standings: [standing] };
            return event(++sequence, "x", { actor, body: body[kind]!, audience: staff ? "staff" : "all" });
          });
          const frames = cutFrames(events, sampler, sequence);
          const told = events.filter(({ body }) => body.type !== "reactions");
          const open = told.filter(({ audience }) => audience === "all");
          expect(frames.staff?.events ?? []).toEqual(told);
          for (const who of ["guest:0", "guest:5", "guest:stranger"]) {
            const got = frames.personal.get(who) ?? frames.everybody;
            const sequences = (got?.events ?? []).map((one) => one.sequence);
            expect(sequences).toEqual([...sequences].sort((one, other) => one - other));
            expect(sequences.length + (got?.omitted ?? 0)).toBe(open.length);
            const theirs = open.filter(({ actor, body }) => {
              const always =
                body.type !== "message" || !["viewer", "subscriber"].includes(actor!.standings[0]!);
              const concerned =
                body.type === "message" && (body.mentions.includes(who) || body.replyTo?.participant === who);
              return always || concerned || actor?.participant === who;
            });
            for (const one of theirs) expect(sequences).toContain(one.sequence);
          }
        }
      }),
      { seed: 6, numRuns: 30 },
    );
  });
});
