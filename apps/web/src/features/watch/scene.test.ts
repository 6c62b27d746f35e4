import type { WatchState } from "@sameroom/client";
import { describe, expect, it } from "vitest";
import { type SceneFacts, sceneOf, sceneSentence } from "./scene.ts";

const watching: SceneFacts = {
  room: "live",
  watch: "playing",
  started: true,
  host: { microphoneMuted: false, cameraOff: false, screenSharing: false, onBreak: false },
  isComposed: false,
  graceEndsMs: null,
  failure: null,
  veil: null,
  audioOnly: false,
};
const scene = (facts: Partial<SceneFacts>) => sceneOf({ ...watching, ...facts });

describe("what a viewer sees", () => {
  it("is the picture while it plays", () => {
    expect(scene({})).toEqual({ kind: "picture" });
  });

  it("is covered while pictures of the show wait for a moderator; a pause comes before the host's own break", () => {
    const onBreak = { ...watching.host, onBreak: true };
    expect(scene({ veil: "blur" })).toEqual({ kind: "blurred" });
    expect(scene({ veil: "blur", audioOnly: true })).toEqual({ kind: "audio-only" });
    expect(scene({ veil: "blur", host: onBreak })).toEqual({ kind: "blurred" });
    expect(scene({ veil: "pause", host: onBreak })).toEqual({ kind: "paused" });
  });

  it("is the picture with the guests in it, whatever the host's camera does", () => {
    for (const off of ["cameraOff", "onBreak"]) {
      const host = { ...watching.host, [off]: true };
      expect(scene({ host }).kind).not.toBe("picture");
      expect(scene({ host, isComposed: true })).toEqual({ kind: "picture" });
    }
  });

  it("is the lost host and not the viewer's own connection, whatever the connection does", () => {
    const states: WatchState[] = ["connecting", "playing", "waiting", "reconnecting", "failed", "closed"];
    for (const watch of states) {
      expect(scene({ room: "interrupted", watch, graceEndsMs: 7 })).toEqual({
        kind: "interrupted",
        graceEndsMs: 7,
      });
    }
  });

  it("is the wait for the host before the show", () => {
    expect(scene({ room: "scheduled", watch: "waiting" })).toEqual({ kind: "scheduled" });
  });

  it("is the promise of a picture when the host is live but nothing has come yet", () => {
    expect(scene({ watch: "waiting", started: false })).toEqual({ kind: "starting" });
    expect(scene({ room: null, watch: "waiting", started: false })).toEqual({ kind: "connecting" });
  });

  it("is the spinner until the first frame, also when the connection already stands", () => {
    expect(scene({ started: false })).toEqual({ kind: "connecting" });
  });

  it("is the camera that is off, unless the screen is shared instead", () => {
    const host = { microphoneMuted: false, cameraOff: true, screenSharing: false, onBreak: false };
    expect(scene({ host })).toEqual({ kind: "camera-off" });
    expect(scene({ host, started: false })).toEqual({ kind: "camera-off" });
    expect(scene({ host: { ...host, screenSharing: true } })).toEqual({ kind: "picture" });
  });

  it("is the break the host takes, whatever else is off", () => {
    const host = { microphoneMuted: true, cameraOff: true, screenSharing: false, onBreak: true };
    expect(scene({ host })).toEqual({ kind: "break" });
    expect(scene({ host, audioOnly: true })).toEqual({ kind: "break" });
    expect(scene({ host, room: "interrupted" }).kind).toBe("interrupted");
  });

  it("is the sound alone when that was chosen, whatever the camera does", () => {
    const host = { microphoneMuted: false, cameraOff: true, screenSharing: false, onBreak: false };
    expect(scene({ audioOnly: true })).toEqual({ kind: "audio-only" });
    expect(scene({ audioOnly: true, host, started: false })).toEqual({ kind: "audio-only" });
    expect(scene({ audioOnly: true, watch: "reconnecting" })).toEqual({ kind: "reconnecting" });
  });

  it("says why nothing can be played", () => {
    expect(scene({ watch: "failed", failure: "The server is full." })).toEqual({
      kind: "failed",
      message: "The server is full.",
    });
    expect(sceneSentence(scene({ watch: "failed", failure: "The server is full." }))).toContain(
      "The server is full.",
    );
  });
});
