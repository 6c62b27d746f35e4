/**
 * A program that sends gifts as fast as it can, until it is killed: `DATA_DIR ROUND`. Each id that was acknowledged is a line on
 * its output. Ids of a round are always the same: a round that is run again pays nothing twice.
 */
import { systemTime } from "../../clock.ts";
import { openTestEmbedded } from "../../db/embedded.fixture.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import { idOf } from "../../testing/named-id.fixture.ts";
import { createAccountStore } from "../accounts/store.ts";
import { createPost } from "../ledger/post.ts";
import { createRoomStore } from "../rooms/store.ts";
import { createGiftDesk } from "./gift-desk.ts";

const [dataDir = "", round = ""] = process.argv.slice(2);
const SENDERS = 4;
const GIFTS = 100_000;
const BOUGHT = 50_000_000;

const database = await openTestEmbedded(dataDir);
await migrateDatabase(database);
const db = database.orm;
const post = createPost(systemTime);
const createdAt = new Date();
const people = ["host", ...Array.from({ length: SENDERS }, (_, index) => `sender${index}`)];
for (const name of people)
  await createAccountStore(db).insert({
    ...{ id: idOf(name), username: name, nameKey: name, displayName: name, passwordHash: "none" },
    ...{ role: "user", disabled: false, createdAt },
  });
const room = {
  id: idOf("room"),
  slug: "room",
  ownerId: idOf("host"),
  title: "Room",
  description: "",
  createdAt,
};
await createRoomStore(db).insert(room);
await db.transaction((transaction) =>
  post(
    transaction,
    people.slice(1).map((name) => ({
      ...{ key: `bought ${name}`, kind: "purchase" as const, memo: "Coins" },
      entries: [
        { account: "house:issued" as const, points: -BOUGHT },
        { account: `wallet:${idOf(name)}` as const, points: BOUGHT },
      ],
    })),
  ),
);

const pay = createGiftDesk({ db, clock: systemTime, post, commissionPercent: 30 });
const gift = { code: "rose", name: "Rose", animation: "rose", price: 1, offered: true };
async function sendOn(name: string): Promise<void> {
  const senderId = idOf(name);
  const actor = { participant: `user:${senderId}`, name, standings: [] };
  for (let index = 0; index < GIFTS; index++) {
    const clientId = idOf(`${round} ${name} ${index}`);
    await pay({ clientId, gift, count: 1, captureUnixMs: null, senderId, actor, room, broadcastId: null });
    process.stdout.write(`${clientId}\n`);
  }
}
await Promise.all(people.slice(1).map(sendOn));
