import type { FastifyInstance } from "fastify";
import type { VodOrigin } from "./vod-origin.ts";

/** `GET /vod/...`: finished recordings. Players fetch a segment every few seconds, many behind one address. */
export function registerVod(app: FastifyInstance, origin: VodOrigin): void {
  app.route({
    method: ["GET", "HEAD"],
    url: "/vod/*",
    config: { rateLimit: false },
    handler: (request, reply) => {
      reply.hijack();
      void origin.handle(request.raw, reply.raw);
    },
  });
}
