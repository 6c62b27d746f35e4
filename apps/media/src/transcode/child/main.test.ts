import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const DIST = new URL("../../../dist/", import.meta.url);

it.each(["transcode/child/main.js", "restream/child/main.js"])(
  "%s does not stay behind when its parent goes while it is being loaded",
  async (program) => {
    const child = fork(fileURLToPath(new URL(program, DIST)), { execArgv: [], stdio: "ignore" });
    const gone = once(child, "exit");
    child.disconnect();
    expect(await gone).toEqual([null, "SIGKILL"]);
  },
);
