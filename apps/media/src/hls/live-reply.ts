import type { IncomingMessage, ServerResponse } from "node:http";
import { type ErrorCode, PROBLEM_TYPE, problem } from "@sameroom/contract";
import { type ByteRange, parseByteRange } from "./byte-range.ts";
import type { EncodedText } from "./encoded-text.ts";

export const PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
export const MEDIA_TYPE = "video/mp4";

/** For pages of any origin: nothing here trusts cookies. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "content-length, content-range, date, retry-after",
} as const;

/** Answers a request for a playlist: compressed where the player takes it. */
export function replyText(
  request: IncomingMessage,
  response: ServerResponse,
  text: EncodedText,
  cacheControl: string,
): void {
  const zipped = acceptsGzip(request.headers["accept-encoding"]);
  const body = zipped ? text.gzip : text.plain;
  response.writeHead(200, {
    ...CORS,
    "content-type": PLAYLIST_TYPE,
    "content-length": body.length,
    "cache-control": cacheControl,
    vary: "accept-encoding",
    ...(zipped ? { "content-encoding": "gzip" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Answers with bytes that are in memory, or with the range of them that was asked for. The bytes are not copied. */
export function replyBytes(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  cacheControl: string,
): void {
  const range = startMedia(request, response, bytes.length, cacheControl);
  if (range === undefined) return;
  response.end(bytes.subarray(range.from, range.to + 1));
}

/**
 * Sends the head of an answer with media of `byteLength` bytes. Returns the bytes that are to follow; undefined when the answer
 * is complete already (HEAD, a range that cannot be met).
 */
export function startMedia(
  request: IncomingMessage,
  response: ServerResponse,
  byteLength: number,
  cacheControl: string,
): ByteRange | undefined {
  const range = parseByteRange(request.headers.range, byteLength);
  if (range === "unsatisfiable") {
    response.writeHead(416, { ...CORS, "content-range": `bytes */${byteLength}`, "content-length": 0 }).end();
    return undefined;
  }
  const { from, to } = range ?? { from: 0, to: byteLength - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...CORS,
    "content-type": MEDIA_TYPE,
    "content-length": to - from + 1,
    "accept-ranges": "bytes",
    "cache-control": cacheControl,
    ...(range === undefined ? {} : { "content-range": `bytes ${from}-${to}/${byteLength}` }),
  });
  if (request.method !== "HEAD") return { from, to };
  response.end();
  return undefined;
}

/** Sends the head of an answer with media of unknown length; false when the answer is complete already (HEAD). */
export function startStream(
  request: IncomingMessage,
  response: ServerResponse,
  cacheControl: string,
): boolean {
  response.writeHead(200, { ...CORS, "content-type": MEDIA_TYPE, "cache-control": cacheControl });
  if (request.method !== "HEAD") return true;
  response.end();
  return false;
}

/** Answers with a problem document (RFC 9457); closes the connection when the head of another answer is out already. */
export function replyProblem(
  response: ServerResponse,
  code: ErrorCode,
  { detail, retryAfterS }: { detail?: string | undefined; retryAfterS?: number | undefined } = {},
): void {
  if (response.headersSent) return void response.destroy();
  const body = problem(code, {
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterS === undefined ? {} : { retryAfter: retryAfterS }),
  });
  const text = JSON.stringify(body);
  response.writeHead(body.status, {
    ...CORS,
    "content-type": PROBLEM_TYPE,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }),
    ...(body.status === 401 ? { "www-authenticate": 'Bearer realm="sameroom"' } : {}),
  });
  response.end(text);
}

/** RFC 9110 section 12.5.3, as far as players use it. */
function acceptsGzip(header: string | string[] | undefined): boolean {
  return /(?:^|[,\s])gzip(?!\s*;\s*q=0(?:\.0*)?(?:,|\s|$))/i.test(String(header ?? ""));
}
