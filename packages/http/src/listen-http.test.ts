import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, get as plainGet } from "node:http";
import { type ClientHttp2Session, connect as connectHttp2, constants } from "node:http2";
import { get } from "node:https";
import { type AddressInfo, connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { silentLog } from "@sameroom/base";
import { FakeClock } from "@sameroom/base/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Listening, type ListenOptions, listenHttp } from "./listen-http.ts";
import { SELF_SIGNED, type TestCertificate } from "./testing/self-signed.ts";
import { TlsCertificate, TlsFilesError } from "./tls-certificate.ts";
import { trustingOwn } from "./trusting-own.ts";

const [FIRST, SECOND] = SELF_SIGNED;
const ca = FIRST.cert;

describe("an HTTP port", () => {
  let directory: string;
  let clock: FakeClock;
  let warnings: string[];
  const closers: (() => unknown)[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "sameroom-http-"));
    clock = new FakeClock();
    warnings = [];
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await rm(directory, { recursive: true, force: true });
    expect(clock.pending).toBe(0);
  });

  const files = () => ({ certFile: join(directory, "cert.pem"), keyFile: join(directory, "key.pem") });
  async function write({ cert, key }: TestCertificate): Promise<void> {
    await writeFile(files().certFile, cert);
    await writeFile(files().keyFile, key);
  }
  async function openCertificate(pair = FIRST): Promise<TlsCertificate> {
    await write(pair);
    const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
    const certificate = await TlsCertificate.open({ files: files(), timers: clock, log });
    closers.push(() => certificate.close());
    return certificate;
  }

  /** Answers with the version the request came in, and what it said. */
  async function listen(options: Partial<ListenOptions> = {}): Promise<Listening> {
    const listening = await listenHttp({
      ...{ hosts: ["127.0.0.1"], port: 0, requestTimeoutMs: 5000, keepAliveMs: 5000, certificate: undefined },
      onRequest: (request, response) => {
        void text(request).then(
          (body) => response.end(`${request.httpVersion} ${request.method} ${body}`),
          () => {},
        );
      },
      ...options,
    });
    closers.push(() => listening.close());
    return listening;
  }
  function openSession({ port }: Listening): ClientHttp2Session {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca });
    session.on("error", () => {});
    closers.push(() => session.destroy());
    return session;
  }

  it("in the clear speaks HTTP/1.1", async () => {
    const { port } = await listen();
    const [response] = (await once(plainGet({ port, host: "127.0.0.1" }), "response")) as [IncomingMessage];
    expect(await text(response)).toBe("1.1 GET ");
  });

  it("with a certificate speaks HTTP/2 and HTTP/1.1, whichever the client prefers", async () => {
    const listening = await listen({ certificate: await openCertificate() });
    const stream = openSession(listening).request({ ":path": "/", ":method": "POST" });
    stream.end("hello");
    expect(await text(stream)).toBe("2.0 POST hello");
    const request = get({ port: listening.port, host: "127.0.0.1", ca });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    expect(await text(response)).toBe("1.1 GET ");
  });

  it("with a certificate hands upgrades on, beside HTTP/2", async () => {
    const { servers, port } = await listen({ certificate: await openCertificate() });
    servers[0]!.on("upgrade", (_request, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      socket.pipe(socket);
    });
    const headers = { connection: "upgrade", upgrade: "echo" };
    const request = get({ port, host: "127.0.0.1", ca, headers });
    const [, socket] = await once(request, "upgrade");
    socket.write("over TLS");
    const [echo] = await once(socket, "data");
    expect(String(echo)).toBe("over TLS");
  });

  it("serves a new certificate once both files fit together, and keeps the old one until then", async () => {
    const { port } = await listen({ certificate: await openCertificate() });
    const shown = async () => {
      const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
      await once(socket, "secureConnect");
      const certificate = socket.getPeerX509Certificate()!.toString().trim();
      socket.destroy();
      return certificate;
    };
    expect(await shown()).toBe(FIRST.cert);
    await writeFile(files().certFile, SECOND.cert);
    await lookAgain(() => warnings.length > 0);
    expect(warnings[0]).toContain("the old one stays");
    expect(await shown()).toBe(FIRST.cert);
    await write(SECOND);
    await lookAgain(async () => (await shown()) === SECOND.cert);
  });

  /** The files are read by the real disk, in a time of its own. */
  async function lookAgain(isDone: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isDone())) {
      clock.advance(10_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it("cannot be had with a key that is another certificate's", async () => {
    await write({ cert: FIRST.cert, key: SECOND.key });
    const opening = TlsCertificate.open({ files: files(), timers: clock, log: silentLog });
    await expect(opening).rejects.toThrow(TlsFilesError);
  });

  it("cuts off bodies that drip in, over HTTP/2 as over HTTP/1.1", async () => {
    const listening = await listen({ certificate: await openCertificate(), requestTimeoutMs: 50 });
    const stream = openSession(listening).request({ ":path": "/", ":method": "POST" });
    stream.on("error", () => {});
    stream.write("and never more");
    await once(stream, "close");
    expect(stream.rstCode).toBe(constants.NGHTTP2_CANCEL);
  });

  it("that is taken says which", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    closers.push(() => taken.close());
    const { port } = taken.address() as AddressInfo;
    await expect(listen({ port })).rejects.toMatchObject({
      code: "EADDRINUSE",
      message: expect.stringContaining(`127.0.0.1 port ${port}`),
    });
  });

  it("closes with everything that hangs on it", async () => {
    const listening = await listen({ certificate: await openCertificate(), onRequest: () => {} });
    const session = openSession(listening);
    const held = session.request({ ":path": "/" });
    held.on("error", () => {});
    const silent = connectTcp(listening.port, "127.0.0.1");
    await Promise.all([once(session, "connect"), once(silent, "connect")]);
    const gone = Promise.all([once(session, "close"), once(held, "close"), once(silent, "close")]);
    await listening.close();
    await gone;
  });

  describe("called by a program of the same installation", () => {
    it("is trusted by its certificate, whoever vouches for it", async () => {
      const certificate = await openCertificate();
      const { port } = await listen({ certificate });
      const socket = await trustingOwn(certificate, { host: "127.0.0.1", port });
      socket.write("GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n");
      expect(await text(socket)).toContain("1.1 GET");
    });

    it("is refused with another certificate, and told nothing", async () => {
      const certificate = await openCertificate(FIRST);
      const { port } = await listen({ certificate });
      const another = await openCertificate(SECOND);
      await expect(trustingOwn(another, { host: "127.0.0.1", port })).rejects.toThrow("neither ours");
    });
  });
});
