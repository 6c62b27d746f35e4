import type { FastifyReply, FastifyRequest } from "fastify";
import type { Account } from "../../db/schema.ts";
import { cookieOptions, DEVICE_COOKIE } from "../../http/cookies.ts";
import type { Admission, Newcomer } from "./admission.ts";
import type { RoomOfPeople } from "./discipline.ts";
import { deviceOf, signalsOf } from "./signals.ts";

/** Somebody asks for a token of a room: from where, and may they? Throws `room.banned`. */
export type Arrive = (
  request: FastifyRequest,
  reply: FastifyReply,
  room: RoomOfPeople,
  newcomer: Omit<Newcomer, "accountSince">,
) => Promise<void>;

const DEVICE_COOKIE_S = 365 * 86_400;

export function createArrive(deps: {
  admission: Pick<Admission, "arrive">;
  /** Signs device cookies. */
  deviceKey: Buffer;
  /** Of the hashes of devices and addresses. */
  salt: Buffer;
}): Arrive {
  return async (request, reply, room, newcomer) => {
    const { principal } = request;
    const account: Account | null = principal.kind === "account" ? principal.account : null;
    const accountSince = account?.createdAt ?? null;
    // An API key's address is its server's, and its people are named by it.
    if (principal.kind === "account" && principal.via === "api-key")
      return deps.admission.arrive(room, { ...newcomer, accountSince }, null);
    const device = deviceOf(request.cookies[DEVICE_COOKIE], deps.deviceKey);
    void reply.setCookie(DEVICE_COOKIE, device.cookie, cookieOptions(request, DEVICE_COOKIE_S));
    const signals = signalsOf(device.id, request.ip, deps.salt);
    await deps.admission.arrive(room, { ...newcomer, accountSince }, signals);
  };
}
