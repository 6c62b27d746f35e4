import { afterEach, expect, it, vi } from "vitest";
import { browserEnvironment } from "./environment.ts";

afterEach(() => void vi.unstubAllGlobals());

it("a network of another kind is a reason to try again; another speed, or none at all, is not", () => {
  const connection = Object.assign(new EventTarget(), { type: "wifi" });
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("navigator", { connection });
  const wakes: string[] = [];
  const off = browserEnvironment().onWake((why) => wakes.push(why));
  const change = (type: string) => {
    connection.type = type;
    connection.dispatchEvent(new Event("change"));
  };
  change("wifi");
  change("none");
  expect(wakes).toEqual([]);
  change("cellular");
  change("cellular");
  expect(wakes).toEqual(["online"]);
  window.dispatchEvent(new Event("online"));
  expect(wakes).toEqual(["online", "online"]);
  off();
  change("wifi");
  window.dispatchEvent(new Event("online"));
  expect(wakes).toHaveLength(2);
});
