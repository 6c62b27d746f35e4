import { type Benchmark, type BenchmarkContext, integerFlag, wordFlag } from "../benchmark.ts";
import { formatTable, grouped, ratio } from "../measure/table.ts";
import { type CLoopRates, measureCLoop, measureCLoopLayerCost } from "./c-loop-rates.ts";
import { isJanusInstalled, type JanusResult, measureJanus } from "./janus.ts";
import { type LayersResult, measureLayers } from "./layers.ts";
import { measureSameroom, type SameroomFanout } from "./sameroom.ts";

const SWEEP = "50,200,1000";
const MAX_VIEWERS = 4000;

/** One publisher, N viewers: what a packet costs, next to a bare C loop and to Janus. */
export const fanout: Benchmark = {
  summary:
    "one publisher, N viewers: packets per CPU-second next to a bare C loop and Janus; memory per viewer",
  flags: {
    viewers: `numbers of viewers, rising; default ${SWEEP}`,
    seconds: "length of each window; default 8",
    layers: "1 or 3: whether three layers are compared with one; default 3",
    "layers-viewers":
      "viewers in that comparison; default 240 (it wants cores that are not full: full ones measure the estimator)",
    feedback: "on or off: viewers report on what they receive, as browsers do; default on",
    "janus-viewers": "viewers of Janus; default 50 (thousands are beyond it on a small machine)",
    "node-arguments": "for the media process, e.g. --cpu-prof; for profiling",
  },
  async run(context) {
    const sweep = sweepOf(context);
    const seconds = integerFlag(context, "seconds", { fallback: 8, min: 1, max: 60 });
    const janusViewers = integerFlag(context, "janus-viewers", { fallback: 50, min: 1, max: 500 });
    const layersViewers = integerFlag(context, "layers-viewers", { fallback: 240, min: 3, max: MAX_VIEWERS });
    const layers = wordFlag(context, "layers", { fallback: "3", words: ["1", "3"] });
    const feedback = wordFlag(context, "feedback", { fallback: "on", words: ["on", "off"] }) === "on";
    const most = sweep.at(-1)!;

    context.say(`C loop, ${most} sinks`);
    const before = measureCLoop(most);
    const nodeArguments = context.flags["node-arguments"]?.split(" ") ?? [];
    const sameroom = await measureSameroom({
      sweep,
      seconds,
      feedback,
      nodeArguments,
      onWindow: (pid, viewers) => context.say(`Sameroom, ${viewers} viewers, process ${pid}`),
    });
    const onStep = (step: string) => context.say(`Sameroom, ${layersViewers} viewers: ${step}`);
    const layered =
      layers === "1" ? undefined : await measureLayers({ viewers: layersViewers, seconds, feedback, onStep });
    context.say(`C loop again`);
    const cLoop = betterOf(before, measureCLoop(most));
    const cLoopLayerCost = layers === "1" ? undefined : measureCLoopLayerCost(layersViewers);
    const janus = await measureJanuses(context, { viewers: janusViewers, seconds });
    return present({ sameroom, layered, cLoop, cLoopLayerCost, janus, most });
  },
};

interface Results {
  sameroom: SameroomFanout;
  layered: LayersResult | undefined;
  cLoop: CLoopRates;
  /** The loop's own cost of a packet with three layers, by that with one. */
  cLoopLayerCost: number | undefined;
  /** As Debian ships it, and with event loops for all cores. */
  janus: { shipped: JanusResult; eventLoops: JanusResult } | undefined;
  most: number;
}

async function measureJanuses(
  context: BenchmarkContext,
  options: { viewers: number; seconds: number },
): Promise<Results["janus"]> {
  if (!isJanusInstalled()) {
    context.say("Janus is not installed (apt-get install janus): left out");
    return undefined;
  }
  context.say(`Janus, ${options.viewers} viewers, a thread for each`);
  const shipped = await measureJanus({ ...options, eventLoops: 0 });
  context.say(`Janus, ${options.viewers} viewers, two event loops`);
  const eventLoops = await measureJanus({ ...options, eventLoops: 2 });
  return { shipped, eventLoops };
}

function present({ sameroom, layered, cLoop, cLoopLayerCost, janus, most }: Results) {
  const top = sameroom.windows.at(-1)!;
  const rate = top.packetsPerCpuSecond;
  const bytesPerViewer = Math.round((top.residentBytes - sameroom.baseBytes) / top.viewers);
  const windows = [
    ...sameroom.windows.map((window) => ({ name: "Sameroom", window })),
    ...(layered === undefined
      ? []
      : [
          { name: "Sameroom, a layer in each of 3 rooms", window: layered.apart },
          { name: "Sameroom, 3 layers in a room", window: layered.together },
          { name: "Sameroom, 1 layer in a room", window: layered.single },
        ]),
    ...(janus === undefined
      ? []
      : [
          { name: "Janus as shipped", window: janus.shipped },
          { name: "Janus, 2 event loops", window: janus.eventLoops },
        ]),
  ];
  const forwarding = formatTable(
    ["who", "viewers", "Mbit/s", "packets", "loss %", "CPU %", "of it TypeScript %", "packets/CPU-s"],
    windows.map(({ name, window }) => [
      name,
      window.viewers,
      Math.round(window.bitsPerSecond / 1e6),
      window.packets,
      (window.loss * 100).toFixed(2),
      Math.round(window.cpuShare * 100),
      name.startsWith("Janus") ? "-" : Math.round(window.javascriptShare * 100),
      grouped(window.packetsPerCpuSecond),
    ]),
  );
  const costs =
    layered === undefined || cLoopLayerCost === undefined
      ? undefined
      : {
          toApart: layered.apart.packetsPerCpuSecond / layered.together.packetsPerCpuSecond,
          toSingle: layered.single.packetsPerCpuSecond / layered.together.packetsPerCpuSecond,
          ofCLoop: cLoopLayerCost,
        };
  const row = (name: string, value: number, target = "") => [
    name,
    grouped(value),
    ratio(rate, value),
    target,
  ];
  const rows = [
    row(
      "C loop, GSO by the frame (fair: the same system call)",
      cLoop.gsoPacketsPerCpuSecond,
      "0.5x or more",
    ),
    row("C loop, a sendto each", cLoop.sendtoPacketsPerCpuSecond),
  ];
  if (janus !== undefined) {
    rows.push(row("Janus as shipped", janus.shipped.packetsPerCpuSecond, "10x or more"));
    rows.push(row("Janus, 2 event loops", janus.eventLoops.packetsPerCpuSecond));
  }
  const comparison = formatTable(["next to", "packets/CPU-s", `Sameroom at ${most}`, "target"], rows);
  const memory = `Memory: ${(bytesPerViewer / 1000).toFixed(0)} KB per viewer (target: below 150 KB)`;
  const layerCosts =
    costs === undefined
      ? []
      : [
          formatTable(
            ["cost of a packet with three layers", "ratio", "target"],
            [
              ["to a room of one layer, 2.5 Mbit/s", costs.toSingle.toFixed(2), ""],
              ["the same in the C loop", costs.ofCLoop.toFixed(2), ""],
              ["what is ours of that", (costs.toSingle / costs.ofCLoop).toFixed(2), ""],
              ["to the same packets in rooms of one layer", costs.toApart.toFixed(2), "1.15 or less"],
            ],
          ),
        ];
  return {
    text: [forwarding, comparison, ...layerCosts, memory].join("\n\n"),
    json: {
      packetsPerCpuSecond: Math.round(rate),
      cLoopPacketsPerCpuSecond: Math.round(cLoop.gsoPacketsPerCpuSecond),
      janusPacketsPerCpuSecond: janus === undefined ? null : Math.round(janus.shipped.packetsPerCpuSecond),
      bytesPerViewer,
      layerCostRatio: costs === undefined ? null : hundredths(costs.toApart),
      layerCostToSingleRatio: costs === undefined ? null : hundredths(costs.toSingle),
      cLoopLayerCostToSingleRatio: costs === undefined ? null : hundredths(costs.ofCLoop),
      javascriptShare: hundredths(top.javascriptShare),
      details: {
        sameroom: sameroom.windows,
        layers: layered ?? null,
        wire: sameroom.wire,
        cLoop,
        janus: janus ?? null,
      },
    },
  };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

function sweepOf(context: BenchmarkContext): number[] {
  const sweep = (context.flags.viewers ?? SWEEP).split(",").map(Number);
  const isSound = sweep.every(
    (viewers, index) =>
      Number.isInteger(viewers) && viewers > (sweep[index - 1] ?? 2) && viewers <= MAX_VIEWERS,
  );
  if (!isSound) throw new Error(`--viewers: rising whole numbers from 3 to ${MAX_VIEWERS}, with commas`);
  return sweep;
}

/** A busy machine only ever slows the loop down: the better run is nearer to the truth. */
function betterOf(left: CLoopRates, right: CLoopRates): CLoopRates {
  const better = (name: keyof CLoopRates) => Math.max(left[name], right[name]);
  return {
    gsoPacketsPerCpuSecond: better("gsoPacketsPerCpuSecond"),
    sendtoPacketsPerCpuSecond: better("sendtoPacketsPerCpuSecond"),
    gsoReceived: Math.min(left.gsoReceived, right.gsoReceived),
    sendtoReceived: Math.min(left.sendtoReceived, right.sendtoReceived),
  };
}
