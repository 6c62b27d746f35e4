import { type ChatMode, OPEN_CHAT } from "@sameroom/contract";
import { describe, expect, it } from "vitest";
import { writingBar } from "./may-write.ts";

const mode = (who: ChatMode["who"]): ChatMode => ({ ...OPEN_CHAT, who });

describe("who may write", () => {
  it("is told to log in where that helps", () => {
    expect(writingBar(mode("accounts"), ["viewer"], false)?.logIn).toBe(true);
    expect(writingBar(mode("accounts"), ["viewer"], true)).toBeNull();
    expect(writingBar(mode("nobody"), ["viewer"], false)?.logIn).toBe(false);
  });

  it("is everybody, unless the room says otherwise", () => {
    expect(writingBar(OPEN_CHAT, ["viewer"], false)).toBeNull();
    expect(writingBar(mode("subscribers"), ["viewer"], true)).not.toBeNull();
    expect(writingBar(mode("subscribers"), ["viewer", "subscriber"], true)).toBeNull();
  });

  it("is always who runs the room", () => {
    for (const who of ["accounts", "followers", "subscribers", "nobody"] as const)
      expect(writingBar(mode(who), ["viewer", "moderator"], false)).toBeNull();
  });

  it("is, of those with an account where followers write, for the server to say", () => {
    expect(writingBar(mode("followers"), ["viewer"], true)).toBeNull();
  });
});
