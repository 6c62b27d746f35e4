import { MEDIA_PATHS } from "@sameroom/contract";
import type { FastifyInstance } from "fastify";
import type { RelayOrigin } from "../relay/relay-origin.ts";
import { sendProblem } from "./problems.ts";

/** `GET /internal/relay/:room`: a room's host for another worker of this installation, for as long as both are there. */
export function registerRelay(
  app: FastifyInstance,
  origin: RelayOrigin,
  isOurs: (authorization: string | undefined) => boolean,
): void {
  app.get<{ Params: { room: string } }>(MEDIA_PATHS.relay(":room"), async (request, reply) => {
    if (!isOurs(request.headers.authorization)) return sendProblem(reply, "token.missing");
    if (!origin.offers(request.params.room)) return sendProblem(reply, "room.not_live");
    reply.hijack();
    origin.serve(request.params.room, reply.raw);
    return reply;
  });
}
