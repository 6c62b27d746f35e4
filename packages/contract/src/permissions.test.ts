import { describe, expect, test } from "vitest";
import { type Grants, grantsSchema, grantsWithinRole, ROLE_GRANTS, roomRoleSchema } from "./permissions.ts";

const everyGrants: Grants[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
  publish: (bits & 1) > 0,
  subscribe: (bits & 2) > 0,
  moderate: (bits & 4) > 0,
}));

describe("permissions", () => {
  test("a role may have its grants and any fewer, nothing else", () => {
    for (const role of roomRoleSchema.options)
      for (const grants of everyGrants) {
        const most = ROLE_GRANTS[role];
        const within =
          (!grants.publish || most.publish) &&
          (!grants.subscribe || most.subscribe) &&
          (!grants.moderate || most.moderate);
        expect(grantsWithinRole(role, grants), `${role} ${JSON.stringify(grants)}`).toBe(within);
      }
  });

  test("viewers and moderators never publish; viewers and guests never moderate", () => {
    const who = (grant: keyof Grants) => roomRoleSchema.options.filter((role) => ROLE_GRANTS[role][grant]);
    expect(who("publish")).toEqual(["host", "guest"]);
    expect(who("moderate")).toEqual(["host", "moderator"]);
    expect(who("subscribe")).toEqual(["host", "guest", "moderator", "viewer"]);
  });

  test("what a token does not list is denied", () => {
    expect(grantsSchema.parse({})).toEqual({ publish: false, subscribe: false, moderate: false });
    expect(grantsSchema.safeParse({ publish: "yes" }).success).toBe(false);
  });
});
