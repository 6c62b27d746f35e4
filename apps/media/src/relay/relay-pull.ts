import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { type Backoff, createBackoff, type Log, type Random, type Timers } from "@sameroom/base";
import { MEDIA_PATHS, type StageVisitor } from "@sameroom/contract";
import { type TlsCertificate, trustingOwn } from "@sameroom/http";
import type { EncoderFeed } from "../ingest/encoder/types.ts";
import { RelayParser } from "./relay-frame.ts";

export interface RelayPullOptions {
  visitor: StageVisitor & { from: string };
  /** Node secret, sent as bearer. */
  secret: string;
  /** Ours: a worker with the same one is trusted whatever address it is called by. */
  certificate: TlsCertificate | undefined;
  /** A place for the host in this worker. Throws `MediaError` when there is none. */
  open: (visitor: StageVisitor, onClosed: () => void) => EncoderFeed;
  timers: Timers;
  random: Pick<Random, "next">;
  log: Log;
}

const RETRY = { baseMs: 300, maxMs: 5_000 };
/** Nothing came for so long: the connection is dead, ms. */
const SILENT_MS = 8_000;

/** The host of a room on another worker, brought here for as long as it is wanted; tries again when it breaks. */
export class RelayPull {
  readonly #options: RelayPullOptions;
  readonly #backoff: Backoff;
  #request: ClientRequest | undefined;
  #feed: EncoderFeed | undefined;
  #cancelRetry = () => {};
  #closed = false;

  constructor(options: RelayPullOptions) {
    this.#options = options;
    this.#backoff = createBackoff({ ...RETRY, random: options.random });
    void this.#connect();
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#cancelRetry();
    this.#drop();
  }

  async #connect(): Promise<void> {
    const { visitor, secret, certificate } = this.#options;
    try {
      const url = new URL(`${visitor.from}${MEDIA_PATHS.relay(visitor.room)}`);
      const secure = url.protocol === "https:";
      const port = Number(url.port || (secure ? 443 : 80));
      const socket =
        secure && certificate !== undefined
          ? await trustingOwn(certificate, { host: url.hostname.replace(/^\[|\]$/g, ""), port })
          : undefined;
      if (this.#closed) return void socket?.destroy();
      // Over the socket that is there TLS is done already.
      const send = secure && socket === undefined ? requestHttps : requestHttp;
      const request = send({
        ...{ host: url.hostname.replace(/^\[|\]$/g, ""), port, path: url.pathname, agent: false },
        headers: { authorization: `Bearer ${secret}` },
        ...(socket && { createConnection: () => socket }),
      });
      this.#request = request;
      request.once("response", (response) => this.#read(request, response));
      request.once("error", (error) => this.#failed(request, error.message));
      request.setTimeout(SILENT_MS, () => request.destroy(new Error("nothing comes")));
      request.end();
    } catch (error) {
      this.#retry((error as Error).message);
    }
  }

  #read(request: ClientRequest, response: IncomingMessage): void {
    if (response.statusCode !== 200) {
      response.destroy();
      this.#failed(request, `answered ${response.statusCode}`);
      return;
    }
    const parser = new RelayParser();
    let beganMicros: number | undefined;
    response.on("data", (piece: Buffer) => {
      try {
        for (const { captureMicros, ...unit } of parser.push(piece)) {
          this.#feed ??= this.#options.open(this.#options.visitor, () =>
            this.#failed(request, "its place is gone"),
          );
          // A line of its own: encoders count from wherever they begin.
          beganMicros ??= captureMicros;
          this.#feed.push({ ...unit, ptsMicros: captureMicros - beganMicros });
          this.#backoff.reset();
        }
      } catch (error) {
        this.#failed(request, (error as Error).message);
      }
    });
    response.once("close", () => this.#failed(request, "the other worker has closed it"));
  }

  #failed(request: ClientRequest, why: string): void {
    if (this.#request !== request) return;
    this.#drop();
    this.#retry(why);
  }

  #retry(why: string): void {
    if (this.#closed) return;
    const { visitor, timers, log } = this.#options;
    log.info("the host of another worker is asked for again", {
      room: visitor.room,
      from: visitor.from,
      why,
    });
    this.#cancelRetry = timers.after(this.#backoff.nextMs(), () => void this.#connect());
  }

  #drop(): void {
    const [request, feed] = [this.#request, this.#feed];
    this.#request = undefined;
    this.#feed = undefined;
    request?.destroy();
    feed?.close("left");
  }
}
