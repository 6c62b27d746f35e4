/** What every media session has. */
export interface MediaSessionState {
  /** Unguessable; names the session in URLs and on the link. */
  id: string;
  room: string;
  sinceUnixMs: number;
}
