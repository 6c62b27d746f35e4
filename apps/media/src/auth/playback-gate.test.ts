import { FakeClock } from "@sameroom/base/testing";
import {
  PLAYBACK_TOKEN_TYPE,
  ROLE_GRANTS,
  ROOM_TOKEN_ALGORITHM,
  ROOM_TOKEN_ISSUER,
  ROOM_TOKEN_TYPE,
} from "@sameroom/contract";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PlaybackGate } from "./playback-gate.ts";
import { PlaybackTokens } from "./playback-tokens.ts";
import { RoomTokens } from "./room-tokens.ts";
import { TokenSignatures } from "./token-signatures.ts";

const ROOM = { room: "studio" };
const RECORDING = { recording: "01890a5d-ac96-774b-bcce-b302099a8057" };

let key: CryptoKey;
let gate: PlaybackGate;
let signatures: TokenSignatures;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair(ROOM_TOKEN_ALGORITHM, { crv: "Ed25519" });
  key = privateKey;
  const jwk = { ...(await exportJWK(publicKey)), kid: "k", alg: ROOM_TOKEN_ALGORITHM, use: "sig" };
  signatures = new TokenSignatures({ keys: [jwk] });
});

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock({ unixMs: Date.now() });
  gate = new PlaybackGate(new RoomTokens(signatures), new PlaybackTokens(signatures), clock);
});

function sign(typ: string, claims: Record<string, unknown>, lifeS = 300): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: ROOM_TOKEN_ALGORITHM, typ, kid: "k" })
    .setIssuer(ROOM_TOKEN_ISSUER)
    .setSubject("guest:someone")
    .setJti("jti-0123456789")
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + lifeS)
    .sign(key);
}

const playback = (claims: Record<string, unknown>, lifeS?: number) =>
  sign(PLAYBACK_TOKEN_TYPE, claims, lifeS);
const inPath = (token: string) => ({ token, authorization: undefined });
const asBearer = (token: string) => ({ token: undefined, authorization: `Bearer ${token}` });

describe("the gate of playback", () => {
  it("lets a playback token play what it names, from the path or as bearer", async () => {
    const token = await playback(ROOM);
    await gate.require(ROOM, inPath(token));
    await gate.require(ROOM, asBearer(token));
    await gate.require(RECORDING, inPath(await playback(RECORDING)));
  });

  it("lets a room token with `subscribe` play its room", async () => {
    const claims = { room: "studio", role: "viewer", name: "Ada" };
    await gate.require(
      ROOM,
      asBearer(await sign(ROOM_TOKEN_TYPE, { ...claims, grants: ROLE_GRANTS.viewer })),
    );
    const deaf = await sign(ROOM_TOKEN_TYPE, {
      ...claims,
      grants: { ...ROLE_GRANTS.viewer, subscribe: false },
    });
    await expect(gate.require(ROOM, asBearer(deaf))).rejects.toMatchObject({ code: "token.no_grant" });
  });

  it.each([
    ["nothing", () => undefined, "token.missing"],
    ["no token at all", () => "x", "token.invalid"],
    ["another room's", () => playback({ room: "elsewhere" }), "token.wrong_room"],
    ["a recording's", () => playback(RECORDING), "token.wrong_room"],
    ["one for a room and a recording", () => playback({ ...ROOM, ...RECORDING }), "token.invalid"],
    ["one that lives too long", () => playback(ROOM, 13 * 3600), "token.invalid"],
    ["one that has expired", () => playback(ROOM, -60), "token.expired"],
    ["one of another kind", () => sign("JWT", ROOM), "token.invalid"],
  ])("refuses %s", async (_, make, code) => {
    const token = await make();
    const credential = { token, authorization: undefined };
    await expect(gate.require(ROOM, credential)).rejects.toMatchObject({ code });
    expect(gate.knows(ROOM, credential)).toBe(false);
  });

  it("remembers a good token until it expires, for what it was good for", async () => {
    const credential = inPath(await playback(ROOM, 300));
    expect(gate.knows(ROOM, credential)).toBe(false);
    await gate.require(ROOM, credential);
    expect(gate.knows(ROOM, credential)).toBe(true);
    expect(gate.knows({ room: "elsewhere" }, credential)).toBe(false);
    clock.advance(301_000);
    expect(gate.knows(ROOM, credential)).toBe(false);
  });
});
