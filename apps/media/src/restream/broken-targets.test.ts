import { Emitter, silentLog } from "@sameroom/base";
import { SeededRandom } from "@sameroom/base/testing";
import type { RestreamOrder, RestreamStatus } from "@sameroom/contract";
import type { AccessUnit } from "@sameroom/protocol";
import { afterEach, beforeAll, expect, it } from "vitest";
import { nodeClock } from "../node/node-clock.ts";
import { eventually } from "../testing/eventually.fixture.ts";
import { videoUnits } from "../transcode/picture.fixture.ts";
import { aacUnits } from "../transcode/sound.fixture.ts";
import { Receiver } from "./receiver.fixture.ts";
import { Restreams } from "./restreams.ts";
import { SenderProcesses } from "./sender.ts";
import { createPrograms, createSession } from "./show.fixture.ts";
import { freePort, TargetServer } from "./target-servers.fixture.ts";

const FRAMES_PER_SECOND = 30;
/** 375 packets of AAC, to the sample. */
const LOOP_SECONDS = 8;
/** So much is stuffed into each picture, bytes: what a system keeps for a connection is full within seconds. */
const FILLER_BYTES = 40_000;
/** Processes begin beside other tests, and connections are given up only after a while. */
const PATIENCE_MS = 60_000;
const ROOM = "studio";

const timers = {
  after(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
let loop: AccessUnit[];
const open: { close(): unknown }[] = [];

beforeAll(() => {
  const count = LOOP_SECONDS * FRAMES_PER_SECOND;
  const pictures = videoUnits({
    ...{ codec: "h264", width: 320, height: 180, startMicros: 0, count, keyframeEvery: FRAMES_PER_SECOND },
    luma: (index) => 16 + (index % 200),
  });
  const sound = aacUnits({
    ...{ startMicros: 0, seconds: LOOP_SECONDS, sampleRate: 48_000 },
    value: (seconds) => Math.sin(seconds * 2 * Math.PI * 440) / 2,
  });
  loop = [...pictures.map(stuffed), ...sound.filter(isInLoop)];
  loop.sort((one, other) => one.captureMicros - other.captureMicros);
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function own<T extends { close(): unknown }>(one: T): T {
  open.push(one);
  return one;
}

/** The encoder begins with a packet that only sets decoders up, and ends with what it had still inside. */
function isInLoop({ captureMicros }: AccessUnit): boolean {
  return captureMicros >= 0 && captureMicros < LOOP_SECONDS * 1_000_000;
}

/** With a NAL unit of filler data (H.264 section 7.3.2.7), which decoders pass over. */
function stuffed(unit: AccessUnit): AccessUnit {
  const data = new Uint8Array(unit.data.length + 4 + FILLER_BYTES).fill(0xff);
  data.set(unit.data);
  new DataView(data.buffer).setUint32(unit.data.length, FILLER_BYTES);
  data[unit.data.length + 4] = 12;
  data[data.length - 1] = 0x80;
  return { ...unit, data };
}

/** The loop, for ever, in step with the clock: an encoder on air, and what its show is sent on to. */
class OnAir {
  /** Units that came, and those of them that the show has. */
  sent = 0;
  shown = 0;
  readonly processes = own(new SenderProcesses(timers));
  readonly restreams: Restreams;
  /** Of all targets, each as often as one changed. */
  readonly #told: RestreamStatus[] = [];

  constructor(orders: RestreamOrder[]) {
    const programs = createPrograms(nodeClock);
    this.restreams = new Restreams({
      ...{ programs, openSender: this.processes.open, allowPrivate: true, clock: nodeClock },
      ...{ random: new SeededRandom(7), log: silentLog },
    });
    this.restreams.on("state", (_, statuses) => this.#told.push(...statuses));
    const units = new Emitter<{ unit: [AccessUnit] }>();
    programs.on("started", (program) => {
      for (const rendition of ["v-single", "aac"])
        program.subscribe(rendition, () => {
          this.shown += 1;
        });
    });
    programs.follow(createSession(ROOM, units));
    const startMicros = nodeClock.unixMs() * 1000;
    const timer = setInterval(() => {
      for (;;) {
        const rounds = Math.floor(this.sent / loop.length) * LOOP_SECONDS * 1_000_000;
        const next = loop[this.sent % loop.length]!;
        const captureMicros = startMicros + rounds + next.captureMicros;
        if (captureMicros > nodeClock.unixMs() * 1000) break;
        this.sent += 1;
        units.emit("unit", { ...next, captureMicros });
      }
      this.restreams.tick();
    }, 10);
    own({ close: () => clearInterval(timer) });
    own(this.restreams);
    this.restreams.set(ROOM, orders);
  }

  status(target: RestreamOrder): RestreamStatus {
    return this.restreams.statusesOf(ROOM).find((status) => status.target === target.id)!;
  }

  /** One after the other, each once. */
  states(target: RestreamOrder): string[] {
    const all = this.#told.filter((status) => status.target === target.id).map(({ state }) => state);
    return all.filter((state, index) => state !== all[index - 1]);
  }

  /** It is so now, or was once. */
  async until(target: RestreamOrder, what: Partial<RestreamStatus>): Promise<void> {
    const wanted = Object.entries({ ...what, target: target.id }) as [keyof RestreamStatus, unknown][];
    const wasSo = () => this.#told.some((status) => wanted.every(([name, value]) => status[name] === value));
    await eventually(`${target.url} is ${JSON.stringify(what)}`, wasSo, PATIENCE_MS).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(this.status(target))}`);
    });
  }
}

let orders = 0;
function order(url: string): RestreamOrder {
  orders += 1;
  return { id: `00000000-0000-7000-8000-00000000000${orders}`, url, key: "key", passphrase: null };
}

/** FFmpeg as a platform, and its port. */
async function platform(): Promise<{ receiver: Receiver; port: number }> {
  const port = await freePort();
  return { receiver: own(await Receiver.listen(`rtmp://127.0.0.1:${port}/live/key`)), port };
}

it("targets that are silent, rude, deaf or not there disturb neither the show nor a target that is none of these", async () => {
  const [good, stuck] = [await platform(), await platform()];
  const [silent, rude] = [own(await TargetServer.silent()), own(await TargetServer.rude())];
  const deaf = own(await TargetServer.deaf(stuck.port, 1_000_000));
  const rtmp = (port: number) => order(`rtmp://127.0.0.1:${port}/live`);
  const targets = {
    ...{ good: rtmp(good.port), silent: rtmp(silent.port), rude: rtmp(rude.port), deaf: rtmp(deaf.port) },
    nobody: order(`srt://127.0.0.1:${await freePort()}`),
  };
  const air = new OnAir(Object.values(targets));
  await air.until(targets.good, { state: "live" });
  await air.until(targets.rude, { state: "retrying", reason: "refused" });
  await air.until(targets.nobody, { state: "retrying", reason: "unreachable" });
  // It takes the stream, then nothing any more.
  await air.until(targets.deaf, { state: "live" });
  await air.until(targets.deaf, { state: "retrying", reason: "lost" });
  await air.until(targets.silent, { state: "retrying", reason: "unreachable" });

  // All of that is over, and it still gets what comes, whole; a machine that is too busy leaves pictures out before it sends any.
  const gone = air.sent;
  const [before] = await good.receiver.until(([picture]) => (picture?.packets ?? 0) > 0);
  const beforeMs = before!.lastMs;
  const after = await good.receiver.until(([picture]) => picture!.lastMs > beforeMs + 3000);
  expect(after.map(({ faults }) => faults)).toEqual([0, 0]);
  expect(air.states(targets.good)).toEqual(["connecting", "live"]);
  expect(air.sent).toBeGreaterThan(gone);
  expect(air.shown).toBe(air.sent);

  air.restreams.close();
  await eventually("no process is left, whatever it was waiting for", () => air.processes.pids.length === 0);
}, 180_000);
