import { sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemTime } from "../../clock.ts";
import type { Database } from "../../db/database.ts";
import { openExternal } from "../../db/external.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import { startCluster } from "../../db/postgres-cluster.fixture.ts";
import type { PointsAccount, PostResult, TransferDraft } from "../../points.ts";
import { openTestDatabase } from "../../testing/control.fixture.ts";
import { createPost } from "./post.ts";
import { createLedgerStore } from "./store.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;
const post = createPost(systemTime);
const PEOPLE = ["ada", "ben", "cid", "dot"] as const;

async function external() {
  const cluster = await startCluster();
  const database = await openExternal({ url: await cluster.createDatabase(), onError: () => {} });
  await migrateDatabase(database);
  const drop = async () => {
    await database.close();
    await cluster.stop();
  };
  return { database, drop };
}

let uses = 0;
/** A transfer between wallets, or from the house; the key is one of a few, so that some come again. */
const drafts = fc.record({
  key: fc.integer({ min: 0, max: 40 }),
  from: fc.constantFrom(...PEOPLE, "house"),
  to: fc.constantFrom(...PEOPLE),
  points: fc.integer({ min: 1, max: 100 }),
});
type Wish = typeof drafts extends fc.Arbitrary<infer Value> ? Value : never;

describe.each([
  ["embedded", openTestDatabase],
  ["external PostgreSQL", external],
])("the ledger on the %s database", (_name, open) => {
  let opened: { database: Database; drop: () => Promise<void> };
  let run: number;
  beforeAll(async () => {
    opened = await open();
  }, HOOK_MS);
  afterAll(() => opened.drop(), HOOK_MS);
  beforeEach(() => {
    run = ++uses;
  });
  const store = () => createLedgerStore(opened.database.orm);
  const wallet = (name: string): PointsAccount => `wallet:${run}-${name}`;
  const postAlone = (all: TransferDraft[]) =>
    opened.database.orm.transaction((transaction) => post(transaction, all));
  const issue = (key: string, to: string, points: number): TransferDraft => ({
    ...{ key: `${run} ${key}`, kind: "purchase", memo: "Coins" },
    entries: [
      { account: "house:issued", points: -points },
      { account: wallet(to), points },
    ],
  });
  const move = (key: string, from: string, to: string, points: number): TransferDraft => ({
    ...{ key: `${run} ${key}`, kind: "gift", memo: "A gift" },
    entries: [
      { account: wallet(from), points: -points },
      { account: wallet(to), points },
    ],
  });
  const have = async (...names: string[]) => {
    const balances = await store().balances(names.map(wallet));
    return names.map((name) => balances.get(wallet(name)) ?? 0);
  };

  test("what is taken is what is given, and a statement tells it line by line", async () => {
    await postAlone([issue("a", "ada", 500), move("b", "ada", "ben", 200)]);
    expect(await have("ada", "ben")).toEqual([300, 200]);
    const lines = await store().lines(wallet("ada"), { limit: 9 });
    expect(lines.map(({ kind, points, balanceAfter }) => [kind, points, balanceAfter])).toEqual([
      ["gift", -200, 300],
      ["purchase", 500, 500],
    ]);
    const rest = await store().lines(wallet("ada"), { before: lines[0]!.sequence, limit: 9 });
    expect(rest).toEqual(lines.slice(1));
    expect((await store().summary()).balanced).toBe(true);
  });

  test("the same key again moves nothing and answers with the first transfer", async () => {
    const [first] = await postAlone([issue("a", "ada", 500)]);
    const [again, twice] = await postAlone([issue("a", "ada", 500), issue("a", "ada", 500)]);
    expect(first).toMatchObject({ ok: true, isNew: true });
    expect(again).toEqual({ ...first, isNew: false });
    expect(twice).toEqual(again);
    expect(await have("ada")).toEqual([500]);
  });

  test("nobody spends what they do not have, and who can is not held up by who cannot", async () => {
    await postAlone([issue("a", "ada", 100)]);
    const results = await postAlone([
      move("b", "ada", "ben", 101),
      move("c", "ada", "ben", 60),
      move("d", "ada", "cid", 60),
      move("e", "ben", "cid", 60),
    ]);
    expect(results.map(({ ok }) => ok)).toEqual([false, true, false, true]);
    expect(results[0]).toEqual({ ok: false, short: wallet("ada"), has: 100 });
    expect(await have("ada", "ben", "cid")).toEqual([40, 0, 60]);
  });

  test("a transfer is nothing when the transaction around it fails", async () => {
    const failing = opened.database.orm.transaction(async (transaction) => {
      await post(transaction, [issue("a", "ada", 100)]);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await have("ada")).toEqual([0]);
    expect((await postAlone([issue("a", "ada", 100)]))[0]).toMatchObject({ isNew: true });
  });

  test.each([
    [
      "sum to zero",
      [
        ["house:issued", -5],
        ["wallet:x", 4],
      ],
    ],
    [
      "twice",
      [
        ["wallet:x", -5],
        ["wallet:x", 5],
      ],
    ],
    ["fewer than two", [["wallet:x", 0]]],
    [
      "no amount",
      [
        ["wallet:x", 0.5],
        ["house:issued", -0.5],
      ],
    ],
  ] as const)("no draft that is none is posted: %s", async (fault, entries) => {
    const draft: TransferDraft = {
      ...{ key: `${run}`, kind: "purchase", memo: "" },
      entries: entries.map(([account, points]) => ({ account, points })),
    };
    await expect(postAlone([draft])).rejects.toThrow(fault);
  });

  test("the database itself refuses changes, sums that are not zero and balances below it", async () => {
    const db = opened.database.orm;
    await postAlone([issue("a", "ada", 100)]);
    const cause = {
      cause: expect.objectContaining({ message: expect.stringMatching(/append-only|zero|never_neg/) }),
    };
    for (const statement of [
      sql`update ledger_postings set points = points + 1`,
      sql`delete from ledger_postings`,
      sql`truncate ledger_postings`,
      sql`delete from ledger_transfers`,
      sql`insert into ledger_postings (transfer_id, account_id, points)
        select id, 'house:shortfall', 1 from ledger_transfers limit 1`,
      sql`update ledger_accounts set balance = -1 where id = ${wallet("ada")}`,
    ])
      await expect(db.execute(statement)).rejects.toMatchObject(cause);
    expect((await store().summary()).balanced).toBe(true);
  });

  test("whatever many ask for at once, sums hold, nobody is below zero and each key counts once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(drafts, { minLength: 1, maxLength: 6 }), { maxLength: 14 }),
        async (batches) => {
          run = ++uses;
          const asked = new Map<string, Wish[]>();
          const draftOf = ({ key, from, to, points }: Wish): TransferDraft | null => {
            if (from === to) return null;
            const name = String(key);
            asked.set(name, [...(asked.get(name) ?? []), { key, from, to, points }]);
            return from === "house" ? issue(name, to, points) : move(name, from, to, points);
          };
          const wanted = batches.map((batch) => batch.map(draftOf).filter((draft) => draft !== null));
          const answers = await Promise.all(
            wanted.map(async (batch) => ({ batch, results: batch.length > 0 ? await postAlone(batch) : [] })),
          );
          // What the answers say must be what the accounts have.
          const expected = new Map<string, number>();
          const seen = new Map<string, string>();
          const note = (draft: TransferDraft, result: PostResult) => {
            if (!result.ok) return;
            expect(seen.get(draft.key) ?? result.transfer).toBe(result.transfer);
            seen.set(draft.key, result.transfer);
            if (!result.isNew) return;
            for (const { account, points } of draft.entries)
              expected.set(account, (expected.get(account) ?? 0) + points);
          };
          for (const { batch, results } of answers)
            for (const [index, result] of results.entries()) note(batch[index]!, result);
          const balances = await store().balances(PEOPLE.map(wallet));
          for (const name of PEOPLE) {
            const balance = balances.get(wallet(name)) ?? 0;
            expect(balance).toBe(expected.get(wallet(name)) ?? 0);
            expect(balance).toBeGreaterThanOrEqual(0);
          }
          expect((await store().summary()).balanced).toBe(true);
        },
      ),
      { numRuns: 12, seed: 20_261_121 },
    );
  });
});
