import type { PublicationHealth } from "@sameroom/client";
import { roomSlugSchema } from "@sameroom/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { initialCapture, nextCamera } from "./capture-state.ts";
import { coverFault } from "./cover-picker.tsx";
import { deviceHelp } from "./device-help.ts";
import { healthWords } from "./health-words.ts";
import { hostStatusOf, noticesBetween } from "./host-status.ts";
import { slugOf } from "./slug-of.ts";

const health: PublicationHealth = {
  bitrate: 2_400_000,
  framesPerSecond: 30,
  width: 1280,
  height: 720,
  roundTripMs: 20,
  lossRatio: 0,
  limitedBy: "none",
  verdict: "good",
  layers: [],
};

describe("the words about the upload", () => {
  it("leave the host alone while it is good", () => {
    expect(healthWords(health).tone).toBe("good");
  });
  it("name the worst cause first", () => {
    const poor = { ...health, verdict: "poor" as const, limitedBy: "cpu", lossRatio: 0.2 };
    expect(healthWords({ ...poor, bitrate: 0 }).headline).toBe("Nothing goes out");
    expect(healthWords(poor).headline).toBe("Your network loses data");
    expect(healthWords({ ...poor, lossRatio: null }).headline).toBe("This computer is at its limit");
    expect(healthWords({ ...poor, lossRatio: 0, limitedBy: "bandwidth" }).headline).toContain(
      "upload is too slow",
    );
    expect(healthWords({ ...poor, lossRatio: 0, limitedBy: "none", roundTripMs: 900 }).headline).toContain(
      "long",
    );
  });
});

describe("the help with a device", () => {
  const source = { deviceId: null, failure: null };
  it("is silent about one that works or was turned off", () => {
    expect(deviceHelp("camera", { ...source, status: "on" })).toBeNull();
    expect(deviceHelp("camera", { ...source, status: "off" })).toBeNull();
  });
  it("says what to do for every failure", () => {
    const codes = ["permission_denied", "not_found", "in_use", "insecure_context", "failed"];
    const titles = codes.map((code) =>
      deviceHelp("microphone", {
        ...source,
        status: "failed",
        failure: { code: `device.${code}`, message: "why" },
      }),
    );
    expect(new Set(titles.map((help) => help?.title)).size).toBe(codes.length);
    for (const help of titles) expect(help?.todo).toBeTruthy();
  });
  it("tells that a device was pulled out", () => {
    expect(deviceHelp("camera", { ...source, status: "lost" })?.title).toBe("The camera was disconnected");
  });
});

describe("what viewers are told about the host", () => {
  const on = { status: "on", deviceId: "a", failure: null } as const;
  const working = { ...initialCapture, camera: on, microphone: on };
  it("counts a lost camera as off and a failed microphone as muted", () => {
    expect(hostStatusOf(working)).toEqual({
      ...{ microphoneMuted: false, cameraOff: false, screenSharing: false, onBreak: false },
    });
    expect(hostStatusOf({ ...working, camera: { ...on, status: "lost" } }).cameraOff).toBe(true);
    expect(hostStatusOf({ ...working, microphone: { ...on, status: "failed" } }).microphoneMuted).toBe(true);
  });
  it("does not blink while a camera is being switched", () => {
    expect(hostStatusOf({ ...working, camera: { ...on, status: "opening" } }).cameraOff).toBe(false);
  });
  it("is only the difference", () => {
    const before = { microphoneMuted: false, cameraOff: false, screenSharing: true, onBreak: false };
    expect(noticesBetween(before, before)).toEqual([]);
    const after = { microphoneMuted: true, cameraOff: false, screenSharing: false, onBreak: true };
    expect(noticesBetween(before, after)).toEqual([
      { kind: "microphone", muted: true },
      { kind: "screen", sharing: false },
      { kind: "break", on: true },
    ]);
  });
});

describe("the next camera", () => {
  const cameras = ["a", "b", "c"].map((id) => ({ id, label: id }));
  it("goes round, and is none when there is only one", () => {
    expect(nextCamera({ cameras, microphones: [] }, "a")).toBe("b");
    expect(nextCamera({ cameras, microphones: [] }, "c")).toBe("a");
    expect(nextCamera({ cameras, microphones: [] }, "gone")).toBe("a");
    expect(nextCamera({ cameras: cameras.slice(0, 1), microphones: [] }, "a")).toBeNull();
  });
});

describe("an address made from a title", () => {
  it("reads like the title", () => {
    expect(slugOf("Größe & Co.")).toBe("grosse-co");
    expect(slugOf("  Kiln opening: forty bowls, nobody knows the colours yet ")).toBe(
      "kiln-opening-forty-bowls-nobody-knows-th",
    );
    expect(slugOf("Žluťoučký kůň")).toBe("zlutoucky-kun");
    expect(slugOf("日本")).toBe("");
  });
  it("is empty or one the server takes, whatever the title", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 120 }), (title) => {
        const slug = slugOf(title);
        expect(slug === "" || roomSlugSchema.safeParse(slug).success).toBe(true);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe("a cover picture", () => {
  it("is refused before it is sent when the server would refuse it", () => {
    expect(coverFault({ type: "image/png", size: 10 })).toBeNull();
    expect(coverFault({ type: "image/gif", size: 10 })).toContain("JPEG");
    expect(coverFault({ type: "image/jpeg", size: 5 * 1024 * 1024 })).toContain("4 MB");
  });
});
