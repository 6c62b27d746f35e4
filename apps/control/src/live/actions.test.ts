import { randomUUID } from "node:crypto";
import { COMMANDS, type CommandName, may, type Standing } from "@sameroom/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, signUp } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { ask } from "../testing/viewer.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;
/** Commands a socket may send at once, with room for the rest. */
const AT_ONCE = 10;

let house: House;
let room: string;
let helper: Client & { id: string };
let subscriber: Client;
beforeAll(async () => {
  house = await openHouse();
  room = await house.makeRoom();
  helper = await signUp(house.control);
  await house.who.owner.call("POST", `/api/rooms/${room}/moderators`, {
    username: (await helper.call("GET", "/api/session")).body.account.username,
  });
  subscriber = await signUp(house.control);
  const tier = { name: "Friend", amount: 499, offered: true };
  await house.who.owner.call("PUT", "/api/channel/tiers/1", tier);
  const id = randomUUID();
  await subscriber.call("POST", `/api/rooms/${room}/subscription`, { id, level: 1 });
  await subscriber.call("POST", `/api/subscriptions/${id}/sandbox`, { outcome: "pay" });
}, HOOK_MS);
afterAll(() => house.close(), HOOK_MS);

/** How somebody comes to be that and nothing more but a viewer. */
const COMES: Record<Standing, () => [Client, object]> = {
  owner: () => [house.who.owner, { role: "moderator" }],
  admin: () => [house.who.admin, {}],
  host: () => [house.who.ownerKey, { role: "host", participant: "key:host" }],
  moderator: () => [helper, {}],
  guest: () => [house.who.ownerKey, { role: "guest", participant: "key:guest" }],
  subscriber: () => [subscriber, {}],
  viewer: () => [house.who.visitor, {}],
};
const names = Object.keys(COMMANDS) as CommandName[];

describe("who may do what over a socket", () => {
  const tried = new Set<CommandName>();
  test.each(Object.keys(COMES) as (keyof typeof COMES)[])("as %s", async (standing) => {
    for (let first = 0; first < names.length; first += AT_ONCE) {
      const viewer = await house.come(room, ...COMES[standing]());
      expect(viewer.snapshot.standings).toEqual([...new Set([standing, "viewer"])]);
      const answers = new Map<CommandName, string | undefined>();
      for (const name of names.slice(first, first + AT_ONCE))
        void ask(viewer, name, "no input of any command").then(({ ok, problem }) =>
          answers.set(name, ok ? "done" : problem?.code),
        );
      // Answered after all before it.
      await ask(viewer, "report.send", "no input either");
      for (const [name, code] of answers) {
        // Whoever may not hears so before anything is said of their input, and nobody's input is good.
        const allowed = may([standing, "viewer"], COMMANDS[name].action);
        expect({ name, code }).toEqual({ name, code: allowed ? "request.invalid" : "auth.forbidden" });
        tried.add(name);
      }
      viewer.socket.close();
    }
  });

  test("of every command there is", () => {
    expect([...tried].sort()).toEqual([...names].sort());
  });
});
