import type { PublisherState } from "@sameroom/contract";
import { beforeEach, describe, expect, it } from "vitest";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import { Rivals } from "./rivals.ts";

const auth = (byStreamKey: boolean, participant = "user:ada") =>
  ({ identity: { participant }, credentialHash: "hash", byStreamKey }) as PublishingSession["auth"];

function session(byStreamKey = true, state: PublisherState = "flowing"): PublishingSession {
  return { auth: auth(byStreamKey), present: () => ({ state }) } as unknown as PublishingSession;
}

describe("two encoders with one stream key", () => {
  let rivals: Rivals;
  beforeEach(() => {
    rivals = new Rivals();
  });

  it("do not take turns: the first keeps the room for as long as it sends, however often the other one tries", () => {
    const first = session();
    expect(rivals.has(first, 0)).toBe(false);
    for (let nowMs = 2000; nowMs <= 600_000; nowMs += 20_000) {
      expect(() => rivals.require([first], auth(true), nowMs)).toThrow(
        expect.objectContaining({ code: "publish.key_in_use", retryAfterS: 2 }),
      );
      expect(rivals.has(first, nowMs)).toBe(true);
    }
  });

  it("are told of for half a minute after the last try", () => {
    const first = session();
    expect(() => rivals.require([first], auth(true), 1000)).toThrow();
    expect(rivals.has(first, 30_999)).toBe(true);
    expect(rivals.has(first, 31_000)).toBe(false);
    expect(rivals.has(session(), 1000)).toBe(false);
  });

  it.each<[string, PublishingSession, PublishingSession["auth"]]>([
    ["the first fell silent, as one that connects again has", session(true, "stalled"), auth(true)],
    ["the first has sent nothing yet", session(true, "connecting"), auth(true)],
    ["somebody clicks in the studio", session(), auth(false)],
    ["a page is on air, which asks a person before it comes back", session(false), auth(true)],
    ["a guest comes beside the host", session(), auth(true, "user:bob")],
  ])("are not meant where %s", (_, first, comer) => {
    expect(() => rivals.require([first], comer, 1000)).not.toThrow();
    expect(rivals.has(first, 1000)).toBe(false);
  });
});
