import { expect, it } from "vitest";
import { isSourceLevel, levelIdOf } from "./level-id.ts";

it("names a size by the folder of its playlist", () => {
  expect(levelIdOf("https://a.example/live/x/e1/v-h/index.m3u8?_HLS_msn=4", "0")).toBe("h");
  expect(levelIdOf("https://a.example/live/x/e1/h264-480/index.m3u8", "0")).toBe("h264-480");
  expect(levelIdOf("index.m3u8", "0")).toBe("0");
});

it("tells what the host sends from what is made of it", () => {
  expect(isSourceLevel("https://a.example/live/x/e1/v-single/index.m3u8?_HLS_msn=4")).toBe(true);
  expect(isSourceLevel("https://a.example/live/x/e1/h264-480/index.m3u8")).toBe(false);
  expect(isSourceLevel("https://a.example/live/v-x/e1/aac/index.m3u8")).toBe(false);
});
