import { describe, expect, it } from "vitest";
import { isOurApplication, parsePublishTarget } from "./publish-target.ts";

describe("an RTMP address", () => {
  it.each([
    // Server and stream key as OBS has them.
    ["live", "abc123", { credential: "abc123", room: undefined }],
    ["live/", "abc123", { credential: "abc123", room: undefined }],
    ["live", "/abc123", { credential: "abc123", room: undefined }],
    ["live", "evening-show?key=abc123", { credential: "abc123", room: "evening-show" }],
    ["live", "evening-show?a=b&key=ab%2Bc%C3%A4", { credential: "ab+cä", room: "evening-show" }],
    ["live/evening-show", "abc123", { credential: "abc123", room: "evening-show" }],
    ["live/evening-show", "?key=abc123", { credential: "abc123", room: "evening-show" }],
    // Some encoders move the query behind the application.
    ["live?key=abc123", "evening-show", { credential: "abc123", room: "evening-show" }],
    ["live", "abc123?adbe-live-event=1", { credential: "abc123", room: undefined }],
    ["live", "100%", { credential: "100%", room: undefined }],
  ])("%s and %s name key and room", (app, name, target) => {
    expect(isOurApplication(app)).toBe(true);
    expect(parsePublishTarget(app, name)).toEqual(target);
  });

  it("without a key names nobody", () => {
    for (const name of ["", "/", "?key=", "evening-show?key="]) {
      expect(parsePublishTarget("live", name), name).toBeUndefined();
    }
  });

  it("of another application is not ours", () => {
    for (const app of ["", "app", "vod/live", "live/room/more", "lives"])
      expect(isOurApplication(app)).toBe(false);
  });
});
