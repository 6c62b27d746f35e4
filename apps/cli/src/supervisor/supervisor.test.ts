import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../config/config.ts";
import { createOutput } from "../log/output.ts";
import { paintFor } from "../log/paint.ts";
import { createPrograms, type Programs, until } from "./programs.fixture.ts";
import { Supervisor } from "./supervisor.ts";

let programs: Programs;
let supervisor: Supervisor | undefined;
const seen: string[] = [];
const has = (text: string) => seen.some((line) => line.includes(text));
const count = (text: string) => seen.filter((line) => line.includes(text)).length;

/** Longer than the welcome waits for the children's last lines. */
const SETTLED_MS = 400;

beforeEach(() => {
  programs = createPrograms();
  seen.length = 0;
});
afterEach(async () => {
  await supervisor?.stop();
  programs.remove();
});

const endsOnShutdown = `if (message.type === "shutdown") return process.disconnect();`;
/** Linked to control from the nth look at its health on. */
const mediaLinkedAt = (look: number) => `
  import { createServer } from "node:http";
  let looks = 0;
  const server = createServer((_, response) => {
    looks += 1;
    console.log("media was looked at " + looks + " times");
    response.end(JSON.stringify({ ok: true, linked: looks >= ${look} }));
  });
  process.on("message", (message) => { ${endsOnShutdown} });
  process.on("disconnect", () => process.exit(0));
  server.listen(Number(process.env.SAMEROOM_MEDIA_HTTP_PORT), "127.0.0.1", () =>
    process.send({ type: "ready", urls: [] }),
  );
`;
const media = mediaLinkedAt(1);
const control = `
  process.on("message", (message) => {
    ${endsOnShutdown}
    console.log("control was told " + JSON.stringify(message));
    if (message.type === "demo") process.send({ type: "start-demo", room: "demo room", streamKey: "srk_1" });
  });
  process.on("SIGUSR2", () => process.send({ type: "stop-demo" }));
  process.send({ type: "admin-created", username: "admin", password: "open sesame" });
  process.send({ type: "ready", urls: [] });
  console.log("control is process " + process.pid + ".");
`;
const demo = `
  process.on("message", (message) => { ${endsOnShutdown} console.log("demo was told " + JSON.stringify(message)); });
  console.log("demo is process " + process.pid + ".");
`;

function createSupervisor(options: { demo?: boolean; control?: string; media?: string } = {}): Supervisor {
  const paint = paintFor({}, {});
  supervisor = new Supervisor({
    config: readConfig({ SAMEROOM_MEDIA_HTTP_PORT: "26081" }),
    secrets: {
      nodeSecretFile: "/s/node",
      tokenKeyFile: "/s/key",
      credentialKeyFile: "/s/credentials",
      tokenJwksFile: "/s/jwks",
    },
    output: createOutput({ format: "pretty", paint, write: (line) => seen.push(line) }),
    paint,
    demo: options.demo ?? false,
    programs: {
      control: programs.write("control", options.control ?? control),
      media: programs.write("media", options.media ?? media),
      demo: programs.write("demo", demo),
    },
    inherited: process.env,
  });
  supervisor.start();
  return supervisor;
}

function controlPid(): number {
  const line = seen.findLast((one) => one.includes("control is process")) ?? "";
  return Number(/process (\d+)\./.exec(line)?.[1]);
}

test("addresses and admin login are shown once everything is ready", async () => {
  createSupervisor();
  await until("the welcome", () => has("Sameroom is running"));
  expect(has("open sesame")).toBe(true);
  expect(has("http://localhost:8080")).toBe(true);
});

test("nothing is ready before media is linked to control", async () => {
  createSupervisor({ media: mediaLinkedAt(4) });
  await until("the welcome", () => has("Sameroom is running"));
  const linked = seen.findIndex((line) => line.includes("media was looked at 4 times"));
  expect(linked).toBeGreaterThan(0);
  expect(seen.findIndex((line) => line.includes("Sameroom is running"))).toBeGreaterThan(linked);
});

test("nobody is welcomed who has stopped it meanwhile", async () => {
  createSupervisor();
  await until("media is looked at", () => has("media was looked at 1 times"));
  await supervisor!.stop();
  await sleep(SETTLED_MS);
  expect(has("Sameroom is running")).toBe(false);
});

test("the demo goes to our media server, and control learns that it runs", async () => {
  createSupervisor({ demo: true });
  await until("the publisher is told", () => has("demo was told"));
  expect(has('"url":"http://127.0.0.1:26081/whip/demo%20room","streamKey":"srk_1"')).toBe(true);
  await until("control is told", () => has('control was told {"type":"demo-state","running":true}'));
});

test("the demo connects anew when media was restarted, and stops when control says so", async () => {
  const crashing = `${media} setTimeout(() => process.kill(process.pid, "SIGKILL"), 1500);`;
  createSupervisor({ demo: true, media: crashing });
  await until("the publisher was told again", () => count("demo was told") >= 2);
  await until("control's process is known", () => controlPid() > 0);
  process.kill(controlPid(), "SIGUSR2");
  await until("control is told", () => has('control was told {"type":"demo-state","running":false}'));
});

test("control is told of the demo again after its restart, and does not start a second one", async () => {
  createSupervisor({ demo: true });
  await until("the demo runs", () => has("demo was told"));
  await until("control knows", () => has('control was told {"type":"demo-state","running":true}'));
  process.kill(controlPid(), "SIGKILL");
  await until(
    "control is told again",
    () => count('control was told {"type":"demo-state","running":true}') === 2,
  );
  expect(count("demo is process")).toBe(1);
});

test("a child that cannot start says why and is tried again", async () => {
  const broken = `process.send({ type: "fatal", message: "no database", hint: "look at DATABASE_URL" }, () => process.exit(1));`;
  createSupervisor({ control: broken });
  await until("it died twice", () => has("starting it again in 0.5 s"));
  expect(count("control cannot start: no database")).toBe(2);
  expect(has("look at DATABASE_URL")).toBe(true);
  expect(has("Sameroom is running")).toBe(false);
});

test("a message nobody understands is told and ignored", async () => {
  createSupervisor({ media: `process.send({ type: "nonsense" }); ${media}` });
  await until("the welcome", () => has("Sameroom is running"));
  expect(has("media sent a message that is not understood")).toBe(true);
});
