import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, type SecureContextOptions, TLSSocket } from "node:tls";
import { type Log, type Timers, toError } from "@sameroom/base";

/** How often the files are looked at. */
const CHECK_INTERVAL_MS = 10_000;

export interface TlsCertificateOptions {
  /** Certificate chain and private key, PEM. */
  files: { readonly certFile: string; readonly keyFile: string };
  timers: Timers;
  log: Log;
}

/** The files of a certificate cannot be used. */
export class TlsFilesError extends Error {
  constructor({ certFile, keyFile }: TlsCertificateOptions["files"], cause: Error) {
    super(`the TLS certificate ${certFile} with the key ${keyFile} cannot be used: ${cause.message}`, {
      cause,
    });
    this.name = "TlsFilesError";
  }
}

/** A server that takes another certificate for connections to come (`tls.Server`). */
export interface CertifiedServer {
  setSecureContext(options: SecureContextOptions): void;
}

/** What was read from the files. */
interface Pair {
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
  readonly leaf: X509Certificate;
}

/** A certificate and its key, read again when the files change; connections that are open keep the old ones. */
export class TlsCertificate {
  readonly #options: TlsCertificateOptions;
  readonly #servers = new Set<CertifiedServer>();
  #pair: Pair;
  #seen: string;
  #cancel: () => void = () => {};
  #isClosed = false;

  /** Reads both files; rejects with {@link TlsFilesError} when they are not there, or do not fit together. */
  static async open(options: TlsCertificateOptions): Promise<TlsCertificate> {
    try {
      const seen = await fingerprint(options.files);
      return new TlsCertificate(options, seen, await load(options.files));
    } catch (thrown) {
      throw new TlsFilesError(options.files, toError(thrown));
    }
  }

  private constructor(options: TlsCertificateOptions, seen: string, pair: Pair) {
    this.#options = options;
    this.#seen = seen;
    this.#pair = pair;
    this.#schedule();
  }

  /** The server's side of TLS on a connection. */
  secure(socket: Socket): TLSSocket {
    return new TLSSocket(socket, { isServer: true, secureContext: this.#pair.context });
  }

  /** Gives a server the certificate, and each newer one until this is closed. */
  equip(server: CertifiedServer): void {
    this.#servers.add(server);
    server.setSecureContext(this.#pair.options);
  }

  /** Whether a certificate in DER is this one. */
  isSame(der: Uint8Array): boolean {
    return this.#pair.leaf.raw.equals(der);
  }

  close(): void {
    this.#isClosed = true;
    this.#servers.clear();
    this.#cancel();
  }

  #schedule(): void {
    this.#cancel = this.#options.timers.after(CHECK_INTERVAL_MS, () => {
      void this.#check().then(() => {
        if (!this.#isClosed) this.#schedule();
      });
    });
  }

  /** Half a change (the certificate is new, the key is not yet) does no harm: the old pair stays until both fit. */
  async #check(): Promise<void> {
    const { files, log } = this.#options;
    try {
      const seen = await fingerprint(files);
      if (seen === this.#seen) return;
      this.#pair = await load(files);
      this.#seen = seen;
      for (const server of this.#servers) server.setSecureContext(this.#pair.options);
      log.info("the TLS certificate was read again");
    } catch (thrown) {
      log.warn("the TLS certificate cannot be read again: the old one stays", {
        error: toError(thrown).message,
      });
    }
  }
}

async function load({ certFile, keyFile }: TlsCertificateOptions["files"]): Promise<Pair> {
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  const options = { cert, key, minVersion: "TLSv1.2" } as const;
  return { options, context: createSecureContext(options), leaf: new X509Certificate(cert) };
}

/** Changes with either file. */
async function fingerprint({ certFile, keyFile }: TlsCertificateOptions["files"]): Promise<string> {
  const stats = await Promise.all([stat(certFile), stat(keyFile)]);
  return stats.map(({ ino, mtimeMs, size }) => `${ino}:${mtimeMs}:${size}`).join(" ");
}
