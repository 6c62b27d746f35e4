import { fileURLToPath } from "node:url";
import { freePorts } from "../../testing/free-ports.ts";
import { type Benchmark, type BenchmarkContext, integerFlag } from "../benchmark.ts";
import { Program } from "../harness/program.ts";
import { sleep, until } from "../harness/until.ts";
import { usageOf } from "../measure/process-usage.ts";
import { formatTable } from "../measure/table.ts";
import { ControlProcess } from "./control-process.ts";
import { Crowd } from "./crowd.ts";

const ROOM = "bench-chat";
const NAIVE = fileURLToPath(new URL("./naive-server.ts", import.meta.url));
/** What is sent in a window and not heard a moment after it does not count. */
const SETTLE_MS = 2000;
const CROWD_PROCESSES = 2;
/** A rate the naive server keeps up with: what a delivery costs does not depend on it. */
const NAIVE_PER_SECOND = 8;

interface Options {
  sockets: number;
  perSecond: number;
  seconds: number;
}

/** What a chat of one room costs and how late it is. */
export const chat: Benchmark = {
  summary: "one room's chat: deliveries per CPU-second beside a naive Socket.IO chat, delay, memory",
  flags: {
    sockets: "people in the room; default 10000",
    rate: "messages a second; default 200",
    seconds: "length of a window; default 20",
    profile: "folder for CPU profiles of control",
  },
  async run(context) {
    const options = {
      sockets: integerFlag(context, "sockets", { fallback: 10_000, min: 10, max: 18_000 }),
      perSecond: integerFlag(context, "rate", { fallback: 200, min: 1, max: 2000 }),
      seconds: integerFlag(context, "seconds", { fallback: 20, min: 2, max: 600 }),
    };
    const ours = await measureOurs(context, options);
    const naive = await measureNaive(context, options);
    return present(ours, naive, options);
  },
};

interface Window {
  /** Messages that reached people, all people together, a second. */
  deliveriesPerSecond: number;
  deliveriesPerCpuSecond: number;
  cpuShare: number;
  p50Ms: number;
  p95Ms: number;
  /** Of these, what is the crowd's own lateness, p95. */
  crowdLateP95Ms: number;
}

interface Ours {
  /** Guests talk: everybody gets a fair sample. */
  sampled: Window;
  /** Moderators talk: everybody gets everything. */
  everything: Window;
  bytesPerSocket: number;
}

async function measureOurs(context: BenchmarkContext, options: Options): Promise<Ours> {
  const control = await ControlProcess.start(ROOM, context.flags.profile);
  const crowds: Crowd[] = [];
  try {
    const writers = options.perSecond + CROWD_PROCESSES;
    const mint = (role: "viewer" | "moderator", count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          control.mint(ROOM, role, role === "viewer" ? `guest:v${index}` : `key:m${index}`),
        ),
      );
    // Staff gets everything at any rate; few, so that the room is one of ordinary people.
    const staff = await Crowd.open(control.port, await mint("moderator", writers), CROWD_PROCESSES);
    crowds.push(staff);
    const before = usageOf(control.pid).residentBytes;
    const people = await Crowd.open(control.port, await mint("viewer", options.sockets), CROWD_PROCESSES);
    crowds.push(people);
    await sleep(SETTLE_MS);
    const bytesPerSocket = (usageOf(control.pid).residentBytes - before) / options.sockets;
    context.say(`${options.sockets} people are in the room`);
    const measure = (speakers: Crowd) =>
      measureWindow(control.pid, { speakers, listeners: people, ...options });
    await people.talk(options.perSecond, 2000);
    const sampled = await measure(people);
    context.say("everybody talked");
    const everything = await measure(staff);
    context.say("moderators talked");
    control.assertRunning();
    return { sampled, everything, bytesPerSocket };
  } finally {
    for (const crowd of crowds) crowd.close();
    await control.close();
  }
}

async function measureNaive(context: BenchmarkContext, options: Options): Promise<Window> {
  const [port] = (await freePorts(1)) as [number];
  const program = new Program(process.execPath, ["--import", "tsx", NAIVE, String(port)]);
  try {
    await until("the naive chat answers", async () => {
      program.assertRunning();
      return (await fetch(`http://127.0.0.1:${port}/socket.io/`).catch(() => undefined))?.status === 400;
    });
    const nobody = Array.from({ length: options.sockets }, () => null);
    const people = await Crowd.open(port, nobody, CROWD_PROCESSES);
    try {
      await people.talk(NAIVE_PER_SECOND, 2000);
      const talk = { speakers: people, listeners: people, seconds: options.seconds };
      const window = await measureWindow(program.pid, { ...talk, perSecond: NAIVE_PER_SECOND });
      context.say("the naive chat did");
      return window;
    } finally {
      people.close();
    }
  } finally {
    await program.close();
  }
}

async function measureWindow(
  pid: number,
  {
    speakers,
    listeners,
    perSecond,
    seconds,
  }: {
    speakers: Crowd;
    listeners: Crowd;
    perSecond: number;
    seconds: number;
  },
): Promise<Window> {
  await sleep(SETTLE_MS);
  await listeners.count();
  const before = usageOf(pid).cpuSeconds;
  const started = performance.now();
  await speakers.talk(perSecond, seconds * 1000);
  await sleep(SETTLE_MS);
  const elapsedS = (performance.now() - started) / 1000;
  const cpuSeconds = usageOf(pid).cpuSeconds - before;
  const counted = await listeners.count();
  const deliveries = (counted.heard / counted.listeners) * counted.sockets;
  const ages = counted.ages.sort((one, other) => one - other);
  const quantile = (share: number) => ages[Math.floor(ages.length * share)] ?? Number.NaN;
  return {
    deliveriesPerSecond: deliveries / seconds,
    deliveriesPerCpuSecond: deliveries / cpuSeconds,
    cpuShare: cpuSeconds / elapsedS,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    crowdLateP95Ms: counted.lateP95Ms,
  };
}

function present(ours: Ours, naive: Window, options: Options) {
  const row = (
    name: string,
    { deliveriesPerSecond, deliveriesPerCpuSecond, cpuShare, p50Ms, p95Ms, crowdLateP95Ms }: Window,
  ) => [
    name,
    Math.round(deliveriesPerSecond).toLocaleString("en"),
    Math.round(deliveriesPerCpuSecond).toLocaleString("en"),
    cpuShare.toFixed(2),
    p50Ms.toFixed(0),
    p95Ms.toFixed(0),
    crowdLateP95Ms.toFixed(0),
  ];
  const ratio = ours.everything.deliveriesPerCpuSecond / naive.deliveriesPerCpuSecond;
  const table = formatTable(
    ["", "deliveries/s", "deliveries/CPU-s", "cores", "p50 ms", "p95 ms", "crowd late p95 ms"],
    [
      row(`Sameroom, ${options.perSecond}/s, a fair sample`, ours.sampled),
      row(`Sameroom, ${options.perSecond}/s, everything`, ours.everything),
      row(`naive Socket.IO, ${NAIVE_PER_SECOND}/s`, naive),
    ],
  );
  const remarks = [
    `${options.sockets} people in one room. Everything: ${ratio.toFixed(1)}x the naive chat's deliveries per CPU-second (target 10x).`,
    `p95 of the fair sample: target < 300 ms. Memory: ${(ours.bytesPerSocket / 1024).toFixed(1)} KiB a socket (target < 40).`,
  ];
  return {
    text: [table, "", ...remarks].join("\n"),
    json: {
      sockets: options.sockets,
      messagesPerSecond: options.perSecond,
      deliveriesPerCpuSecond: ours.everything.deliveriesPerCpuSecond,
      naiveSocketIoDeliveriesPerCpuSecond: naive.deliveriesPerCpuSecond,
      p95Ms: ours.sampled.p95Ms,
      crowdLateP95Ms: ours.sampled.crowdLateP95Ms,
      p95EverythingMs: ours.everything.p95Ms,
      cpuShare: ours.sampled.cpuShare,
      bytesPerSocket: ours.bytesPerSocket,
    },
  };
}
