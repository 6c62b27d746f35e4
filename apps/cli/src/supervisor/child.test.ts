import { silentLog } from "@sameroom/base";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Child, type ChildOptions } from "./child.ts";
import { createPrograms, exists, type Programs, until } from "./programs.fixture.ts";

let programs: Programs;
let child: Child | undefined;
const lines: string[] = [];
const messages: unknown[] = [];

beforeEach(() => {
  programs = createPrograms();
  lines.length = 0;
  messages.length = 0;
});
afterEach(() => {
  child?.kill();
  programs.remove();
});

function createChild(code: string, more: Partial<ChildOptions> = {}): Child {
  child = new Child({
    name: "one",
    program: programs.write("one", code),
    environment: { PATH: process.env.PATH ?? "" },
    log: silentLog,
    onLine: (line) => lines.push(line),
    onMessage: (message) => messages.push(message),
    ...more,
  });
  return child;
}

const obedient = `
  process.on("message", (message) => {
    if (message.type === "shutdown") { console.log("bye"); process.disconnect(); }
    else process.send({ got: message });
  });
  console.log("up");
`;

test("a child gets messages, answers and ends in order, with its last line read", async () => {
  const one = createChild(obedient);
  one.start();
  await until("the child is up", () => lines.includes("up"));
  one.send({ type: "question" });
  await until("it answers", () => messages.length === 1);
  expect(messages).toEqual([{ got: { type: "question" } }]);
  await one.stop(10_000);
  expect(lines).toEqual(["up", "bye"]);
  expect(one.running).toBe(false);
});

test("a child that was killed is started again", async () => {
  const one = createChild(obedient);
  one.start();
  await until("the child is up", () => lines.includes("up"));
  const first = one.pid!;
  process.kill(first, "SIGKILL");
  await until("another one is up", () => lines.filter((line) => line === "up").length === 2);
  expect(one.pid).not.toBe(first);
  await one.stop(10_000);
});

test("a child that does not listen is ended by force, and not started again", async () => {
  let starts = 0;
  const one = createChild(
    `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up");`,
    {
      onStart: () => {
        starts += 1;
      },
    },
  );
  one.start();
  await until("the child is up", () => lines.includes("up"));
  const pid = one.pid!;
  await one.stop(50);
  expect(exists(pid)).toBe(false);
  expect(starts).toBe(1);
});

test("stopping while it waits for its restart cancels the restart", async () => {
  let starts = 0;
  const deaths: number[] = [];
  const one = createChild("process.exit(3)", {
    onStart: () => {
      starts += 1;
    },
    onExit: () => {
      deaths.push(starts);
    },
  });
  one.start();
  await until("it died twice and waits", () => deaths.length === 2);
  await one.stop(1000);
  expect(one.running).toBe(false);
  expect(starts).toBe(2);
  one.start();
  await until("it can be started anew", () => starts === 3);
});

test("a program that does not exist is reported like any death", async () => {
  const faults: string[] = [];
  const log = { ...silentLog, error: (message: string) => faults.push(message) };
  const one = new Child({
    name: "ghost",
    program: "/nonexistent.mjs",
    environment: {},
    log,
    onLine: (line) => lines.push(line),
    onMessage: () => {},
  });
  child = one;
  one.start();
  await until("its death is told", () => faults.length > 0);
  expect(faults[0]).toBe("ghost ended with exit code 1; starting it again now");
  await one.stop(1000);
});

test("a child sees its parent's death through the channel", async () => {
  const watched = programs.write(
    "watched",
    `process.on("disconnect", () => process.exit(0)); process.send({ pid: process.pid });`,
  );
  const parent = createChild(
    `import { fork } from "node:child_process";
     const child = fork(${JSON.stringify(watched)}, [], { detached: true });
     child.on("message", (message) => process.send(message));
     setInterval(() => {}, 1000);`,
  );
  parent.start();
  await until("the grandchild is up", () => messages.length === 1);
  const { pid } = messages[0] as { pid: number };
  expect(exists(pid)).toBe(true);
  parent.kill();
  await until("the grandchild is gone", () => !exists(pid));
});
