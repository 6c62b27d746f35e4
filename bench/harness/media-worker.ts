import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type MintedToken,
  PLAYBACK_TOKEN_TYPE,
  ROLE_GRANTS,
  ROOM_TOKEN_ALGORITHM,
  ROOM_TOKEN_ISSUER,
  type RoomRole,
  SDP_TYPE,
} from "@sameroom/contract";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { freePorts } from "../../testing/free-ports.ts";
import { Program } from "./program.ts";
import { signRoomToken, TOKEN_KEY_ID, TOKEN_LIFE_S } from "./room-tokens.ts";
import { until } from "./until.ts";

const MAIN = fileURLToPath(new URL("../../apps/media/dist/main.js", import.meta.url));
const SECRET = "a-node-secret-for-benchmarks-only";

export interface MediaWorkerOptions {
  /** For the process, e.g. `--cpu-prof`. */
  nodeArguments?: readonly string[];
  /** A further address of this machine to serve, beside loopback. */
  address?: string;
  /** Settings beside those that every benchmark has. */
  environment?: Record<string, string>;
}

/** The media worker as it ships, a process of its own without control, and the key that signs its tokens. */
export class MediaWorker {
  readonly url: string;
  readonly udpAddress: string;
  readonly rtmpPort: number;
  readonly srtPort: number;
  readonly #program: Program;
  readonly #directory: string;
  readonly #key: CryptoKey;

  private constructor(program: Program, directory: string, key: CryptoKey, ports: readonly number[]) {
    this.#program = program;
    this.#directory = directory;
    this.#key = key;
    this.url = `http://127.0.0.1:${ports[0]}`;
    this.udpAddress = `127.0.0.1:${ports[1]}`;
    this.rtmpPort = ports[2]!;
    this.srtPort = ports[3]!;
  }

  static async start({
    nodeArguments = [],
    address,
    environment = {},
  }: MediaWorkerOptions = {}): Promise<MediaWorker> {
    const directory = await mkdtemp(join(tmpdir(), "sameroom-bench-"));
    const { publicKey, privateKey } = await generateKeyPair(ROOM_TOKEN_ALGORITHM, { crv: "Ed25519" });
    const jwk = { ...(await exportJWK(publicKey)), kid: TOKEN_KEY_ID, alg: ROOM_TOKEN_ALGORITHM, use: "sig" };
    const jwks = join(directory, "jwks.json");
    const secret = join(directory, "node-secret");
    await writeFile(jwks, JSON.stringify({ keys: [jwk] }));
    await writeFile(secret, SECRET);
    const addresses = ["127.0.0.1", ...(address === undefined ? [] : [address])].join();
    const ports = await freePorts(4);
    const program = new Program(process.execPath, [...nodeArguments, MAIN], {
      cwd: directory,
      env: {
        SAMEROOM_DATA_DIR: directory,
        SAMEROOM_MEDIA_HTTP_PORT: String(ports[0]),
        SAMEROOM_MEDIA_UDP_PORT: String(ports[1]),
        SAMEROOM_RTMP_PORT: String(ports[2]),
        SAMEROOM_SRT_PORT: String(ports[3]),
        SAMEROOM_BIND: addresses,
        SAMEROOM_ANNOUNCE: addresses,
        SAMEROOM_NODE_SECRET_FILE: secret,
        SAMEROOM_TOKEN_JWKS_FILE: jwks,
        // Port 9 (discard): nobody answers there, as when control is away.
        SAMEROOM_CONTROL_LINK_URL: "ws://127.0.0.1:9/internal/link",
        SAMEROOM_LOG_LEVEL: "error",
        ...environment,
      },
    });
    const worker = new MediaWorker(program, directory, privateKey, ports);
    try {
      await until("the media worker answers", async () => {
        program.assertRunning();
        return (await fetch(`${worker.url}/health`).catch(() => undefined))?.ok;
      });
    } catch (error) {
      await worker.close();
      throw error;
    }
    return worker;
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** A room token as control mints it, for a participant of that name. */
  async mint(room: string, role: RoomRole, participant: string): Promise<MintedToken> {
    const nowS = Math.floor(Date.now() / 1000);
    const grants = ROLE_GRANTS[role];
    const token = await signRoomToken(this.#key, { room, role, participant, atUnixS: nowS });
    const expiresAt = new Date((nowS + TOKEN_LIFE_S) * 1000).toISOString();
    return {
      token,
      expiresAt,
      participant,
      role,
      grants,
      mediaUrl: this.url,
      iceServers: [],
      playback: null,
      prefer: "webrtc",
    };
  }

  /** A playback token for the room, as control mints it. */
  async mintPlayback(room: string): Promise<string> {
    const nowS = Math.floor(Date.now() / 1000);
    return new SignJWT({ room })
      .setProtectedHeader({ alg: ROOM_TOKEN_ALGORITHM, typ: PLAYBACK_TOKEN_TYPE, kid: TOKEN_KEY_ID })
      .setIssuer(ROOM_TOKEN_ISSUER)
      .setSubject("guest:bench")
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + TOKEN_LIFE_S)
      .sign(this.#key);
  }

  /** POSTs an offer; resolves with the answer and the session's address. Throws with what it said otherwise. */
  async openSession(path: string, token: string, offer: string): Promise<{ answer: string; url: string }> {
    const response = await fetch(`${this.url}${path}`, {
      method: "POST",
      headers: { "content-type": SDP_TYPE, authorization: `Bearer ${token}` },
      body: offer,
    });
    const answer = await response.text();
    if (response.status !== 201) throw new Error(`${path}: ${response.status} ${answer}`);
    return { answer, url: new URL(response.headers.get("location")!, this.url).href };
  }

  /** What its wire has counted since the start, by name. */
  async wireCounters(): Promise<Record<string, number>> {
    const response = await fetch(`${this.url}/metrics`, { headers: { authorization: `Bearer ${SECRET}` } });
    const lines = (await response.text()).matchAll(/^sameroom_media_wire\{counter="(\w+)"\} (\S+)$/gm);
    return Object.fromEntries([...lines].map(([, name, value]) => [name!, Number(value)]));
  }

  assertRunning(): void {
    this.#program.assertRunning();
  }

  async close(): Promise<void> {
    await this.#program.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
