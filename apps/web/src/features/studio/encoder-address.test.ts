import type { RoomIngest } from "@sameroom/contract";
import { expect, test } from "vitest";
import { ENCODER_PROTOCOLS, encoderAddress, KEY_PLACE, obsSteps } from "./encoder-address.ts";

const INGEST: RoomIngest = {
  rtmp: "rtmp://live.example/live",
  rtmps: null,
  srt: "srt://live.example:9000",
  srtPassphrase: false,
  whip: "https://live.example/whip/kitchen",
};

test("an address is the server's as it is; over SRT, where OBS has no field for it, the key is in it", () => {
  expect(encoderAddress(INGEST, "rtmp", "sk_1")).toBe("rtmp://live.example/live");
  expect(encoderAddress(INGEST, "whip", "sk_1")).toBe("https://live.example/whip/kitchen");
  expect(encoderAddress(INGEST, "srt", "sk_1")).toBe("srt://live.example:9000?streamid=publish:sk_1");
  expect(encoderAddress(INGEST, "srt", KEY_PLACE)).toContain(KEY_PLACE);
  expect(encoderAddress(INGEST, "rtmps", "sk_1")).toBeNull();
});

test("OBS is set up in five lines, whichever way it sends, and each says where its key goes", () => {
  for (const { key: protocol } of ENCODER_PROTOCOLS) {
    const steps = obsSteps(protocol);
    expect(steps).toHaveLength(5);
    expect(new Set(steps).size).toBe(5);
    expect(steps[0]).toContain(protocol === "whip" ? "WHIP" : "Custom");
    expect(steps[1]).toMatch(/key/i);
    // What the stream doctor would find fault with otherwise.
    expect(steps.join()).toMatch(/Keyframe Interval 2 s.*B-frames 0/);
  }
});
