import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemTime } from "../../clock.ts";
import { type Client, signUp } from "../../testing/client.fixture.ts";
import { type House, openHouse } from "../../testing/house.fixture.ts";
import { createPost } from "../ledger/post.ts";

/** A database and control: on a busy machine that takes a while. */
const HOOK_MS = 240_000;
let house: House;
beforeAll(async () => {
  house = await openHouse();
}, HOOK_MS);
afterAll(() => house.close(), HOOK_MS);

/** Somebody who has earned 1,000 coins. */
async function earner(): Promise<Client & { id: string }> {
  const person = await signUp(house.control);
  await house.database.orm.transaction((transaction) =>
    createPost(systemTime)(transaction, [
      {
        ...{ key: `test ${person.id}`, kind: "gift", memo: "=A gift" },
        entries: [
          { account: "house:issued", points: -100_000 },
          { account: `earnings:${person.id}`, points: 100_000 },
        ],
      },
    ]),
  );
  return person;
}
const ask = (person: Client, points: number, id = randomUUID()) =>
  person.call("POST", "/api/wallet/payouts", { id, points, destination: "My bank" });
const earningsOf = async (person: Client) => (await person.call("GET", "/api/wallet")).body.earnings;
const settle = (id: string, outcome: string) =>
  house.who.admin.call("POST", `/api/admin/payouts/${id}/settlement`, { outcome, note: "Sent on Monday" });

test("earnings that are asked for wait aside until an admin has paid them, at the rate of that day", async () => {
  const person = await earner();
  const { status, body } = await ask(person, 60_000);
  expect([status, body.money]).toEqual([201, { amount: 420, currency: "usd" }]);
  expect(await earningsOf(person)).toEqual({ points: 40_000, pendingPoints: 60_000, paidPoints: 0 });
  const listed = (await house.who.admin.call("GET", "/api/admin/payouts?state=requested")).body.payouts;
  expect(listed.find((one: { id: string }) => one.id === body.id)).toMatchObject({
    ...{ account: { id: person.id }, destination: "My bank" },
  });
  const answers = await Promise.all([settle(body.id, "paid"), settle(body.id, "refused")]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  const after = await earningsOf(person);
  expect(after.points + after.paidPoints).toBe(100_000);
  expect(after.pendingPoints).toBe(0);
  expect((await house.who.admin.call("GET", "/api/admin/ledger")).body.balanced).toBe(true);
});

test("refused or taken back, they are there again, once", async () => {
  const person = await earner();
  const [one, two] = [(await ask(person, 50_000)).body, (await ask(person, 50_000)).body];
  expect((await earningsOf(person)).points).toBe(0);
  expect((await settle(one.id, "refused")).body).toMatchObject({ state: "refused", note: "Sent on Monday" });
  const other = await signUp(house.control);
  expect((await other.call("DELETE", `/api/wallet/payouts/${two.id}`)).status).toBe(404);
  expect((await person.call("DELETE", `/api/wallet/payouts/${two.id}`)).body.state).toBe("cancelled");
  expect((await person.call("DELETE", `/api/wallet/payouts/${two.id}`)).body.code).toBe("payout.settled");
  expect(await earningsOf(person)).toEqual({ points: 100_000, pendingPoints: 0, paidPoints: 0 });
});

test("nobody gets more than they earned, however many ask at once, and one id is one payout", async () => {
  const person = await earner();
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(person, 30_000)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
  expect(answers.find(({ status }) => status !== 201)?.body.code).toBe("wallet.insufficient");
  const id = randomUUID();
  const [first, again] = [await ask(person, 10_000, id), await ask(person, 10_000, id)];
  expect(again.body).toEqual(first.body);
  expect((await ask(await earner(), 10_000, id)).status).toBe(404);
  expect((await ask(person, 9_999)).body.code).toBe("payout.too_small");
  expect((await earningsOf(person)).points).toBe(0);
});

test("the statement lists each line once, page by page and as a file that is no formula", async () => {
  const person = await earner();
  for (let count = 0; count < 3; count++) {
    const { body } = await ask(person, 10_000);
    await person.call("DELETE", `/api/wallet/payouts/${body.id}`);
  }
  const url = "/api/wallet/statement?of=earnings&limit=3";
  const pages: { points: number; balancePoints: number }[] = [];
  for (let cursor: number | null = 0; cursor !== null; ) {
    const { body }: { body: { lines: typeof pages; nextCursor: number | null } } = await person.call(
      "GET",
      cursor === 0 ? url : `${url}&cursor=${cursor}`,
    );
    pages.push(...body.lines);
    cursor = body.nextCursor;
  }
  expect(pages.map(({ points }) => points)).toEqual([
    10_000, -10_000, 10_000, -10_000, 10_000, -10_000, 100_000,
  ]);
  expect(pages[0]?.balancePoints).toBe(100_000);
  const file = await person.call("GET", "/api/wallet/statement.csv?of=earnings");
  expect(file.headers["content-type"]).toContain("text/csv");
  const lines = (file.body as string).split("\r\n");
  expect(lines).toHaveLength(9);
  expect(lines[7]).toContain(',"\'=A gift",1000.00,1000.00,');
});
