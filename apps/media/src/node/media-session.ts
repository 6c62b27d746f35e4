/** What every media session has. */
export interface MediaSessionState {
  /** Unguessable; names the session in URLs and on the link. */
  id: string;
  room: string;
  /** Wall clock, ms since 1970. */
  sinceUnixMs: number;
  /** The same moment on the monotonic clock, ms. */
  sinceMs: number;
}
