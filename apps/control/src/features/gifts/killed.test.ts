import { rmSync } from "node:fs";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeMigratedDataDir, openTestEmbedded } from "../../db/embedded.fixture.ts";
import { killAfter } from "../../testing/kill-after.fixture.ts";
import { createLedgerStore } from "../ledger/store.ts";

const program = new URL("./gift-hammer.fixture.ts", import.meta.url).pathname;

test("a process killed in the middle of gifts loses none it has acknowledged, and every sum holds", {
  timeout: 300_000,
}, async () => {
  const dataDir = await makeMigratedDataDir();
  const first = await killAfter(40, program, [dataDir, "one"]);
  // The same gifts again, as clients send them that got no answer, and some more.
  const again = await killAfter(first.length + 25, program, [dataDir, "one"]);
  const database = await openTestEmbedded(dataDir);
  const { rows } = await database.orm.execute<{ id: string; transfers: number }>(sql`
    select g.client_id as id, count(*)::int as transfers from sent_gifts g
      join ledger_transfers t on t.id = g.transfer_id and t.kind = 'gift' group by 1`);
  const paid = new Map(rows.map(({ id, transfers }) => [id, transfers]));
  expect([...first, ...again].filter((id) => paid.get(id) !== 1)).toEqual([]);
  const summary = await createLedgerStore(database.orm).summary();
  expect(summary).toMatchObject({ balanced: true, earnings: paid.size * 70, commission: paid.size * 30 });
  expect(summary.wallets + summary.earnings + summary.commission + summary.issued).toBe(0);
  await database.close();
  rmSync(dataDir, { recursive: true });
});
