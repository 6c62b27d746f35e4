/**
 * Pays gifts with control's compiled parts, without sockets and log: `SECONDS SENDERS embedded|URL`. Prints how many a second, after
 * looking whether the ledger adds up.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** As far as they are used here. */
interface Orm {
  transaction<Value>(work: (transaction: unknown) => Promise<Value>): Promise<Value>;
}
interface Database {
  orm: Orm;
  close(): Promise<void>;
}
type Post = (transaction: unknown, drafts: readonly unknown[]) => Promise<unknown>;
type Insert = { insert(row: unknown): Promise<unknown> };

const part = async (path: string): Promise<Record<string, (...values: never[]) => unknown>> =>
  (await import(new URL(`../../apps/control/dist/${path}`, import.meta.url).href)) as never;
const [
  clockPart,
  embeddedPart,
  externalPart,
  migratePart,
  postPart,
  deskPart,
  ledgerPart,
  accountPart,
  roomPart,
] = await Promise.all(
  [
    ...["clock.js", "db/embedded.js", "db/external.js", "db/migrate.js", "features/ledger/post.js"],
    ...["features/gifts/gift-desk.js", "features/ledger/store.js", "features/accounts/store.js"],
    "features/rooms/store.js",
  ].map(part),
);

const [seconds, senders] = process.argv.slice(2, 4).map(Number) as [number, number];
const where = process.argv[4] ?? "embedded";
const dataDir = mkdtempSync(join(tmpdir(), "sameroom-bench-"));
const fail = (error: Error) => {
  throw error;
};
const database = (await (where === "embedded"
  ? embeddedPart!.openEmbedded!({ dataDir, onError: fail, onCrash: fail } as never)
  : externalPart!.openExternal!({ url: where, onError: fail } as never))) as Database;
await migratePart!.migrateDatabase!(database as never);
const { orm } = database;
const clock = clockPart!.systemTime as unknown;
const post = postPart!.createPost!(clock as never) as Post;
const createdAt = new Date();

async function person(): Promise<string> {
  const id = randomUUID();
  const name = { username: id, nameKey: id, displayName: "Somebody", passwordHash: "none" };
  const rest = { role: "user", disabled: false, createdAt };
  await (accountPart!.createAccountStore!(orm as never) as Insert).insert({ id, ...name, ...rest });
  return id;
}
const ownerId = await person();
const room = {
  id: randomUUID(),
  slug: `bench-${randomUUID().slice(0, 8)}`,
  ownerId,
  title: "Room",
  description: "",
  createdAt,
};
await (roomPart!.createRoomStore!(orm as never) as Insert).insert(room);
const people: string[] = [];
for (let count = 0; count < senders; count++) people.push(await person());
const points = 1e9;
await orm.transaction((transaction) =>
  post(
    transaction,
    people.map((id) => ({
      ...{ key: `bought:${id}`, kind: "purchase", memo: "Coins" },
      entries: [
        { account: "house:issued", points: -points },
        { account: `wallet:${id}`, points },
      ],
    })),
  ),
);

const pay = deskPart!.createGiftDesk!({ db: orm, clock, post, commissionPercent: 30 } as never) as (
  order: unknown,
) => Promise<unknown>;
const gift = { code: "rose", name: "Rose", animation: "rose", price: 1, offered: true };
let paid = 0;
let stop = false;
async function sendOn(senderId: string): Promise<void> {
  const actor = { participant: `user:${senderId}`, name: "Somebody", standings: [] };
  while (!stop) {
    const about = { gift, count: 1, captureUnixMs: null, senderId, actor, room, broadcastId: null };
    await pay({ clientId: randomUUID(), ...about });
    paid += 1;
  }
}
const sending = Promise.all(people.map(sendOn));
await sleep(1000);
const before = paid;
const began = performance.now();
await sleep(seconds * 1000);
const perSecond = ((paid - before) * 1000) / (performance.now() - began);
stop = true;
await sending;
const store = ledgerPart!.createLedgerStore!(orm as never) as {
  summary(): Promise<{ balanced: boolean; earnings: number }>;
};
const { balanced, earnings } = await store.summary();
if (!balanced || (where === "embedded" && earnings !== paid * 70))
  throw new Error("the ledger does not add up");
await database.close();
rmSync(dataDir, { recursive: true });
console.log(`paid a second: ${perSecond.toFixed(1)}`);
