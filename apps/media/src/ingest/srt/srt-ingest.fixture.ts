import { silentLog } from "@sameroom/base";
import { nodeClock } from "../../node/node-clock.ts";
import { RecordingDoor } from "../rtmp/recording-door.fixture.ts";
import { SrtIngest, type SrtIngestOptions } from "./srt-ingest.ts";

/** An SRT port of this machine behind which a door keeps everything that comes. */
export async function openTestIngest(
  options: Partial<SrtIngestOptions> = {},
): Promise<{ ingest: SrtIngest; door: RecordingDoor; port: number }> {
  const door = new RecordingDoor();
  const ingest = await SrtIngest.open({
    ...{ door, clock: nodeClock, log: silentLog, bind: ["127.0.0.1"], port: 0 },
    timers: {
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    },
    ...{ passphrase: undefined, latencyMs: 120, ...options },
  });
  return { ingest, door, port: ingest.port };
}
