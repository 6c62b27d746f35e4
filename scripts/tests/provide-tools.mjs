import { existsSync } from "node:fs";
import { run } from "../run.mjs";
import { missingTools } from "./tools.mjs";

/**
 * Installs by apt what the tests need and this machine lacks, where it may. Returns whether all of it is there;
 * otherwise what to install has been printed.
 * @param {NodeJS.ProcessEnv} env
 */
export async function provideTools(env) {
  const missing = missingTools(env);
  if (missing.length === 0) return true;
  for (const { name, why } of missing) console.log(`Missing: ${name} (${why})`);
  const packages = [...new Set(missing.flatMap((tool) => tool.packages))];
  const asRoot = await rootCommand();
  if (asRoot !== undefined && existsSync("/usr/bin/apt-get")) await aptInstall(asRoot, packages);
  const still = missingTools(env);
  if (still.length === 0) return true;
  console.error(`\nThe tests need ${still.map((tool) => tool.name).join(", ")}. On Debian or Ubuntu:`);
  console.error(
    `  sudo apt-get update && sudo apt-get install --no-install-recommends -y ${[...new Set(still.flatMap((tool) => tool.packages))].join(" ")}`,
  );
  console.error("A Chromium that is elsewhere: set SAMEROOM_CHROMIUM to its path.");
  return false;
}

/** How to run a command as root: directly, by sudo that asks for no password, or not at all. */
async function rootCommand() {
  if (process.getuid?.() === 0) return [];
  const { code } = await run("sudo", ["-n", "true"]);
  return code === 0 ? ["sudo", "-n"] : undefined;
}

/**
 * @param {readonly string[]} asRoot
 * @param {readonly string[]} packages
 */
async function aptInstall(asRoot, packages) {
  console.log(`Installing ${packages.join(", ")} by apt-get`);
  // A tool for tests: no cluster is created and no server is started by Debian's scripts.
  const quiet = ["DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"];
  for (const args of [
    ["update", "-qq"],
    ["install", "-qq", "-y", "--no-install-recommends", ...packages],
  ]) {
    const [command = "env", ...rest] = [...asRoot, "env", ...quiet, "apt-get", ...args];
    const { code, output } = await run(command, rest);
    if (code !== 0) return void console.error(output.trimEnd());
  }
}
