import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseResident, parseStat, threadCpuSeconds, usageOf } from "./process-usage.ts";

it("the CPU time is user plus system time, whatever the process is called", () => {
  const stat =
    "42 (a) (b c) S 1 42 42 0 -1 4194560 100 0 0 0 250 150 0 0 20 0 11 0 123 456 789 18446744073709551615";
  expect(parseStat(stat)).toBe(4);
});

it("resident memory is in bytes", () => {
  expect(parseResident("Name:\tnode\nVmRSS:\t    1024 kB\nRssAnon:\t 5 kB\n")).toBe(1024 * 1024);
});

it("what is no process is an error", () => {
  expect(() => parseStat("nonsense")).toThrow("stat");
  expect(() => parseResident("Name:\tkthreadd\n")).toThrow("status");
});

it("reads this process", () => {
  const { cpuSeconds, residentBytes } = usageOf(process.pid);
  expect(cpuSeconds).toBeGreaterThan(0);
  expect(residentBytes).toBeGreaterThan(1_000_000);
});

it("tells threads apart by name", () => {
  const { pid } = process;
  expect(threadCpuSeconds(pid, "no such thread")).toBe(0);
  const own = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  expect(threadCpuSeconds(pid, own)).toBeGreaterThan(0);
  expect(threadCpuSeconds(pid, own)).toBeLessThanOrEqual(usageOf(pid).cpuSeconds);
});
