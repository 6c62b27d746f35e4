import { describe, expect, it } from "vitest";
import { captionChoices } from "./captions.ts";

const track = (more: Partial<TextTrack>) =>
  ({ kind: "subtitles", label: "", language: "", mode: "disabled", ...more }) as TextTrack;

describe("the captions menu", () => {
  it("is not there without captions; sheets of thumbnails and chapters are none", () => {
    expect(captionChoices([])).toEqual([]);
    expect(captionChoices([track({ kind: "metadata" }), track({ kind: "chapters" })])).toEqual([]);
  });
  it("offers each track by its name, else by its language, else by its number", () => {
    const labels = captionChoices([
      track({ kind: "metadata" }),
      track({ label: "Live captions" }),
      track({ language: "de" }),
      track({ language: "not a tag" }),
    ]).map(({ id, label }) => [id, label]);
    expect(labels).toEqual([
      ["off", "Off"],
      ["1", "Live captions"],
      ["2", "German"],
      ["3", "Captions 4"],
    ]);
  });
  it("marks what is shown, or off", () => {
    const chosen = (mode: TextTrackMode) =>
      captionChoices([track({ label: "A", mode })])
        .filter((choice) => choice.chosen)
        .map(({ label }) => label);
    expect(chosen("showing")).toEqual(["A"]);
    expect(chosen("hidden")).toEqual(["Off"]);
  });
});
