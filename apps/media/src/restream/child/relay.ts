import { once } from "node:events";
import { type AddressInfo, connect, createServer, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { resolveTarget } from "./target-address.ts";
import { TargetFault } from "./target-fault.ts";

export interface RelayOptions {
  host: string;
  port: number;
  /** RTMPS: certificate and name are verified. */
  tls: boolean;
  allowPrivate: boolean;
}

/** To connect, TLS included, ms. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * A way from a port of this machine, which takes one connection, to a target. FFmpeg speaks RTMP into it: so names are
 * resolved, addresses checked and certificates verified here, and the reason why it breaks is known.
 */
export class Relay {
  readonly #outside: Socket;
  /** Loopback port for FFmpeg. */
  readonly port: number;
  #waiters: (() => void)[] = [];
  #fault: TargetFault | undefined;
  #ended = false;
  /** The target closed it, or it broke: once. */
  onEnded: () => void = () => {};

  /** Connects to the target; rejects with a `TargetFault`. */
  static async open(options: RelayOptions): Promise<Relay> {
    const addresses = await resolveTarget(options.host, options.allowPrivate);
    const checked: LookupFunction = (_name, wanted, use) => {
      if (wanted.all === true) use(null, addresses);
      else use(null, addresses[0]!.address, addresses[0]!.family);
    };
    const { port, tls } = options;
    const host = options.host.replace(/^\[|\]$/g, "");
    const outside = tls
      ? connectTls({ host, port, servername: /[:]|^[\d.]+$/.test(host) ? "" : host, lookup: checked })
      : connect({ host, port, lookup: checked });
    const timer = setTimeout(
      () => outside.destroy(Object.assign(new Error("timed out"), { code: "ETIMEDOUT" })),
      CONNECT_TIMEOUT_MS,
    );
    try {
      await once(outside, tls ? "secureConnect" : "connect");
    } catch (error) {
      throw TargetFault.ofConnecting(error as NodeJS.ErrnoException);
    } finally {
      clearTimeout(timer);
    }
    outside.setNoDelay(true);
    const server = createServer({ noDelay: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const relay = new Relay(outside, (server.address() as AddressInfo).port);
    server.once("connection", (inside) => {
      server.close();
      relay.#join(inside);
    });
    outside.once("close", () => server.close());
    return relay;
  }

  private constructor(outside: Socket, port: number) {
    this.#outside = outside;
    this.port = port;
    outside.on("error", (error: NodeJS.ErrnoException) => {
      this.#fault ??= new TargetFault("lost", error.code ?? error.message);
    });
    outside.on("close", () => {
      this.#ended = true;
      this.#release();
      this.onEnded();
    });
    outside.on("drain", () => this.#release());
  }

  /** Bytes that the target was sent. */
  get bytesSent(): number {
    return this.#outside.bytesWritten - this.#outside.writableLength;
  }

  /** Why the way is broken; undefined while it is not, and when the target closed it in order. */
  get fault(): TargetFault | undefined {
    return this.#fault;
  }

  /** Resolves when what was written is out of our hands, or the way is broken. */
  drained(): Promise<void> {
    if (this.#ended || !this.#outside.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Resolves when FFmpeg has closed its side and all it said is out of our hands, or the way is broken. */
  finished(): Promise<void> {
    const outside = this.#outside;
    if (outside.writableFinished || outside.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      outside.once("finish", resolve);
      outside.once("close", resolve);
    });
  }

  close(): void {
    this.#outside.destroy();
  }

  /** Everything is taken from FFmpeg at once; who feeds it waits for `drained`. */
  #join(inside: Socket): void {
    const outside = this.#outside;
    inside.on("data", (bytes) => outside.write(bytes));
    outside.on("data", (bytes) => inside.write(bytes));
    inside.on("error", () => outside.destroy());
    inside.on("close", () => outside.end());
    outside.on("close", () => inside.destroy());
    outside.on("end", () => inside.end());
    if (outside.destroyed) inside.destroy();
  }

  #release(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
