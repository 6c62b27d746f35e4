import cors from "@fastify/cors";
import rateLimit from "@fastify/rate-limit";
import type { Clock, Log } from "@sameroom/base";
import { type IceServerPlan, MEDIA_PATHS, SDP_FRAGMENT_TYPE, SDP_TYPE } from "@sameroom/contract";
import fastify, { type FastifyInstance } from "fastify";
import type { Authenticator } from "../auth/authenticator.ts";
import type { LiveOrigin } from "../hls/live-origin.ts";
import type { MediaNode } from "../node/media-node.ts";
import type { RelayOrigin } from "../relay/relay-origin.ts";
import { registerVod } from "../vod/register-vod.ts";
import type { VodOrigin } from "../vod/vod-origin.ts";
import { registerEvents } from "./events.ts";
import { registerLive } from "./live.ts";
import { createErrorHandler, sendProblem } from "./problems.ts";
import { registerRelay } from "./relay.ts";
import { createOwnedSession, registerSessions } from "./sessions.ts";
import { registerWhipWhep } from "./whip-whep.ts";

export interface ServerOptions {
  node: MediaNode;
  authenticator: Authenticator;
  clock: Clock;
  log: Log;
  /** Believe `X-Forwarded-For`: a reverse proxy of ours sets it. */
  trustProxy: boolean;
  /** STUN and TURN servers that clients are told of. */
  iceServers: IceServerPlan;
  /** Prometheus text. */
  metrics: () => Promise<{ type: string; text: string }>;
  /** Bearer that may read `/metrics`. */
  mayReadMetrics: (authorization: string | undefined) => boolean;
  linked: () => boolean;
  /** What is live over HTTP; undefined: this worker does not serve it. */
  live: LiveOrigin | undefined;
  /** Hosts for other workers; undefined: this worker packages nothing. */
  relay: RelayOrigin | undefined;
  /** Bearer of other programs of this installation. */
  isOurs: (authorization: string | undefined) => boolean;
  /** Finished recordings. */
  vod: VodOrigin;
}

const BODY_LIMIT_BYTES = 64 * 1024;
/** Per remote address and minute; a lecture hall behind one NAT joins at once and must fit. */
const REQUESTS_PER_MINUTE = 6000;
/** OPTIONS answers may be kept this long by browsers, s. */
const PREFLIGHT_MAX_AGE_S = 86_400;

/** The media port over HTTP. Any origin may call it: nothing here trusts cookies, only bearers. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { node, authenticator, clock } = options;
  const handleError = createErrorHandler(options.log);
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: options.trustProxy,
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply),
  });
  app.setErrorHandler(handleError);
  // The plugin below answers every OPTIONS request; what the address takes is said here (RFC 9725 section 4.2).
  app.addHook("onRequest", async (request, reply) => {
    if (request.method !== "OPTIONS") return;
    if (/^\/wh[ei]p\//.test(request.url)) reply.header("accept-post", SDP_TYPE);
    if (request.url.startsWith("/sessions/")) reply.header("accept-patch", SDP_FRAGMENT_TYPE);
  });
  await app.register(cors, {
    origin: true,
    methods: ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"],
    allowedHeaders: ["authorization", "content-type", "if-match", "range"],
    exposedHeaders: ["location", "etag", "link", "retry-after", "accept-patch", "accept-post"],
    maxAge: PREFLIGHT_MAX_AGE_S,
    strictPreflight: false,
    preflightContinue: false,
  });
  await app.register(rateLimit, { max: REQUESTS_PER_MINUTE, timeWindow: 60_000 });
  app.removeContentTypeParser("text/plain");
  app.addContentTypeParser([SDP_TYPE, SDP_FRAGMENT_TYPE], { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
  registerWhipWhep(app, { node, authenticator, iceServers: options.iceServers, clock });
  const owned = createOwnedSession(node, authenticator);
  registerSessions(app, node, owned);
  registerEvents(app, owned);
  if (options.live !== undefined) registerLive(app, options.live);
  registerVod(app, options.vod);
  if (options.relay !== undefined) registerRelay(app, options.relay, options.isOurs);
  app.get(MEDIA_PATHS.clock, async (_request, reply) =>
    reply.header("cache-control", "no-store").send({ unixMs: clock.unixMs() }),
  );
  app.get(MEDIA_PATHS.health, async (_request, reply) =>
    reply.send({ ok: true, linked: options.linked(), ...node.counts }),
  );
  app.get(MEDIA_PATHS.metrics, async (request, reply) => {
    if (!options.mayReadMetrics(request.headers.authorization)) return sendProblem(reply, "token.missing");
    const { type, text } = await options.metrics();
    return reply.type(type).send(text);
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = allowedMethods(request.url);
    // What is switched off has addresses, too, that nobody answers.
    if (allowed === undefined || allowed.split(", ").includes(request.method))
      return sendProblem(reply, "request.not_found");
    reply.header("allow", allowed);
    return sendProblem(reply, "request.method_not_allowed", `use ${allowed}`);
  });
  return app;
}

/** Methods of an address that exists, or undefined. */
function allowedMethods(url: string): string | undefined {
  const path = url.split("?")[0]!;
  if (/^\/(?:whip|whep)\/[^/]+$/.test(path)) return "POST, OPTIONS";
  if (/^\/sessions\/[^/]+$/.test(path)) return "PATCH, DELETE, OPTIONS";
  if (/^\/sessions\/[^/]+\/slots$/.test(path)) return "GET, PUT, OPTIONS";
  if (/^\/sessions\/[^/]+\/events$/.test(path)) return "GET, OPTIONS";
  if (/^\/(?:clock|health|metrics)$|^\/(?:live|vod)\//.test(path)) return "GET, HEAD, OPTIONS";
  return undefined;
}
