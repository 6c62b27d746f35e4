import { type Log, silentLog } from "@sameroom/base";
import { FakeClock, SeededRandom } from "@sameroom/base/testing";
import { Transcoders, type TranscodersOptions } from "./transcoders.ts";

/** Transcoders with real children on a clock that stands still until a test moves it. */
export function createTranscoders(options: Partial<TranscodersOptions> & { log?: Log } = {}): {
  transcoders: Transcoders;
  clock: FakeClock;
} {
  const clock = new FakeClock();
  const transcoders = new Transcoders({
    clock,
    timers: clock,
    random: new SeededRandom(1),
    log: silentLog,
    limit: 4,
    compositions: 2,
    encoder: "cpu",
    cores: 2,
    ...options,
  });
  return { transcoders, clock };
}
