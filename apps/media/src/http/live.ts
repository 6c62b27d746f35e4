import { addressGroup } from "@sameroom/base";
import type { FastifyInstance } from "fastify";
import type { LiveOrigin } from "../hls/live-origin.ts";

/**
 * `GET /live/...`: what is live over HTTP. Players poll several times a second, many behind one address: nothing of the framework
 * but the routing touches these requests, and the origin has limits of its own.
 */
export function registerLive(app: FastifyInstance, origin: LiveOrigin): void {
  app.route({
    method: ["GET", "HEAD"],
    url: "/live/*",
    config: { rateLimit: false },
    handler: (request, reply) => {
      reply.hijack();
      void origin.handle({ request: request.raw, response: reply.raw, address: addressGroup(request.ip) });
    },
  });
}
