import { isKeyframeStart, pictureSize } from "@sameroom/protocol";
import { expect, it } from "vitest";
import { writeParameterSets } from "./parameter-sets.ts";

it("a keyframe begins with parameter sets that say its size, and need no emulation prevention", () => {
  for (const [width, height] of [
    [1280, 720],
    [640, 360],
    [320, 180],
  ] as const) {
    const packet = writeParameterSets(width, height);
    expect(isKeyframeStart("h264", packet)).toBe(true);
    expect(pictureSize("h264", packet)).toEqual({ width, height });
    expect(Buffer.from(packet.subarray(3)).toString("hex")).not.toMatch(/^(?:..)*0000(?:00|01|02|03)/);
  }
});
