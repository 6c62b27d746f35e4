import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { ChildToSupervisor } from "@sameroom/contract";
import { NODE_SECRET, TOKEN_KEY } from "./control.fixture.ts";

/** Control as it is shipped, in a process of its own under a supervisor's IPC. Compile it first. */
export interface ControlProcess {
  readonly child: ChildProcess;
  readonly messages: ChildToSupervisor[];
  /** Resolves with the first message of a type; rejects when the process ends before. */
  message<Type extends ChildToSupervisor["type"]>(
    type: Type,
  ): Promise<Extract<ChildToSupervisor, { type: Type }>>;
  output(): string;
  /** Kills it, if it still runs. */
  kill(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return free;
}

/** Writes the secrets of tests to where {@link startControlProcess} has control look for them. */
export function writeSecrets(dataDir: string): void {
  mkdirSync(join(dataDir, "secrets"));
  writeFileSync(join(dataDir, "secrets", "node"), NODE_SECRET);
  writeFileSync(join(dataDir, "secrets", "credentials"), Buffer.alloc(32, 7).toString("base64url"));
  const jwk = TOKEN_KEY.privateKey.export({ format: "jwk" });
  writeFileSync(join(dataDir, "secrets", "key"), JSON.stringify({ ...jwk, kid: "k" }));
}

export function startControlProcess(options: {
  dataDir: string;
  port: number;
  environment?: Record<string, string>;
}): ControlProcess {
  const { dataDir, port } = options;
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../dist/main.js")], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...{ PATH: process.env.PATH, SAMEROOM_DATA_DIR: dataDir, SAMEROOM_HTTP_PORT: String(port) },
      ...{ SAMEROOM_BIND: "127.0.0.1", SAMEROOM_LOG_LEVEL: "info" },
      SAMEROOM_NODE_SECRET_FILE: join(dataDir, "secrets", "node"),
      SAMEROOM_TOKEN_KEY_FILE: join(dataDir, "secrets", "key"),
      SAMEROOM_CREDENTIAL_KEY_FILE: join(dataDir, "secrets", "credentials"),
      ...options.environment,
    },
  });
  const messages: ChildToSupervisor[] = [];
  let text = "";
  const listeners = new Set<() => void>();
  child.on("message", (message) => {
    messages.push(message as ChildToSupervisor);
    for (const listener of listeners) listener();
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (text += chunk));
  return {
    child,
    messages,
    output: () => text,
    message: (type) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = messages.find((message) => message.type === type);
          if (found !== undefined) resolve(found as never);
        };
        listeners.add(look);
        child.once("exit", (code) => reject(new Error(`ended with ${code}: ${text}`)));
        look();
      }),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
