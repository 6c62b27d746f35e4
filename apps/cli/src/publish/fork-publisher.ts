import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../dist/publish/child/main.js", import.meta.url));

/** The process that publishes a file: it is told a `PublishOrder` once, says `PublishNews`, and leaves when it is disconnected. */
export function forkPublisher(): ChildProcess {
  return fork(PROGRAM, [], { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
}
