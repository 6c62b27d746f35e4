import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as contract from "./index.ts";

const {
  controlToMediaSchema,
  displayNameSchema,
  mediaToControlSchema,
  newRoomSchema,
  participantIdSchema,
  roomChangesSchema,
  roomQuerySchema,
  roomSlugSchema,
  roomTokenClaimsSchema,
  tokenRequestSchema,
  usernameSchema,
} = contract;
const valid = (schema: { safeParse: (value: unknown) => { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe("names", () => {
  test.each(["abc", "my-room", "a1-2b", "0--0", "x".repeat(40)])("%s is a room's address", (slug) =>
    expect(valid(roomSlugSchema, slug)).toBe(true),
  );
  test.each(["ab", "-ab", "ab-", "Abc", "a b", "a/b", "ä-b", "x".repeat(41), "", "a..", 7, null])(
    "%j is not",
    (slug) => expect(valid(roomSlugSchema, slug)).toBe(false),
  );

  test.each(["user:0190", "guest:a_B-9", "key:anna@shop.test"])("%s is a participant", (id) =>
    expect(valid(participantIdSchema, id)).toBe(true),
  );
  test.each(["user:", "admin:1", "user:a b", "user:a/b", `key:${"x".repeat(130)}`, "user:\u0000"])(
    "%j is not",
    (id) => expect(valid(participantIdSchema, id)).toBe(false),
  );

  test("display names are trimmed and show nothing hidden", () => {
    expect(displayNameSchema.parse("  Ana Ñ 🎉 ")).toBe("Ana Ñ 🎉");
    for (const name of ["", "   ", "a\u0000", "a\u202eb", "a\u200bb", "x".repeat(41)])
      expect(valid(displayNameSchema, name), JSON.stringify(name)).toBe(false);
  });

  test("user names have no spaces and no tricks", () => {
    for (const name of ["ana", "A.n-a_1"]) expect(valid(usernameSchema, name)).toBe(true);
    for (const name of ["an", "a b c", "ana!", "anä", "x".repeat(31)])
      expect(valid(usernameSchema, name)).toBe(false);
  });
});

describe("requests", () => {
  test("a new room needs a title only", () => {
    expect(newRoomSchema.parse({ title: " Hello " })).toEqual({
      ...{ title: "Hello", description: "" },
      ...{ visibility: "public", recordingMode: "manual" },
    });
    expect(valid(newRoomSchema, { title: " " })).toBe(false);
  });

  test("a change changes something", () => {
    expect(valid(roomChangesSchema, {})).toBe(false);
    expect(valid(roomChangesSchema, { description: "" })).toBe(true);
  });

  test("a query has defaults and bounds", () => {
    expect(roomQuerySchema.parse({})).toEqual({
      ...{ state: "live", mine: false, followed: false, limit: 24 },
    });
    expect(roomQuerySchema.parse({ mine: "1", limit: "100" })).toMatchObject({ mine: true, limit: 100 });
    for (const query of [
      { limit: "0" },
      { limit: "101" },
      { limit: "x" },
      { state: "x" },
      { mine: "perhaps" },
    ])
      expect(valid(roomQuerySchema, query)).toBe(false);
  });

  test("a token lives half a minute to six hours", () => {
    for (const [ttlS, fine] of [
      [29, false],
      [30, true],
      [21_600, true],
      [21_601, false],
      [60.5, false],
    ] as const)
      expect(valid(tokenRequestSchema, { ttlS })).toBe(fine);
  });

  test("a token's claims are all there", () => {
    const claims = {
      ...{ iss: contract.ROOM_TOKEN_ISSUER, sub: "user:a", jti: "12345678", iat: 1, exp: 2 },
      ...{ room: "my-room", role: "viewer", grants: { subscribe: true }, name: "A" },
    };
    expect(roomTokenClaimsSchema.parse(claims).grants.publish).toBe(false);
    for (const name of Object.keys(claims)) {
      const { [name as keyof typeof claims]: _left, ...rest } = claims;
      expect(valid(roomTokenClaimsSchema, rest), name).toBe(false);
    }
  });
});

describe("messages between the planes", () => {
  const session = {
    ...{ id: "s", room: "my-room", participant: "user:a", name: "A", role: "host" },
    ...{ protocol: "whip", sinceUnixMs: 1, state: "flowing", video: null, audio: { codec: "opus" } },
  };
  const hello = { type: "hello", worker: "w", boot: "b", version: "1", publicUrl: ":1", viewers: [] };

  test("are told apart by their type", () => {
    expect(valid(mediaToControlSchema, { ...hello, publishers: [session] })).toBe(true);
    expect(valid(mediaToControlSchema, { type: "publisher", publisher: session })).toBe(true);
    expect(valid(controlToMediaSchema, { type: "end-room", room: "my-room" })).toBe(true);
    expect(valid(controlToMediaSchema, { type: "stream-key", request: 1, identity: null })).toBe(true);
    expect(valid(mediaToControlSchema, { type: "end-room", room: "my-room" })).toBe(false);
  });

  test("that lack or twist a field are refused", () => {
    expect(valid(mediaToControlSchema, hello)).toBe(false);
    const twisted = { ...session, state: "perhaps" };
    expect(valid(mediaToControlSchema, { type: "publisher", publisher: twisted })).toBe(false);
    expect(
      valid(mediaToControlSchema, { type: "publisher-gone", room: "my-room", session: "s", reason: "x" }),
    ).toBe(false);
  });
});

test("no schema throws, whatever it is given", () => {
  const exported: [string, unknown][] = Object.entries(contract);
  const schemas = exported.filter(
    (entry): entry is [string, { safeParse: (value: unknown) => unknown }] =>
      entry[0].endsWith("Schema") && typeof (entry[1] as { safeParse?: unknown }).safeParse === "function",
  );
  expect(schemas.length).toBeGreaterThan(30);
  fc.assert(
    fc.property(fc.anything({ maxDepth: 3 }), (value) => {
      for (const [, schema] of schemas) schema.safeParse(value);
    }),
    { seed: 42, numRuns: 200 },
  );
});
