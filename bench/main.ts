import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { readArguments } from "./arguments.ts";
import type { Benchmark } from "./benchmark.ts";
import { chat } from "./chat/chat.ts";
import { fanout } from "./fanout/fanout.ts";
import { flood } from "./flood/flood.ts";
import { glass } from "./glass/glass.ts";
import { hls } from "./hls/hls.ts";
import { impaired } from "./impaired/impaired.ts";
import { ingest } from "./ingest/ingest.ts";
import { join } from "./join/join.ts";
import { ledger } from "./ledger/ledger.ts";
import { describeMachine, presentMachine } from "./measure/machine.ts";
import { record } from "./record/record.ts";
import { storm } from "./storm/storm.ts";

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  chat,
  fanout,
  flood,
  glass,
  hls,
  impaired,
  ingest,
  join,
  ledger,
  record,
  storm,
};

function usage(): string {
  const lines = Object.entries(BENCHMARKS).flatMap(([name, { summary, flags }]) => [
    `  ${name.padEnd(10)}${summary}`,
    ...Object.entries(flags).map(([flag, meaning]) => `            --${flag}: ${meaning}`),
  ]);
  return ["npm run bench -- <name> [--json FILE]", "", ...lines].join("\n");
}

async function main(): Promise<void> {
  const { name, jsonFile, flags } = readArguments(process.argv.slice(2));
  const benchmark = BENCHMARKS[name ?? ""];
  if (benchmark === undefined) {
    throw new Error(name === undefined ? usage() : `There is no benchmark ${name}.\n\n${usage()}`);
  }
  const unknown = Object.keys(flags).find((flag) => !(flag in benchmark.flags));
  if (unknown !== undefined) throw new Error(`${name} has no --${unknown}.\n\n${usage()}`);
  const chromiumPath =
    process.env.SAMEROOM_CHROMIUM ??
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync) ??
    "/usr/bin/chromium";
  const machine = describeMachine(chromiumPath);
  console.log(`${name}: ${benchmark.summary}\n${presentMachine(machine)}\n`);
  const started = performance.now();
  const say = (line: string) =>
    console.log(`  ${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  const { text, json } = await benchmark.run({ say, chromiumPath, flags });
  console.log(`\n${text}`);
  if (jsonFile === undefined) return;
  const file = resolve(process.env.INIT_CWD ?? ".", jsonFile);
  writeFileSync(file, `${JSON.stringify({ benchmark: name, machine, ...json }, null, 2)}\n`);
  console.log(`\nWritten: ${file}`);
}

// What is under measurement ends with us, however we end.
for (const [index, signal] of (["SIGHUP", "SIGINT", "SIGTERM"] as const).entries()) {
  process.on(signal, () => process.exit(128 + [1, 2, 15][index]!));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
