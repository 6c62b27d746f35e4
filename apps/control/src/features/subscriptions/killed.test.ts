import { rmSync } from "node:fs";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeMigratedDataDir, openTestEmbedded } from "../../db/embedded.fixture.ts";
import { killAfter } from "../../testing/kill-after.fixture.ts";
import { createLedgerStore } from "../ledger/store.ts";
import { renewMonths } from "./renew-months.fixture.ts";

const program = new URL("./renewal-hammer.fixture.ts", import.meta.url).pathname;

test("a process killed in the middle of purchases and renewals charges, grants, posts and tells each month once", {
  timeout: 300_000,
}, async () => {
  const dataDir = await makeMigratedDataDir();
  // While some have bought; while months are renewed; then somebody goes on from there.
  const lines: string[] = [];
  for (const count of [3, 9]) lines.push(...(await killAfter(count, program, [dataDir])));
  const database = await openTestEmbedded(dataDir);
  const before = lines.length;
  await renewMonths(database.orm, { months: 6, tell: (line) => lines.push(line) });
  expect(lines.slice(before).filter((line) => line.startsWith("bought "))).toHaveLength(6);
  const { rows } = await database.orm.execute<{
    id: string;
    payments: number;
    distinct: number;
    last: number;
    periods: number;
    months: number;
    transfers: number;
    told: number;
    events: number;
  }>(sql`
    select o.id, count(*)::int as payments,
      count(distinct p.key)::int as distinct,
      max(substring(p.key from '[0-9]+$')::int) as last,
      (select count(*)::int from subscription_periods s where s.order_id = o.id) as periods,
      (select count(distinct starts_at)::int from subscription_periods s where s.order_id = o.id) as months,
      sum((select count(*) from ledger_transfers t where t.key = 'subscription:' || p.id))::int as transfers,
      count(p.told_at)::int as told,
      sum((select count(*) from room_events e where e.client_id = p.id))::int as events
    from subscription_orders o join subscription_payments p on p.order_id = o.id group by o.id`);
  const bought = new Set(lines.filter((line) => line.startsWith("bought ")).map((line) => line.slice(7)));
  expect([...bought].filter((id) => !rows.some((row) => row.id === id))).toEqual([]);
  for (const row of rows) {
    const { payments } = row;
    expect(row).toMatchObject({ distinct: payments, last: payments, periods: payments, months: payments });
    expect(row.transfers).toBe(payments);
    // What was not told when it was killed is told the next time, and what was is not told again.
    expect(row.events).toBeGreaterThanOrEqual(row.told);
    expect(row.events).toBeLessThanOrEqual(payments);
  }
  const months = Math.max(...lines.map((line) => Number(/^month (\d+)$/.exec(line)?.[1] ?? 0)));
  expect(months).toBeGreaterThan(2);
  // A month that was looked after is paid by everybody: the first payment, and one for each month since.
  expect(Math.min(...rows.map(({ payments }) => payments))).toBeGreaterThanOrEqual(months + 1);
  const summary = await createLedgerStore(database.orm).summary();
  expect(summary.balanced).toBe(true);
  expect(summary.issued).toBe(-(summary.earnings + summary.commission));
  await database.close();
  rmSync(dataDir, { recursive: true });
});
