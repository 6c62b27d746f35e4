import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";
import { SOURCE_EXEC_ARGV } from "../db/embedded.fixture.ts";

/** Runs a program and kills it once it has written so many lines; returns them. A program that ends by itself fails the test. */
export async function killAfter(lines: number, program: string, args: readonly string[]): Promise<string[]> {
  const child = spawn(process.execPath, [...SOURCE_EXEC_ARGV, program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split("\n").length > lines) child.kill("SIGKILL");
  });
  expect(await ended).toEqual([null, "SIGKILL"]);
  // The last line may be cut off.
  return text.split("\n").slice(0, -1);
}
