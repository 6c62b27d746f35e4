import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock, SeededRandom } from "@sameroom/base/testing";
import {
  PLAYBACK_TOKEN_TYPE,
  playbackTokenClaimsSchema,
  ROLE_GRANTS,
  ROOM_TOKEN_ISSUER,
  ROOM_TOKEN_TYPE,
  type RoomRole,
  type Standing,
} from "@sameroom/contract";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import type { Account } from "../../db/schema.ts";
import type { Principal } from "../../http/principal.ts";
import { newId } from "../../ids.ts";
import { TOKEN_KEY } from "../../testing/control.fixture.ts";
import { guestIdentity } from "./guest-identity.ts";
import { readTokenKey } from "./key-file.ts";
import { decideToken } from "./policy.ts";
import { createTokenSigner } from "./signer.ts";

const room = { ownerId: "owner" };
const visitor = () => ({ participant: "guest:1", name: "Guest" });
const as = (...standings: Standing[]) => ({ visitor, standings: [...standings, "viewer" as const] });
/** What the house knows of who asks, without moderators. */
const known = (principal: Principal) =>
  as(
    ...(principal.kind === "visitor"
      ? []
      : ([
          ...(principal.account.id === room.ownerId ? ["owner"] : []),
          ...(principal.account.role === "admin" ? ["admin"] : []),
        ] as Standing[])),
  );
const by = (
  id: string,
  via: "session" | "api-key" = "session",
  role: Account["role"] = "user",
): Principal => ({
  ...{ kind: "account", via },
  account: { id, role, displayName: id } as Account,
});
const VISITOR: Principal = { kind: "visitor" };

describe("what a caller gets", () => {
  test.each([
    ["a visitor", VISITOR, "viewer", "guest:1"],
    ["another account", by("other"), "viewer", "user:other"],
    ["an admin in somebody's room", by("root", "session", "admin"), "moderator", "user:root"],
    ["a foreign API key", by("other", "api-key"), "viewer", "user:other"],
    ["the owner", by("owner"), "host", "user:owner"],
    ["the owner's API key", by("owner", "api-key"), "host", "user:owner"],
    ["an admin's API key", by("root", "api-key", "admin"), "host", "user:root"],
  ] as const)("%s at most", (_who, principal, role, participant) => {
    const decision = decideToken({}, principal, room, known(principal));
    expect(decision).toMatchObject({ role, participant, grants: ROLE_GRANTS[role], ttlS: 300 });
  });

  test("grants are exactly those listed", () => {
    const { grants } = decideToken({ grants: { subscribe: true } }, by("owner"), room, known(by("owner")));
    expect(grants).toEqual({ publish: false, subscribe: true, moderate: false });
  });

  test("never more than the role, never a role above one's own", () => {
    const roles: RoomRole[] = ["host", "guest", "moderator", "viewer"];
    for (const principal of [VISITOR, by("other"), by("other", "api-key")])
      for (const role of roles)
        for (const bits of [0, 1, 2, 3, 4, 5, 6, 7]) {
          const grants = { publish: (bits & 1) > 0, subscribe: (bits & 2) > 0, moderate: (bits & 4) > 0 };
          const decide = () => decideToken({ role, grants }, principal, room, known(principal));
          if (role === "viewer" && !grants.publish && !grants.moderate)
            expect(decide().grants).toEqual(grants);
          else expect(decide).toThrow(expect.objectContaining({ code: "auth.forbidden" }));
        }
  });

  test("a moderator is one by default, watches if they like, and never hosts", () => {
    const more = as("moderator");
    const decide = (request: Parameters<typeof decideToken>[0]) =>
      decideToken(request, by("other"), room, more);
    expect(decide({})).toMatchObject({ role: "moderator", grants: ROLE_GRANTS.moderator });
    expect(decide({ role: "viewer" }).role).toBe("viewer");
    for (const role of ["host", "guest"] as const)
      expect(() => decide({ role })).toThrow(expect.objectContaining({ code: "auth.forbidden" }));
    expect(() => decide({ grants: { publish: true } })).toThrow();
  });

  test.each([{ name: "Me" }, { participant: "key:x" }, { ttlS: 60 }])(
    "%j is for integrators only",
    (request) => {
      for (const principal of [VISITOR, by("owner"), by("other", "api-key")])
        expect(() => decideToken(request, principal, room, known(principal))).toThrow(
          expect.objectContaining({ code: "auth.forbidden" }),
        );
    },
  );

  test("an integrator names its own people, and nobody else's accounts", () => {
    const key = by("owner", "api-key");
    const request = { role: "guest", participant: "key:anna@shop", ttlS: 3600 } as const;
    expect(decideToken(request, key, room, known(key))).toEqual({
      ...{ participant: "key:anna@shop", name: "anna@shop", role: "guest", ttlS: 3600 },
      grants: ROLE_GRANTS.guest,
    });
    for (const participant of ["user:other", "guest:1"])
      expect(() => decideToken({ participant }, key, room, known(key))).toThrow();
  });
});

describe("room tokens", () => {
  const clock = new FakeClock();
  const signer = createTokenSigner({ key: TOKEN_KEY, clock });
  const claims = {
    sub: "user:a",
    room: "my-room",
    role: "viewer",
    grants: ROLE_GRANTS.viewer,
    name: "A",
  } as const;
  const forge = (overrides: object, options: { typ?: string; key?: typeof TOKEN_KEY.privateKey } = {}) =>
    new SignJWT({ ...claims, iss: ROOM_TOKEN_ISSUER, jti: "12345678", ...overrides })
      .setProtectedHeader({ alg: "EdDSA", typ: options.typ ?? ROOM_TOKEN_TYPE, kid: "test" })
      .setIssuedAt(Math.floor(clock.unixMs() / 1000))
      .setExpirationTime(Math.floor(clock.unixMs() / 1000) + 60)
      .sign(options.key ?? TOKEN_KEY.privateKey);

  test("are read back until they expire", async () => {
    const { token, expiresAt } = await signer.sign(claims, 300);
    expect(await signer.verify(token)).toMatchObject(claims);
    expect(expiresAt.getTime()).toBe(Math.floor(clock.unixMs() / 1000) * 1000 + 300_000);
    const later = createTokenSigner({
      key: TOKEN_KEY,
      clock: new FakeClock({ unixMs: clock.unixMs() + 301_000 }),
    });
    await expect(later.verify(token)).rejects.toMatchObject({ code: "token.expired" });
  });

  test("forged in any way are refused", async () => {
    const stranger = generateKeyPairSync("ed25519").privateKey;
    const { token } = await signer.sign(claims, 300);
    const [head, , signature] = token.split(".");
    const body = Buffer.from(JSON.stringify({ ...claims, role: "host" })).toString("base64url");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: ROOM_TOKEN_TYPE })).toString("base64url");
    const forged = [
      await forge({}, { key: stranger }),
      await forge({}, { typ: "JWT" }),
      await forge({ iss: "else" }),
      await forge({ grants: ROLE_GRANTS.host }),
      await forge({ role: "owner" }),
      await forge({ sub: "nobody" }),
      ...[
        `${head}.${body}.${signature}`,
        `${none}.${body}.`,
        `${token}x`,
        token.slice(0, -1),
        "x".repeat(5000),
      ],
    ];
    for (const one of forged)
      await expect(signer.verify(one), one).rejects.toMatchObject({ code: "token.invalid" });
    expect(await signer.verify(await forge({}))).toMatchObject(claims);
  });

  test("that play something open no room", async () => {
    const { token } = await signer.signPlayback({ sub: claims.sub, room: claims.room }, 300);
    expect(playbackTokenClaimsSchema.safeParse(decodeJwt(token)).data).toMatchObject({ room: claims.room });
    expect(decodeProtectedHeader(token)).toEqual({ alg: "EdDSA", typ: PLAYBACK_TOKEN_TYPE, kid: "test" });
    await expect(signer.verify(token)).rejects.toMatchObject({ code: "token.invalid" });
    const both = { ...claims, room: claims.room, recording: newId(1) };
    await expect(signer.verify(await forge(both, { typ: PLAYBACK_TOKEN_TYPE }))).rejects.toMatchObject({
      code: "token.invalid",
    });
  });

  test("that are no tokens are refused, never thrown about", async () => {
    const random = new SeededRandom(3);
    for (let run = 0; run < 200; run++) {
      const junk = Buffer.from(random.bytes(1 + (run % 80))).toString(run % 2 === 0 ? "latin1" : "base64url");
      await expect(signer.verify(junk)).rejects.toMatchObject({ code: "token.invalid" });
    }
    for (const nothing of [undefined, null, 7, {}, ""])
      await expect(signer.verify(nothing)).rejects.toMatchObject({ code: "token.missing" });
  });
});

describe("a visitor", () => {
  const key = Buffer.alloc(32, 1);
  test("is recognised by the cookie we signed, and by no other", () => {
    const first = guestIdentity(undefined, key);
    expect(guestIdentity(first.cookie, key)).toEqual(first);
    for (const cookie of ["", "x", `${first.cookie}x`, first.cookie.replace(/^./, "~"), "a.b"])
      expect(guestIdentity(cookie, key).participant).not.toBe(first.participant);
    expect(guestIdentity(first.cookie, Buffer.alloc(32, 2)).participant).not.toBe(first.participant);
  });
});

describe("the key file", () => {
  test("must be a private Ed25519 JWK with a kid; faults never quote it", () => {
    const directory = mkdtempSync(join(tmpdir(), "sameroom-key-"));
    const file = join(directory, "key.json");
    const jwk = TOKEN_KEY.privateKey.export({ format: "jwk" });
    writeFileSync(file, JSON.stringify({ ...jwk, kid: "k" }));
    expect(readTokenKey(file).kid).toBe("k");
    for (const bad of [
      "secret-in-clear",
      JSON.stringify(jwk),
      JSON.stringify({ ...jwk, kid: "k", d: undefined }),
    ]) {
      writeFileSync(file, bad);
      expect(() => readTokenKey(file)).toThrow(/^the file is not/);
    }
    expect(() => readTokenKey(join(directory, "none"))).toThrow("ENOENT");
    rmSync(directory, { recursive: true });
  });
});
