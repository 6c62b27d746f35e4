import { FakeClock } from "@sameroom/base/testing";
import { ROLE_GRANTS } from "@sameroom/contract";
import { beforeEach, describe, expect, it } from "vitest";
import type { Identity } from "./identity.ts";
import { StreamKeys } from "./stream-keys.ts";

const KEY = "sk_right";
const identity: Identity = {
  ...{ participant: "user:ada", name: "Ada", room: "studio", role: "host", grants: ROLE_GRANTS.host },
};

let clock: FakeClock;
let asked: (string | null)[];
let isAway: boolean;
let valid: string;
let keys: StreamKeys;

beforeEach(() => {
  clock = new FakeClock();
  asked = [];
  isAway = false;
  valid = KEY;
  keys = new StreamKeys(async (room, key) => {
    asked.push(room);
    if (isAway) throw new Error("no link");
    return key === valid && (room ?? "studio") === "studio" ? identity : null;
  }, clock);
});

const refusal = (key: string, room: string | undefined) =>
  keys.verify(key, room).then(
    () => undefined,
    ({ code }) => code,
  );

describe("stream keys", () => {
  it("tell the room they belong to when none is named", async () => {
    expect(await keys.verify(KEY, undefined)).toEqual(identity);
    expect(await keys.verify(KEY, "studio")).toEqual(identity);
    expect(asked).toEqual([null, "studio"]);
  });

  it("are wrong in another room, and nothing that cannot be a room is asked about", async () => {
    expect(await refusal(KEY, "elsewhere")).toBe("stream_key.invalid");
    expect(await refusal(KEY, "../Studio?")).toBe("stream_key.invalid");
    expect(await refusal("sk_wrong", undefined)).toBe("stream_key.invalid");
    expect(asked).toEqual(["elsewhere", null]);
  });

  it("are remembered for ten minutes while control is away, for their own room only", async () => {
    await keys.verify(KEY, undefined);
    isAway = true;
    expect(await keys.verify(KEY, "studio")).toEqual(identity);
    expect(await keys.verify(KEY, undefined)).toEqual(identity);
    expect(await refusal(KEY, "elsewhere")).toBe("stream_key.invalid");
    expect(await refusal("sk_never-seen", undefined)).toBe("media.control_unavailable");
    clock.advance(10 * 60_000);
    expect(await refusal(KEY, undefined)).toBe("media.control_unavailable");
  });

  it("that control took back are forgotten", async () => {
    await keys.verify(KEY, undefined);
    valid = "sk_newer";
    expect(await refusal(KEY, undefined)).toBe("stream_key.invalid");
    isAway = true;
    expect(await refusal(KEY, undefined)).toBe("media.control_unavailable");
  });
});
