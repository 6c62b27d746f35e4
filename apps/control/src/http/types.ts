import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Principal } from "./principal.ts";

/** The HTTP server features add their routes to: bodies, parameters and answers are typed by their zod schemas. */
export type Http = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What Node's HTTP server calls with each request. */
export type RequestHandler = RequestListener;

declare module "fastify" {
  interface FastifyRequest {
    /** Who is asking; set before any route's own hooks run. */
    principal: Principal;
  }
}
