import type { Control } from "../compose.ts";
import type { Database } from "../db/database.ts";
import { type Client, createClient, logInAdmin, signUp, withApiKey } from "./client.fixture.ts";
import { openTestDatabase, startTestControl, type TestControlOptions } from "./control.fixture.ts";
import { connectMedia, type Media, type MediaOptions } from "./media.fixture.ts";
import { enter, type Viewer } from "./viewer.fixture.ts";

/** Everybody who may ask for something. */
export type Who = "visitor" | "user" | "owner" | "admin" | "ownerKey" | "userKey" | "adminKey";

/** Control with a database, one caller of every kind, and whoever comes to it during a test. */
export interface House {
  readonly control: Control;
  readonly database: Database;
  /** Where control listens now. */
  readonly port: number;
  readonly who: Record<Who, Client> & { owner: Client & { id: string }; admin: Client & { id: string } };
  /** A room of the owner's; returns its slug. */
  makeRoom(settings?: Record<string, unknown>): Promise<string>;
  /** What a room token's request answers. */
  mint(room: string, client: Client, body?: unknown): Promise<Record<string, never> & { token: string }>;
  /** Enters a room over Socket.IO. */
  come(room: string, client: Client, body?: unknown, after?: number): Promise<Viewer>;
  media(options?: MediaOptions): Promise<Media>;
  /** Ends control, and starts it again on the same database after `meanwhile`. The callers stay logged in. */
  restart(meanwhile?: () => void): Promise<void>;
  /** Closes sockets and workers of the last test. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export async function openHouse(options: TestControlOptions = {}): Promise<House> {
  const db = await openTestDatabase();
  let control = await startTestControl(db, options);
  let port = await control.listen();
  const current = new Proxy({} as Control, {
    get: (_target, name) => Reflect.get(control, name, control) as unknown,
  });
  const owner = await signUp(current, "owner");
  const admin = await logInAdmin(current);
  const user = await signUp(current, "user");
  const who = {
    ...{ visitor: createClient(current), owner, user, admin },
    ownerKey: await withApiKey(current, owner),
    userKey: await withApiKey(current, user),
    adminKey: await withApiKey(current, admin),
  };
  const open: { close: () => unknown }[] = [];
  let rooms = 0;
  const leave = async () => {
    for (const one of open.splice(0)) await one.close();
    await control.settled();
  };
  const house: House = {
    control: current,
    database: db.database,
    get port() {
      return port;
    },
    who,
    async makeRoom(settings = {}) {
      const body = { title: "Room", slug: `room-${++rooms}`, ...settings };
      return (await owner.call("POST", "/api/rooms", body)).body.slug as string;
    },
    mint: async (room, client, body) => (await client.call("POST", `/api/rooms/${room}/tokens`, body)).body,
    async come(room, client, body, after) {
      const viewer = await enter(port, (await house.mint(room, client, body)).token, after);
      open.push(viewer.socket);
      return viewer;
    },
    async media(more = {}) {
      const worker = await connectMedia(port, more);
      open.push(worker);
      return worker;
    },
    async restart(meanwhile = () => {}) {
      await leave();
      await control.close();
      meanwhile();
      control = await startTestControl(db, options);
      port = await control.listen();
    },
    leave,
    async close() {
      await leave();
      await control.close();
      await db.drop();
    },
  };
  return house;
}
