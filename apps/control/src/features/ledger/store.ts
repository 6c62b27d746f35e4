import type { LedgerSummary, TransferKind } from "@sameroom/contract";
import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { ledgerAccounts, ledgerPostings, ledgerTransfers } from "../../db/schema.ts";
import type { LinesOf, PointsAccount } from "../../points.ts";

export interface NewTransfer {
  id: string;
  key: string;
  kind: TransferKind;
  memo: string;
  atUnixMs: number;
}

export interface NewPosting {
  transfer: string;
  account: PointsAccount;
  points: number;
  balanceAfter: number | null;
}

/** The ledger's tables. */
export interface LedgerStore {
  /** Locks accounts of people until the transaction ends, in one order for everybody; makes those that are not there. */
  lock(accounts: readonly PointsAccount[]): Promise<Map<PointsAccount, number>>;
  /** Transfers by their keys. */
  byKeys(keys: readonly string[]): Promise<Map<string, { id: string; atUnixMs: number }>>;
  insert(transfers: readonly NewTransfer[], postings: readonly NewPosting[]): Promise<void>;
  setBalances(balances: ReadonlyMap<PointsAccount, number>): Promise<void>;
  balances(accounts: readonly PointsAccount[]): Promise<Map<PointsAccount, number>>;
  /** An account's postings, newest first. */
  lines: LinesOf;
  summary(): Promise<LedgerSummary>;
}

export function createLedgerStore(db: Queryable): LedgerStore {
  // As whole arrays: a batch of any size is one statement text, which the database has parsed before.
  const array = (values: readonly unknown[]) => sql.param([...values]);
  return {
    async lock(accounts) {
      const { rows } = await db.execute<{ id: PointsAccount; balance: string }>(sql`
        insert into ledger_accounts (id, balance)
        select id, 0 from unnest(${array(accounts)}::text[]) as id order by id
        on conflict (id) do update set balance = ledger_accounts.balance
        returning id, balance`);
      return new Map(rows.map(({ id, balance }) => [id, Number(balance)]));
    },
    async byKeys(keys) {
      const rows = await db
        .select({ key: ledgerTransfers.key, id: ledgerTransfers.id, at: ledgerTransfers.at })
        .from(ledgerTransfers)
        .where(sql`${ledgerTransfers.key} = any(${array(keys)}::text[])`);
      return new Map(rows.map(({ key, id, at }) => [key, { id, atUnixMs: at.getTime() }]));
    },
    async insert(transfers, postings) {
      const ofTransfers = (key: keyof NewTransfer) => array(transfers.map((one) => one[key]));
      const ofPostings = (key: keyof NewPosting) => array(postings.map((one) => one[key]));
      await db.execute(sql`
        insert into ledger_transfers (id, key, kind, memo, at)
        select id, key, kind, memo, to_timestamp(ms / 1000.0)
        from unnest(${ofTransfers("id")}::uuid[], ${ofTransfers("key")}::text[], ${ofTransfers("kind")}::text[],
          ${ofTransfers("memo")}::text[], ${ofTransfers("atUnixMs")}::float8[]) as t (id, key, kind, memo, ms)`);
      await db.execute(sql`
        insert into ledger_postings (transfer_id, account_id, points, balance_after)
        select * from unnest(${ofPostings("transfer")}::uuid[], ${ofPostings("account")}::text[],
          ${ofPostings("points")}::bigint[], ${ofPostings("balanceAfter")}::bigint[])`);
    },
    async setBalances(balances) {
      await db.execute(sql`
        update ledger_accounts set balance = news.balance
        from unnest(${array([...balances.keys()])}::text[], ${array([...balances.values()])}::bigint[])
          as news (id, balance)
        where ledger_accounts.id = news.id`);
    },
    async balances(accounts) {
      const rows = await db
        .select()
        .from(ledgerAccounts)
        .where(inArray(ledgerAccounts.id, [...accounts]));
      return new Map(rows.map(({ id, balance }) => [id as PointsAccount, balance ?? 0]));
    },
    async lines(account, { before, limit }) {
      const rows = await db
        .select({ posting: ledgerPostings, transfer: ledgerTransfers })
        .from(ledgerPostings)
        .innerJoin(ledgerTransfers, eq(ledgerTransfers.id, ledgerPostings.transferId))
        .where(
          and(
            eq(ledgerPostings.accountId, account),
            before === undefined ? undefined : lt(ledgerPostings.sequence, before),
          ),
        )
        .orderBy(desc(ledgerPostings.sequence))
        .limit(limit);
      return rows.map(({ posting, transfer: { id, at, kind, memo } }) => ({
        ...{ sequence: posting.sequence, transfer: id, at, kind, memo },
        ...{ points: posting.points, balanceAfter: posting.balanceAfter ?? 0 },
      }));
    },
    async summary() {
      const { rows } = await db.execute<{ name: string; points: string; kept: boolean }>(sql`
        select case when a.id like 'house:%' then a.id else split_part(a.id, ':', 1) end as name,
          sum(p.points) as points, bool_and(a.balance is null or a.balance = p.points) as kept
        from ledger_accounts a
          join lateral (select coalesce(sum(points), 0) as points from ledger_postings where account_id = a.id) p on true
        group by 1`);
      const of = (name: string) => Number(rows.find((row) => row.name === name)?.points ?? 0);
      const total = rows.reduce((sum, { points }) => sum + Number(points), 0);
      return {
        issued: of("house:issued"),
        wallets: of("wallet"),
        earnings: of("earnings"),
        commission: of("house:commission"),
        payouts: of("house:payouts"),
        paidOut: of("house:paid-out"),
        shortfall: of("house:shortfall"),
        balanced: total === 0 && rows.every(({ kept }) => kept),
      };
    },
  };
}
