import { describe, expect, it } from "vitest";
import { recordingStanding } from "./recording-standing.ts";

const recording = (
  state: "recording" | "suspended" | "finishing" | "ready" | "failed",
  fault: string | null = null,
) => ({
  id: "x",
  state,
  fault,
});
const live = { mode: "manual", onAir: true, recording: null } as const;

describe("what the host sees of the recording", () => {
  it("is the button to begin, while on air and by hand", () => {
    expect(recordingStanding(live)).toMatchObject({ action: "begin", tone: "rest" });
    expect(recordingStanding({ ...live, onAir: false }).action).toBeNull();
  });
  it("is the button to end while it runs, however it began", () => {
    for (const mode of ["manual", "automatic", "off"] as const) {
      expect(recordingStanding({ ...live, mode, recording: recording("recording") })).toMatchObject({
        action: "end",
        tone: "on",
      });
    }
  });
  it("is the button to go on after it was stopped in the same show", () => {
    const stopped = recordingStanding({ ...live, recording: recording("finishing") });
    expect(stopped).toMatchObject({ action: "begin", text: "What was recorded so far is kept." });
  });
  it("is the cause when the server cannot write", () => {
    const stuck = recordingStanding({ ...live, recording: recording("suspended", "disk-full") });
    expect(stuck).toMatchObject({ tone: "trouble", action: "end" });
    expect(stuck.fault?.headline).toContain("disk is full");
  });
  it("is the promise of a recording in a room that records every show", () => {
    expect(recordingStanding({ ...live, mode: "automatic", onAir: false }).text).toContain(
      "when you go live",
    );
  });
  it("is that nothing is kept, where recording is off", () => {
    expect(recordingStanding({ ...live, mode: "off" })).toMatchObject({ action: null, tone: "rest" });
  });
  it("does not show the last show's recording as one that runs", () => {
    expect(recordingStanding({ ...live, onAir: false, recording: recording("ready") }).action).toBeNull();
  });
});
