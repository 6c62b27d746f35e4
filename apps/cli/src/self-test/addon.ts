import type { CheckResult } from "./result.ts";

/** Loads the C++ addon and opens the wire on a free port of 127.0.0.1 for real. */
export async function checkAddon(): Promise<CheckResult> {
  const name = "Native addon";
  try {
    const { openWire } = await import("@sameroom/native");
    const wire = openWire({ bind: ["127.0.0.1"], port: 0 }, silentHandlers);
    const found = `loaded, UDP works, sends by ${wire.sendPath}`;
    await wire.close();
    return { name, state: "ok", found };
  } catch (error) {
    return {
      name,
      state: "fail",
      found: `cannot be used: ${(error as Error).message.split("\n")[0]}`,
      remedy:
        "Install python3, make and g++ (on Debian: apt-get install python3 make g++), then run npm run build -w @sameroom/native.",
    };
  }
}

const ignore = (): void => {};

const silentHandlers = {
  onStun: ignore,
  onDtls: ignore,
  onRtcp: ignore,
  onRtp: ignore,
  onUnclaimedRtp: ignore,
  onTap: ignore,
  onSwitched: ignore,
  onError: ignore,
};
