/**
 * Where to go after logging in: a path on this site. Anything else (another host, `//host`, a scheme, a control
 * character) becomes the home page, so that a crafted link cannot send anybody away.
 */
export function returnPath(next: unknown): string {
  if (typeof next !== "string" || !/^\/(?![/\\])[\x20-\x7e]*$/.test(next)) return "/";
  return next.startsWith("/log-in") || next.startsWith("/sign-up") ? "/" : next;
}
