import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../config/config.ts";
import { paintFor } from "../log/paint.ts";
import { checkAddon } from "./addon.ts";
import { checkDataDirectory, spaceResult } from "./data-directory.ts";
import { checkNodeVersion } from "./node-version.ts";
import { checkPort } from "./ports.ts";
import { passed } from "./result.ts";
import { selfTest } from "./self-test.ts";
import { resultTable } from "./table.ts";
import { checkUdpReach } from "./udp-reach.ts";
import { checkWebBuild } from "./web-build.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sameroom-self-test-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("Node 20.19 is the floor", () => {
  expect(checkNodeVersion("20.18.3").state).toBe("fail");
  for (const version of ["20.19.0", "22.0.0", "24.1.0"]) expect(checkNodeVersion(version).state).toBe("ok");
});

test("a TCP port another program listens on is a fault that names the variable", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const need = {
    name: "web",
    protocol: "tcp",
    port,
    bind: ["127.0.0.1"],
    variable: "SAMEROOM_HTTP_PORT",
  } as const;
  expect(await checkPort(need, 0)).toMatchObject({
    state: "fail",
    found: `TCP 127.0.0.1:${port} is taken by another program`,
    remedy: expect.stringContaining("SAMEROOM_HTTP_PORT"),
  });
  await new Promise((resolve) => server.close(resolve));
  expect(await checkPort(need, 0)).toMatchObject({ state: "ok" });
});

test("a taken port that nobody asked for is pointed out, and Sameroom starts without what it is for", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const need = {
    name: "RTMP",
    protocol: "tcp",
    port,
    bind: ["127.0.0.1"],
    variable: "V",
    without: "RTMP",
  } as const;
  const result = await checkPort(need, 0);
  expect(result).toMatchObject({ state: "warn", found: expect.stringContaining("starting without RTMP") });
  expect(passed([result])).toBe(true);
  await new Promise((resolve) => server.close(resolve));
});

test("a port that becomes free while we wait is no fault", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const need = { name: "web", protocol: "tcp", port, bind: ["127.0.0.1"], variable: "V" } as const;
  const result = checkPort(need, 20_000);
  server.close();
  expect(await result).toMatchObject({ state: "ok" });
});

test("a taken UDP port and an address this machine does not have are told apart", async () => {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  const need = { name: "media", protocol: "udp", port, bind: ["127.0.0.1"], variable: "V" } as const;
  expect(await checkPort(need, 0)).toMatchObject({ state: "fail", found: expect.stringContaining("taken") });
  socket.close();
  expect(await checkPort({ ...need, bind: ["203.0.113.9"] }, 0)).toMatchObject({
    state: "fail",
    remedy: expect.stringContaining("SAMEROOM_BIND"),
  });
});

test("a datagram really goes to the announced address", async () => {
  expect(await checkUdpReach("127.0.0.1", { bind: ["0.0.0.0"], port: 0 })).toMatchObject({ state: "ok" });
});

test("an announced address that nothing listens on is a fault, a foreign one cannot be tested", async () => {
  const options = { bind: ["::1"], port: 0, timeoutMs: 50 };
  expect(await checkUdpReach("127.0.0.1", options)).toMatchObject({ state: "fail" });
  expect(await checkUdpReach("203.0.113.9", { ...options, bind: ["0.0.0.0"] })).toMatchObject({
    state: "warn",
    remedy: expect.stringContaining("203.0.113.9"),
  });
});

test("the data directory is created and written to; a file in its place is a fault", async () => {
  expect(await checkDataDirectory(join(directory, "new"))).toMatchObject({
    found: expect.stringContaining("is writable"),
  });
  writeFileSync(join(directory, "file"), "");
  expect(await checkDataDirectory(join(directory, "file", "data"))).toMatchObject({
    state: "fail",
    remedy: expect.stringContaining("SAMEROOM_DATA_DIR"),
  });
});

test("little space is pointed out, too little is a fault", () => {
  expect(spaceResult("Data", "/d", 100 * 2 ** 20)).toMatchObject({
    state: "fail",
    found: "/d is writable, 100 MiB free",
  });
  expect(spaceResult("Data", "/d", 2 ** 30)).toMatchObject({ state: "warn" });
  expect(spaceResult("Data", "/d", 50 * 2 ** 30)).toMatchObject({ state: "ok" });
});

test("a missing web app is pointed out", async () => {
  expect(await checkWebBuild(directory)).toMatchObject({ state: "warn" });
  writeFileSync(join(directory, "index.html"), "<!doctype html>");
  expect(await checkWebBuild(directory)).toMatchObject({ state: "ok" });
});

test("the addon is loaded and opens a socket", async () => {
  expect(await checkAddon()).toMatchObject({ state: "ok" });
});

test("one fault fails the whole test; ports of the running Sameroom are left alone", async () => {
  const config = readConfig({ SAMEROOM_DATA_DIR: directory });
  const results = await selfTest(config, { heldBy: 4711 });
  expect(passed(results)).toBe(true);
  expect(results.some(({ found }) => found.includes("process 4711"))).toBe(true);
  expect(passed([...results, { name: "x", state: "fail", found: "y" }])).toBe(false);
});

test("the table says in words what was found and what to do", () => {
  const table = resultTable(
    [
      { name: "Node version", state: "ok", found: "20.19.0" },
      { name: "Port", state: "fail", found: "taken", remedy: "Stop it." },
    ],
    paintFor({}, {}),
  );
  expect(table.split("\n")).toEqual([
    "  ok     Node version  20.19.0",
    "  FAULT  Port          taken",
    "                       -> Stop it.",
  ]);
});
