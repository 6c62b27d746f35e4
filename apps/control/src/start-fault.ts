import { ListenError, TlsFilesError } from "@sameroom/http";
import { ConfigError } from "./config.ts";
import { DirectoryLockedError } from "./db/directory-lock.ts";
import { DatabaseUnreachableError } from "./db/external.ts";

/** Why control cannot start, for a person, and what to do about it. */
export function explainFault(error: unknown): { message: string; hint?: string } {
  const message = error instanceof Error ? error.message : String(error);
  const hint = hintFor(error);
  return hint === undefined ? { message } : { message, hint };
}

function hintFor(error: unknown): string | undefined {
  if (error instanceof ConfigError)
    return "Correct these environment variables; docs/guide/configuration.md describes them.";
  if (error instanceof DirectoryLockedError)
    return `Stop the Sameroom that runs already (process ${error.pid}), or set SAMEROOM_DATA_DIR to another directory.`;
  if (error instanceof DatabaseUnreachableError)
    return "Check DATABASE_URL and that PostgreSQL runs, or unset it to use the embedded database.";
  if (error instanceof ListenError) return listenHint(error.code);
  if (error instanceof TlsFilesError) return "Look at SAMEROOM_TLS_CERT_FILE and SAMEROOM_TLS_KEY_FILE.";
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR")
    return "The data directory must be writable: correct its owner, or set SAMEROOM_DATA_DIR.";
  if (code === "ENOSPC") return "The disk is full: make room for the data directory.";
  return undefined;
}

function listenHint(code: string): string {
  if (code === "EADDRINUSE")
    return "Another program uses this port: stop it, or set SAMEROOM_HTTP_PORT to another one.";
  if (code === "EADDRNOTAVAIL") return "This machine has no such address: correct SAMEROOM_BIND.";
  return "Ports below 1024 need privileges: set SAMEROOM_HTTP_PORT to a higher one.";
}
