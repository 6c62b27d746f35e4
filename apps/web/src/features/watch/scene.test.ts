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
    expect(scene({ room: null, watch: "waiting", started: false })).toEqual({
      kind: "connecting",
      trouble: null,
    });
  });

  it("is the spinner until the first frame, also when the connection already stands", () => {
    expect(scene({ started: false })).toEqual({ kind: "connecting", trouble: null });
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

  const full = { code: "media.full", message: "The server is full." };
  const codec = { code: "media.codec_unsupported", message: "No such codec here." };

  it("says why nothing can be played", () => {
    expect(scene({ watch: "failed", failure: full })).toEqual({ kind: "failed", message: full.message });
    expect(sceneSentence(scene({ watch: "failed", failure: full }))).toContain(full.message);
  });

  it("says what it waits for while it tries again", () => {
    const trouble = scene({ watch: "connecting", failure: full });
    expect(trouble).toEqual({ kind: "connecting", trouble: full.message });
    expect(sceneSentence(trouble)).toBe("Connecting. The server is full.");
  });

  it("lets nobody wait for a codec the browser does not have", () => {
    for (const watch of ["connecting", "reconnecting"] as const)
      expect(scene({ watch, failure: codec })).toEqual({ kind: "unplayable", message: codec.message });
    // The host has changed to another since.
    expect(scene({ watch: "playing", failure: codec })).toEqual({ kind: "picture" });
  });
});
