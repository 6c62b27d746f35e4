import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOM_TOKEN_ALGORITHM, type RoomRole } from "@sameroom/contract";
import { type CryptoKey, exportJWK, generateKeyPair } from "jose";
import { freePorts } from "../../testing/free-ports.ts";
import { Program } from "../harness/program.ts";
import { signRoomToken, TOKEN_KEY_ID } from "../harness/room-tokens.ts";
import { until } from "../harness/until.ts";

const MAIN = fileURLToPath(new URL("../../apps/control/dist/main.js", import.meta.url));

/** Control as it ships, with the embedded database, a process of its own without media; one room is there. */
export class ControlProcess {
  readonly port: number;
  readonly #program: Program;
  readonly #directory: string;
  readonly #key: CryptoKey;

  private constructor(program: Program, directory: string, key: CryptoKey, port: number) {
    this.#program = program;
    this.#directory = directory;
    this.#key = key;
    this.port = port;
  }

  /** `profileTo`: a folder for CPU profiles of its threads, written when it is closed. */
  static async start(room: string, profileTo?: string): Promise<ControlProcess> {
    const directory = await mkdtemp(join(tmpdir(), "sameroom-bench-"));
    const keys = await generateKeyPair(ROOM_TOKEN_ALGORITHM, { crv: "Ed25519", extractable: true });
    const secrets = {
      node: "a-node-secret-for-benchmarks-only",
      credentials: Buffer.alloc(32, 7).toString("base64url"),
      key: JSON.stringify({ ...(await exportJWK(keys.privateKey)), kid: TOKEN_KEY_ID }),
    };
    const files: Record<string, string> = {};
    for (const [name, text] of Object.entries(secrets)) {
      files[name] = join(directory, name);
      await writeFile(files[name], text);
    }
    const [port] = (await freePorts(1)) as [number];
    const profiling = profileTo === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(profileTo)}`];
    const program = new Program(process.execPath, [...profiling, MAIN], {
      cwd: directory,
      env: {
        SAMEROOM_DATA_DIR: join(directory, "data"),
        SAMEROOM_HTTP_PORT: String(port),
        SAMEROOM_BIND: "127.0.0.1",
        SAMEROOM_LOG_LEVEL: "error",
        SAMEROOM_NODE_SECRET_FILE: files.node!,
        SAMEROOM_TOKEN_KEY_FILE: files.key!,
        SAMEROOM_CREDENTIAL_KEY_FILE: files.credentials!,
      },
    });
    const control = new ControlProcess(program, directory, keys.privateKey, port);
    try {
      await until(
        "control is ready",
        async () => {
          program.assertRunning();
          return (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined))?.ok;
        },
        300_000,
      );
      await control.#makeRoom(room);
    } catch (error) {
      await control.close();
      throw error;
    }
    return control;
  }

  async #makeRoom(slug: string): Promise<void> {
    const account = { username: "bench", displayName: "Bench", password: "a long password" };
    const signUp = await this.#post("/api/accounts", account, "");
    const cookie = signUp.headers.get("set-cookie")?.split(";")[0] ?? "";
    const made = await this.#post("/api/rooms", { title: "Bench", slug }, cookie);
    if (made.status !== 201) throw new Error(`the room was not made: ${made.status} ${await made.text()}`);
  }

  #post(path: string, body: unknown, cookie: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify(body),
    });
  }

  get pid(): number {
    return this.#program.pid;
  }

  assertRunning(): void {
    this.#program.assertRunning();
  }

  mint(room: string, role: RoomRole, participant: string): Promise<string> {
    const atUnixS = Math.floor(Date.now() / 1000);
    return signRoomToken(this.#key, { room, role, participant, atUnixS });
  }

  async close(): Promise<void> {
    await this.#program.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
