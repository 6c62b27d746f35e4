import { readFile, stat } from "node:fs/promises";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { type Log, type Timers, toError } from "@sameroom/base";
import type { TlsFiles } from "./rtmp-config.ts";

/** How often the files are looked at. */
const CHECK_INTERVAL_MS = 10_000;

export interface TlsCertificateOptions {
  files: TlsFiles;
  timers: Timers;
  log: Log;
}

/** A certificate and its key, read again when the files change; connections that are open keep the old ones. */
export class TlsCertificate {
  readonly #files: TlsFiles;
  readonly #timers: Timers;
  readonly #log: Log;
  #context: SecureContext;
  #seen: string;
  #cancel: () => void = () => {};
  #isClosed = false;

  /** Reads both files; rejects when they are not there, or do not fit together. */
  static async open({ files, timers, log }: TlsCertificateOptions): Promise<TlsCertificate> {
    const seen = await fingerprint(files);
    return new TlsCertificate({ files, timers, log }, seen, await load(files));
  }

  private constructor({ files, timers, log }: TlsCertificateOptions, seen: string, context: SecureContext) {
    this.#files = files;
    this.#timers = timers;
    this.#log = log;
    this.#seen = seen;
    this.#context = context;
    this.#schedule();
  }

  /** The server's side of TLS on a connection. */
  secure(socket: Socket): TLSSocket {
    return new TLSSocket(socket, { isServer: true, secureContext: this.#context });
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  #schedule(): void {
    this.#cancel = this.#timers.after(CHECK_INTERVAL_MS, () => {
      void this.#check().then(() => {
        if (!this.#isClosed) this.#schedule();
      });
    });
  }

  /** Half a change (the certificate is new, the key is not yet) does no harm: the old pair stays until both fit. */
  async #check(): Promise<void> {
    try {
      const seen = await fingerprint(this.#files);
      if (seen === this.#seen) return;
      this.#context = await load(this.#files);
      this.#seen = seen;
      this.#log.info("the TLS certificate was read again");
    } catch (thrown) {
      this.#log.warn("the TLS certificate cannot be read again: the old one stays", {
        error: toError(thrown).message,
      });
    }
  }
}

async function load({ certFile, keyFile }: TlsFiles): Promise<SecureContext> {
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  return createSecureContext({ cert, key, minVersion: "TLSv1.2" });
}

/** Changes with either file. */
async function fingerprint({ certFile, keyFile }: TlsFiles): Promise<string> {
  const stats = await Promise.all([stat(certFile), stat(keyFile)]);
  return stats.map(({ ino, mtimeMs, size }) => `${ino}:${mtimeMs}:${size}`).join(" ");
}
