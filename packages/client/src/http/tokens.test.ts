import type { MintedToken } from "@sameroom/contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ClientError } from "../errors.ts";
import { FakeWorld, pass } from "../testing/fake-world.fixture.ts";
import { mintFromControl, Tokens } from "./tokens.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function tokensOf(mint: (calls: number) => Promise<void> | void = () => {}) {
  let calls = 0;
  const tokens = new Tokens(new FakeWorld().environment(), async (room) => {
    calls += 1;
    const token = `${room}${calls}`;
    await mint(calls);
    const expiresAt = new Date(Date.now() + 300_000).toISOString();
    return { token, expiresAt, mediaUrl: "http://media.test" } as MintedToken;
  });
  const get = async (room = "a") => (await tokens.get(room)).token;
  return { tokens, get, calls: () => calls };
}

describe("tokens", () => {
  it("asks once for all who ask at once, and once for each room", async () => {
    const { get, calls } = tokensOf();
    expect(await Promise.all([get(), get(), get("b")])).toEqual(["a1", "a1", "b2"]);
    expect(await get()).toBe("a1");
    expect(calls()).toBe(2);
  });

  it("does not use a token in its last 30 seconds", async () => {
    const { get } = tokensOf();
    expect(await get()).toBe("a1");
    await pass(269_000);
    expect(await get()).toBe("a1");
    await pass(2000);
    expect(await Promise.all([get(), get()])).toEqual(["a2", "a2"]);
  });

  it("asks again after a refusal and after a failure", async () => {
    const { tokens, get } = tokensOf((call) => {
      if (call === 2) throw new ClientError("auth.forbidden", "no");
    });
    await get();
    tokens.forget("a");
    await expect(get()).rejects.toMatchObject({ code: "auth.forbidden" });
    expect(await get()).toBe("a3");
  });

  it("gives up on a request that is never answered, and does not keep it", async () => {
    const { get } = tokensOf((call) => (call === 1 ? new Promise<void>(() => {}) : undefined));
    const first = expect(get()).rejects.toMatchObject({ code: "network.unreachable" });
    await pass(10_001);
    await first;
    expect(await get()).toBe("a2");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("minting through control", () => {
  it("posts with the session cookie and no wishes", async () => {
    const world = new FakeWorld();
    const token = await mintFromControl(world.environment(), "http://app.test")("a room", {});
    expect(token.token).toBe("token1");
    expect(world.requests).toMatchObject([
      { method: "POST", path: "/api/rooms/a%20room/tokens", body: "{}" },
    ]);
  });

  it("says what the server refused", async () => {
    const world = new FakeWorld();
    world.refuse = () => "room.not_found";
    const minting = mintFromControl(world.environment(), "http://app.test")("none", {});
    await expect(minting).rejects.toMatchObject({ code: "room.not_found", problem: { status: 404 } });
  });
});
