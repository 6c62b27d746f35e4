import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MintedToken } from "@sameroom/contract";
import { freePorts } from "../../testing/free-ports.ts";
import { Program } from "./program.ts";
import { until } from "./until.ts";

const CLI = fileURLToPath(new URL("../../apps/cli/dist/main.js", import.meta.url));

interface Ports {
  http: number;
  mediaHttp: number;
  rtmp: number;
  srt: number;
}

/** All of Sameroom, as `npm start` runs it, on loopback with a data directory of its own. */
export class SameroomApp {
  readonly url: string;
  readonly #program: Program;
  readonly #directory: string;

  readonly mediaUrl: string;
  readonly rtmpPort: number;
  readonly srtPort: number;

  private constructor(program: Program, directory: string, ports: Ports) {
    this.#program = program;
    this.#directory = directory;
    this.url = `http://127.0.0.1:${ports.http}`;
    this.mediaUrl = `http://127.0.0.1:${ports.mediaHttp}`;
    this.rtmpPort = ports.rtmp;
    this.srtPort = ports.srt;
  }

  /** `environment`: settings beside those that every benchmark has. */
  static async start(environment: Record<string, string> = {}): Promise<SameroomApp> {
    const directory = await mkdtemp(join(tmpdir(), "sameroom-bench-"));
    const ports = await freePorts(5);
    const [http, mediaHttp, udp, rtmp, srt] = ports as [number, number, number, number, number];
    const program = new Program(process.execPath, [CLI, "start"], {
      cwd: directory,
      env: {
        SAMEROOM_DATA_DIR: join(directory, "data"),
        SAMEROOM_HTTP_PORT: String(http),
        SAMEROOM_MEDIA_HTTP_PORT: String(mediaHttp),
        SAMEROOM_MEDIA_UDP_PORT: String(udp),
        SAMEROOM_RTMP_PORT: String(rtmp),
        SAMEROOM_SRT_PORT: String(srt),
        SAMEROOM_BIND: "127.0.0.1",
        ...environment,
      },
    });
    const app = new SameroomApp(program, directory, { http, mediaHttp, rtmp, srt });
    try {
      await until(
        "Sameroom is ready",
        () => {
          program.assertRunning();
          return program.output.includes("everything is ready");
        },
        90_000,
      );
    } catch (error) {
      await app.close();
      throw error;
    }
    return app;
  }

  /** Of the supervisor. */
  get pid(): number {
    return this.#program.pid;
  }

  /** An address of the media port as REST gives it, on loopback. */
  mediaAddress(url: string): string {
    return new URL(url.replace(/^:\d+/, this.mediaUrl), this.mediaUrl).href;
  }

  /** A REST call with a session's cookie; throws unless it succeeds. */
  async request(method: string, path: string, cookie: string): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, { method, headers: { origin: this.url, cookie } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  /** A room token as a session gets it. */
  async mint(room: string, cookie: string): Promise<MintedToken> {
    return (await (await this.#post(`/api/rooms/${room}/tokens`, {}, cookie)).json()) as MintedToken;
  }

  /** A new account with a room of the same name: its session cookie. */
  async createHost(slug: string): Promise<{ name: string; value: string; url: string }> {
    const account = { username: slug, displayName: slug, password: "a long enough password" };
    const signedUp = await this.#post("/api/accounts", account);
    const [cookie = ""] = signedUp.headers.getSetCookie();
    const [pair = ""] = cookie.split(";");
    await this.#post("/api/rooms", { slug, title: `The ${slug} show` }, pair);
    const at = pair.indexOf("=");
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: this.url };
  }

  async close(): Promise<void> {
    await this.#program.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #post(path: string, body: object, cookie?: string): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: this.url,
        ...(cookie === undefined ? {} : { cookie }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
