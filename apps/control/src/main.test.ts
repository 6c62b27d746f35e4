import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeDataDir } from "./db/embedded.fixture.ts";
import { NODE_SECRET } from "./testing/control.fixture.ts";
import {
  type ControlProcess,
  freePort,
  startControlProcess,
  writeSecrets,
} from "./testing/control-process.fixture.ts";
import { connectMedia, publisher } from "./testing/media.fixture.ts";

let dataDir: string;
let port: number;
const processes: ControlProcess[] = [];

// The compiled program, as it is shipped.
const app = join(import.meta.dirname, "..");
beforeAll(() => {
  const root = join(app, "../..");
  execFileSync(process.execPath, ["node_modules/typescript-native/bin/tsc", "-b", "apps/control"], {
    cwd: root,
  });
}, 120_000);

beforeEach(async () => {
  dataDir = await makeDataDir();
  writeSecrets(dataDir);
  port = await freePort();
});
afterEach(async () => {
  for (const one of processes.splice(0)) await one.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

function start(environment: Record<string, string> = {}): ControlProcess {
  const one = startControlProcess({ dataDir, port, environment });
  processes.push(one);
  return one;
}

async function call(method: string, path: string, body?: unknown, cookie = "") {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? null : JSON.parse(text),
    cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "",
  };
}

describe("the control process", { timeout: 120_000 }, () => {
  test("killed and started again knows its accounts, rooms and what is live; nothing secret is logged", async () => {
    const first = start();
    const admin = await first.message("admin-created");
    expect((await first.message("ready")).urls).toEqual([`http://127.0.0.1:${port}`]);
    const { username, password } = admin;
    const { cookie } = await call("POST", "/api/session", { username, password });
    await call("POST", "/api/rooms", { title: "Kept", slug: "kept" }, cookie);
    const { key } = (await call("POST", "/api/rooms/kept/stream-key", undefined, cookie)).body;
    const media = await connectMedia(port);
    media.send({ type: "publisher", publisher: publisher("kept", "s1") });
    media.send({ type: "check-stream-key", request: 1, room: "kept", key });
    expect((await media.expect("stream-key")).identity?.role).toBe("host");
    await expect.poll(async () => (await call("GET", "/api/rooms/kept")).body.state).toBe("live");

    const lost = once(media.socket, "close");
    first.child.kill("SIGKILL");
    await lost;
    const second = start();
    await second.message("ready");
    expect(second.messages.filter(({ type }) => type === "admin-created")).toEqual([]);
    const room = await call("GET", "/api/rooms/kept", undefined, cookie);
    expect(room.body).toMatchObject({ state: "live", canPublish: true, broadcasts: [{ endedAt: null }] });
    const again = await connectMedia(port, { publishers: [publisher("kept", "s1")] });
    again.send({ type: "publisher-gone", room: "kept", session: "s1", reason: "left" });
    await again.expect("end-room");
    expect((await call("POST", "/api/session", { username, password })).status).toBe(200);

    const ended = once(second.child, "exit");
    second.child.send({ type: "shutdown" });
    expect(await ended).toEqual([0, null]);
    expect(existsSync(join(dataDir, "control.lock"))).toBe(false);
    const output = first.output() + second.output();
    expect(output).toContain('"msg":"request"');
    for (const secret of [password, key, NODE_SECRET, cookie.split("=")[1]!])
      expect(output).not.toContain(secret);
  });

  test("says what is wrong and what to do when it cannot start", async () => {
    const fatal = async (environment: Record<string, string>) => {
      const run = start(environment);
      const ended = once(run.child, "exit");
      const message = await run.message("fatal");
      expect((await ended)[0]).toBe(1);
      return `${message.message} ${message.hint}`;
    };
    expect(await fatal({ SAMEROOM_GRACE_S: "x", SAMEROOM_HTTP_PORT: "0" })).toMatch(
      /HTTP_PORT[\s\S]*GRACE_S[\s\S]*configuration.md/,
    );
    expect(await fatal({ SAMEROOM_DATA_DIR: "/dev/null/data" })).toContain("must be writable");
    const taken = createServer().listen(port, "127.0.0.1");
    await once(taken, "listening");
    expect(await fatal({})).toMatch(/port \d+[\s\S]*SAMEROOM_HTTP_PORT/);
    taken.close();
    const holder = start();
    await holder.message("ready");
    expect(await fatal({ SAMEROOM_HTTP_PORT: String(await freePort()) })).toContain(
      `process ${holder.child.pid}`,
    );
    const ended = once(holder.child, "exit");
    holder.child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });

  test("runs the demo when the supervisor asks", async () => {
    const run = start();
    await run.message("ready");
    run.child.send({ type: "demo", on: true });
    expect((await run.message("start-demo")).room).toBe("demo");
    run.child.send({ type: "demo-state", running: true });
    await expect.poll(async () => (await call("GET", "/api/site")).body.demoRunning).toBe(true);
    run.child.send({ type: "demo", on: false });
    await run.message("stop-demo");
    // A supervisor that is gone takes its children with it.
    const ended = once(run.child, "exit");
    run.child.disconnect();
    expect(await ended).toEqual([0, null]);
  });
});
