import { readFileSync } from "node:fs";
import { helpText, parseCommand } from "./arguments.ts";
import { ConfigError, readConfig } from "./config/config.ts";
import { DataInUseError } from "./data/lock.ts";
import { doctor } from "./doctor.ts";
import { paintFor } from "./log/paint.ts";
import { PublishMistake } from "./publish/destination.ts";
import { publish } from "./publish/publish.ts";
import { start } from "./start.ts";

/** Runs the command; the exit code follows from it: 0 done, 1 a fault, 2 a mistake on the command line. */
async function run(): Promise<number> {
  const paint = paintFor(process.stdout, process.env);
  const command = parseCommand(process.argv.slice(2));
  switch (command.name) {
    case "help":
      console.log(helpText);
      return 0;
    case "version":
      console.log(version());
      return 0;
    case "mistake":
      console.error(`${command.message}\n\n${helpText}`);
      return 2;
    case "publish":
      return publish(readConfig(process.env), command, process.stdout);
    case "doctor":
      return doctor(readConfig(process.env), paint);
    case "start":
      return start(readConfig(process.env), { demo: command.demo, paint });
  }
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return (manifest as { version: string }).version;
}

/** Faults the operator can mend are told in words; anything else with its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError)
    return `${error.message}:\n${error.faults.map((fault) => `  ${fault}`).join("\n")}`;
  if (error instanceof PublishMistake) return error.message;
  if (error instanceof DataInUseError)
    return `${error.message}. End that one first, or set SAMEROOM_DATA_DIR.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  process.exit(await run());
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
