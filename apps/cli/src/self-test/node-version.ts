import type { CheckResult } from "./result.ts";

/** Lowest Node version that runs Sameroom (`engines` of the root package.json). */
const floor = { major: 20, minor: 19 };

/** Whether `version` ("20.20.2") is new enough. */
export function checkNodeVersion(version = process.versions.node): CheckResult {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > floor.major || (major === floor.major && minor >= floor.minor);
  const name = "Node version";
  if (enough) return { name, state: "ok", found: version };
  return {
    name,
    state: "fail",
    found: `${version} is too old`,
    remedy: `Install Node ${floor.major}.${floor.minor} or later, then run npm ci again.`,
  };
}
