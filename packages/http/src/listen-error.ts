/** Listening failed; `code` is Node's (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`). */
export class ListenError extends Error {
  readonly code: string;

  constructor(address: string, port: number, cause: NodeJS.ErrnoException) {
    super(`cannot listen on ${address} port ${port}: ${cause.message}`, { cause });
    this.name = "ListenError";
    this.code = cause.code ?? "";
  }
}
