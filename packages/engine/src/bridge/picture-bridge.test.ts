import { describe, expect, it } from "vitest";
import { PictureBridge, type PictureVerdict } from "./picture-bridge.ts";

const FRAME = 40_000;

/** An encoder at 25 pictures a second. */
class Encoder {
  readonly bridge = new PictureBridge();
  /** Pictures sent. */
  #at = 0;
  #sinceKeyframe = Number.POSITIVE_INFINITY;

  /** For so long; the verdicts of all pictures. `bFrames`: each third picture is presented before the one in front of it. */
  send(choices: {
    seconds: number;
    gop: number;
    delay?: number;
    bFrames?: boolean;
    forwardable?: boolean;
  }): PictureVerdict[] {
    const { seconds, gop, delay = 0, bFrames = false, forwardable = true } = choices;
    const verdicts: PictureVerdict[] = [];
    for (let left = Math.round(seconds * 25); left > 0; left -= 1) {
      const keyframe = this.#sinceKeyframe >= gop * 25;
      if (keyframe) this.#sinceKeyframe = 0;
      const reorder =
        !bFrames || keyframe ? 0 : this.#sinceKeyframe % 3 === 1 ? 1 : this.#sinceKeyframe % 3 === 2 ? -1 : 0;
      const ptsMicros = (this.#at + delay + reorder) * FRAME;
      const compositionMicros = (delay + reorder) * FRAME;
      verdicts.push(this.bridge.take({ forwardable, keyframe, ptsMicros, compositionMicros }));
      this.#at += 1;
      this.#sinceKeyframe += 1;
    }
    return verdicts;
  }
}

describe("the bridge of a picture", () => {
  it("is not needed for a picture that browsers play, from its first frame on", () => {
    const verdicts = new Encoder().send({ seconds: 20, gop: 2 });
    expect(new Set(verdicts)).toEqual(new Set(["through"]));
  });

  it("is needed for a codec that browsers do not play", () => {
    const verdicts = new Encoder().send({ seconds: 1, gop: 2, forwardable: false });
    expect(new Set(verdicts)).toEqual(new Set(["codec"]));
  });

  it("is found for B-frames before anything was sent of them", () => {
    const verdicts = new Encoder().send({ seconds: 5, gop: 2, delay: 2, bFrames: true });
    expect(verdicts).not.toContain("through");
    expect(verdicts.indexOf("b-frames")).toBeLessThan(4);
  });

  it("is not needed for decoding times that are delayed and never reordered, after a second", () => {
    const verdicts = new Encoder().send({ seconds: 5, gop: 2, delay: 2 });
    expect(verdicts.indexOf("through")).toBe(25);
    expect(verdicts.slice(25)).toEqual(verdicts.slice(25).map(() => "through"));
  });

  it("is needed once B-frames come, and until half a minute after the last, to a keyframe", () => {
    const encoder = new Encoder();
    encoder.send({ seconds: 4, gop: 2, delay: 2 });
    expect(encoder.send({ seconds: 4, gop: 2, delay: 2, bFrames: true }).at(-1)).toBe("b-frames");
    const after = encoder.send({ seconds: 40, gop: 2, delay: 2 });
    const back = after.indexOf("through");
    expect(back).toBeGreaterThanOrEqual(29 * 25);
    expect(back % 50).toBe(0);
  });

  it("is needed for groups of pictures longer than four seconds, and not for those of four", () => {
    expect(new Encoder().send({ seconds: 40, gop: 4 })).not.toContain("long-gop");
    const encoder = new Encoder();
    const verdicts = encoder.send({ seconds: 60, gop: 10 });
    expect(verdicts.indexOf("long-gop")).toBeGreaterThan(100);
    expect(verdicts.slice(110)).not.toContain("through");
    expect(encoder.send({ seconds: 60, gop: 2 }).at(-1)).toBe("through");
  });
});
