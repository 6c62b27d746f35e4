import type { RecordingView } from "@sameroom/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBytes } from "../../ui/format/numbers.ts";
import { downloadAddress, mediaAddress } from "./media-address.ts";
import { playable } from "./past-shows.tsx";
import { lookAgainMs } from "./recording-queries.ts";
import { faultWords, fileNameOf, stateBadge, totalOf } from "./recording-words.ts";

const page = { protocol: "https:", hostname: "live.example" };

describe("an address on the media port", () => {
  it("is on the page's own host when it names a port only", () => {
    expect(mediaAddress(":8081/vod/x/poster.jpg", page)).toBe("https://live.example:8081/vod/x/poster.jpg");
    expect(mediaAddress("https://media.example/vod/x", page)).toBe("https://media.example/vod/x");
  });
  it("downloads under a name, and keeps its signature", () => {
    expect(downloadAddress(":8081/vod/x/~abc/recording.mp4", "Kiln & fire.mp4", page)).toBe(
      "https://live.example:8081/vod/x/~abc/recording.mp4?download=Kiln+%26+fire.mp4",
    );
  });
});

describe("a file name", () => {
  it("is the title, as file systems take it", () => {
    expect(fileNameOf("Kiln opening: part 2/3")).toBe("Kiln opening part 2 3.mp4");
    expect(fileNameOf("Büro ☕")).toBe("Büro ☕.mp4");
  });
  it("is never empty, hidden, or a path", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (title) => {
        const name = fileNameOf(title);
        expect(name).toMatch(/^[^./\\:*?"<>|][^/\\:*?"<>|]*\.mp4$/u);
        expect(name.length).toBeLessThanOrEqual(84);
      }),
    );
    expect(fileNameOf("...")).toBe("recording.mp4");
    expect(fileNameOf("../../etc")).toBe("etc.mp4");
  });
});

describe("the words about a recording", () => {
  it("say what is wrong and what can be done", () => {
    expect(faultWords(null)).toBeNull();
    expect(faultWords("disk-full")?.headline).toBe("The server's disk is full");
    expect(faultWords("not-writable")?.advice).toContain("data directory");
  });
  it("have something to say of a fault they do not know", () => {
    expect(faultWords("gremlins")?.headline).toBe("The recording stopped");
  });
  it("leave what is ready without a badge", () => {
    const labels = (["recording", "suspended", "finishing", "failed", "ready"] as const).map(
      (state) => stateBadge(state)?.label ?? null,
    );
    expect(labels).toEqual(["Recording", "Waiting", "Being prepared", "Failed", null]);
  });
  it("sum up what is listed, and admit that there is more", () => {
    const size = [{ bytes: 2_000_000_000 }, { bytes: 500_000_000 }];
    expect(totalOf(size, false, formatBytes)).toBe("2 recordings, 2.5 GB");
    expect(totalOf(size.slice(1), false, formatBytes)).toBe("1 recording, 500 MB");
    expect(totalOf(size, true, formatBytes)).toBe("2+ recordings, 2.5 GB and more");
  });
});

describe("looking again", () => {
  it("is soonest for what is nearly ready, and ends when nothing changes any more", () => {
    expect(lookAgainMs(["recording", "finishing", "ready"])).toBe(2_000);
    expect(lookAgainMs(["ready", "suspended"])).toBe(5_000);
    expect(lookAgainMs(["ready", "failed"])).toBe(false);
    expect(lookAgainMs([undefined])).toBe(false);
  });
});

describe("past shows", () => {
  it("are those that can be played, without the one that is playing", () => {
    const urls = { playlist: "", poster: null, sprites: null, file: null };
    const list = [
      { id: "a", state: "ready", urls },
      { id: "b", state: "finishing", urls },
      { id: "c", state: "ready", urls: null },
      { id: "d", state: "ready", urls },
    ] as RecordingView[];
    expect(playable(list, "d").map(({ id }) => id)).toEqual(["a"]);
    expect(playable(list).map(({ id }) => id)).toEqual(["a", "d"]);
  });
});
