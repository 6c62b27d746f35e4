import {
  ROLE_GRANTS,
  ROOM_TOKEN_ALGORITHM,
  ROOM_TOKEN_ISSUER,
  ROOM_TOKEN_TYPE,
  type RoomRole,
} from "@sameroom/contract";
import { type CryptoKey, SignJWT } from "jose";

export const TOKEN_KEY_ID = "bench";
export const TOKEN_LIFE_S = 3600;

/** A room token as control signs it, for a participant of that name. `atUnixS`: when it is minted. */
export function signRoomToken(
  key: CryptoKey,
  {
    room,
    role,
    participant,
    atUnixS,
  }: { room: string; role: RoomRole; participant: string; atUnixS: number },
): Promise<string> {
  return new SignJWT({ room, role, name: participant, grants: ROLE_GRANTS[role] })
    .setProtectedHeader({ alg: ROOM_TOKEN_ALGORITHM, typ: ROOM_TOKEN_TYPE, kid: TOKEN_KEY_ID })
    .setIssuer(ROOM_TOKEN_ISSUER)
    .setSubject(participant)
    .setJti(`${participant}-${atUnixS}`)
    .setIssuedAt(atUnixS)
    .setExpirationTime(atUnixS + TOKEN_LIFE_S)
    .sign(key);
}
