import { type ChildProcess, fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ChildToSupervisor, childToSupervisorSchema } from "@sameroom/contract";
import { exportJWK, generateKeyPair } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

const { PATH = "" } = process.env;
const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

describe("the media process", () => {
  let directory: string;
  let environment: Record<string, string>;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "sameroom-media-"));
    const { publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519" });
    await writeFile(
      join(directory, "jwks.json"),
      JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "k" }] }),
    );
    await writeFile(join(directory, "secret"), "a-node-secret-for-tests-only");
    environment = {
      SAMEROOM_DATA_DIR: directory,
      SAMEROOM_MEDIA_HTTP_PORT: "0",
      SAMEROOM_MEDIA_UDP_PORT: "0",
      SAMEROOM_RTMP_PORT: "0",
      SAMEROOM_SRT_PORT: "0",
      SAMEROOM_BIND: "127.0.0.1",
      SAMEROOM_NODE_SECRET_FILE: join(directory, "secret"),
      SAMEROOM_TOKEN_JWKS_FILE: join(directory, "jwks.json"),
      SAMEROOM_CONTROL_LINK_URL: "ws://127.0.0.1:9/internal/link",
    };
  });
  afterEach(() => {
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  function start(more: Record<string, string> = {}) {
    const child = fork(MAIN, {
      execArgv: ["--conditions=source", "--import", "tsx"],
      env: { PATH, ...environment, ...more },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    children.push(child);
    const messages: ChildToSupervisor[] = [];
    let output = "";
    child.on("message", (message) => messages.push(childToSupervisorSchema.parse(message)));
    child.stdout!.on("data", (data) => (output += data));
    child.stderr!.on("data", (data) => (output += data));
    const exited = once(child, "exit") as Promise<[number | null, string | null]>;
    return { child, messages, exited, output: () => output };
  }

  async function startReady() {
    const process = start();
    const first = await Promise.race([once(process.child, "message"), process.exited]);
    expect(first[0], process.output()).toMatchObject({ type: "ready" });
    return process;
  }

  it("says when it is ready, and answers", async () => {
    const { messages } = await startReady();
    const [ready] = messages;
    if (ready?.type !== "ready") throw new Error("not ready");
    expect(ready.urls.length).toBeGreaterThan(0);
    expect((await fetch(`${ready.urls[0]}/health`)).status).toBe(200);
  });

  it.each([
    ["SIGTERM", (child: ChildProcess) => child.kill("SIGTERM")],
    ["a message of the supervisor", (child: ChildProcess) => child.send({ type: "shutdown" })],
    ["the end of the supervisor", (child: ChildProcess) => child.disconnect()],
  ])("exits cleanly on %s", async (_name, end) => {
    const { child, exited, output } = await startReady();
    end(child);
    const [code, signal] = await exited;
    expect({ code, signal }, output()).toEqual({ code: 0, signal: null });
  });

  it("names every fault of its configuration and exits with 1", async () => {
    const { messages, exited, output } = start({
      SAMEROOM_MEDIA_HTTP_PORT: "99999",
      SAMEROOM_BIND: "localhost",
      SAMEROOM_WORKER: "Bad Name",
      SAMEROOM_TOKEN_JWKS_FILE: "",
    });
    const [code] = await exited;
    expect(code).toBe(1);
    for (const name of ["MEDIA_HTTP_PORT", "BIND", "WORKER", "TOKEN_JWKS_FILE"]) {
      expect(output()).toContain(`SAMEROOM_${name}`);
    }
    expect(messages).toMatchObject([{ type: "fatal" }]);
  });

  it("says what to do when a port is taken, TCP or UDP", async () => {
    const tcp = createServer().listen(0, "127.0.0.1");
    await once(tcp, "listening");
    const udp = createSocket("udp4").bind(0, "127.0.0.1");
    await once(udp, "listening");
    try {
      for (const [name, port] of [
        ["SAMEROOM_MEDIA_HTTP_PORT", (tcp.address() as AddressInfo).port],
        ["SAMEROOM_MEDIA_UDP_PORT", udp.address().port],
        ["SAMEROOM_RTMP_PORT", (tcp.address() as AddressInfo).port],
        ["SAMEROOM_SRT_PORT", udp.address().port],
      ] as const) {
        const { messages, exited, output } = start({ [name]: String(port) });
        expect((await exited)[0]).toBe(1);
        const [fatal] = messages;
        if (fatal?.type !== "fatal") throw new Error(output());
        expect(fatal.hint).toContain(name);
        expect(fatal.message).toContain(String(port));
      }
    } finally {
      tcp.close();
      udp.close();
    }
  });

  it("cannot serve RTMPS without a certificate, and says which files it wants", async () => {
    const { messages, exited } = start({
      SAMEROOM_RTMPS_PORT: "0",
      SAMEROOM_TLS_CERT_FILE: join(directory, "nothing.pem"),
      SAMEROOM_TLS_KEY_FILE: join(directory, "nothing.key"),
    });
    expect((await exited)[0]).toBe(1);
    expect(messages).toMatchObject([
      { type: "fatal", hint: expect.stringContaining("SAMEROOM_TLS_CERT_FILE") },
    ]);
  });

  it("cannot start without its keys", async () => {
    const { messages, exited } = start({ SAMEROOM_TOKEN_JWKS_FILE: join(directory, "nothing.json") });
    expect((await exited)[0]).toBe(1);
    expect(messages).toMatchObject([{ type: "fatal", message: expect.stringContaining("nothing.json") }]);
  });
});
