import { describe, expect, it } from "vitest";
import { replayStanding } from "./replay-words.ts";

const urls = { playlist: "", poster: null, sprites: null, file: null };
const ready = { state: "ready", fault: null, urls, mine: false } as const;

describe("a replay's page", () => {
  it("plays what is ready", () => {
    expect(replayStanding(ready)).toBeNull();
  });
  it("waits for what is on air or being prepared", () => {
    expect(replayStanding({ ...ready, state: "recording", urls: null })?.tone).toBe("wait");
    expect(replayStanding({ ...ready, state: "finishing" })?.title).toBe("The replay is being prepared");
  });
  it("tells the owner what is wrong with the server, and nobody else", () => {
    const stuck = { ...ready, state: "suspended", fault: "disk-full" } as const;
    expect(replayStanding({ ...stuck, mine: true })?.text).toContain("disk is full");
    expect(replayStanding(stuck)?.text).not.toContain("disk");
  });
  it("says that there is none when the recording failed, or cannot be reached", () => {
    expect(replayStanding({ ...ready, state: "failed", fault: "no-media", mine: true })?.text).toContain(
      "Nothing came to record",
    );
    expect(replayStanding({ ...ready, urls: null })?.tone).toBe("over");
  });
});
