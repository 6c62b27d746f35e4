import { readFileSync } from "node:fs";
import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { SimulatedSession } from "./simulated-session.fixture.ts";
import { replayTrace, type TraceDecision, TracedEstimator } from "./trace.ts";
import { parseTraceRecord } from "./trace-record.ts";
import type { ProbeRequest } from "./types.ts";

/** Notes what it decides while it is used. */
class NotingEstimator extends TracedEstimator {
  readonly lines: string[];
  readonly probes: ProbeRequest[] = [];

  constructor() {
    const lines: string[] = [];
    super({ startBps: 800_000 }, (line) => lines.push(line));
    this.lines = lines;
  }

  override takeProbe(nowMs: number): ProbeRequest | undefined {
    const probe = super.takeProbe(nowMs);
    if (probe !== undefined) this.probes.push(probe);
    return probe;
  }
}

function summary(decisions: readonly TraceDecision[]): string {
  const lines: string[] = [];
  decisions.forEach(({ estimateBps, usage, lossRatio, probe }, index) => {
    const asked = probe === undefined ? "" : ` probe ${Math.round(probe.rateBps / 1000)} kbit/s`;
    const line = `${Math.round(estimateBps / 1000)} kbit/s ${usage} ${Math.round(lossRatio * 100)} %${asked}`;
    if (!lines.at(-1)?.endsWith(`: ${line}`)) lines.push(`${index}: ${line}`);
  });
  return `${lines.join("\n")}\n`;
}

describe("a trace", () => {
  it("decides what the estimator decided that wrote it", () => {
    const estimator = new NotingEstimator();
    const session = new SimulatedSession({
      link: { delayMs: 30, bandwidthBps: 3_000_000, loss: 0.02 },
      estimator,
    });
    session.run(10);
    session.configure({ bandwidthBps: 400_000, reorder: 0.1 });
    session.run(5);
    estimator.onRemb(session.nowMs, 300_000);
    estimator.onPathChange(session.nowMs);
    session.configure({ loss: 1 });
    session.run(4);
    session.configure({ loss: 0, bandwidthBps: 3_000_000 });
    session.run(5);
    const decisions = replayTrace(estimator.lines);
    expect(decisions).toHaveLength(estimator.lines.length);
    expect(decisions.at(-1)).toEqual(estimator.path);
    expect(decisions.map(({ probe }) => probe).filter((probe) => probe !== undefined)).toEqual(
      estimator.probes,
    );
    const live = session.samples.map(({ estimateBps }) => Math.round(estimateBps));
    const replayed = new Set(decisions.map(({ estimateBps }) => Math.round(estimateBps)));
    expect(live.every((estimate) => replayed.has(estimate))).toBe(true);
  });

  it("shows what other options would have made of it", () => {
    const estimator = new NotingEstimator();
    new SimulatedSession({ link: { delayMs: 30, bandwidthBps: 3_000_000 }, estimator }).run(5);
    const capped = replayTrace(estimator.lines, { maxBps: 500_000 });
    expect(Math.max(...capped.slice(1).map(({ estimateBps }) => estimateBps))).toBeLessThanOrEqual(500_000);
  });

  it("from a path that fell to a fifth and came back still gives these decisions", async () => {
    const text = readFileSync(new URL("recorded-drop.trace.jsonl", import.meta.url), "utf8");
    const decisions = replayTrace(text.trimEnd().split("\n"));
    await expect(summary(decisions)).toMatchFileSnapshot("recorded-drop.decisions.txt");
  });

  it("with a broken line says which", () => {
    expect(() => replayTrace(['{"kind":"wanted","bps":1}', '{"kind":"poll"}'])).toThrow(
      "line 2 of the trace: a poll without atMs",
    );
  });

  it("line is refused or read, never half read, whatever it says", () => {
    const random = new SeededRandom(11);
    const line =
      '{"kind":"feedback","atMs":5,"sent":[1,2],"arrival":[3,null],"sizes":[4,5],"clusters":[0,1]}';
    const characters = '{}[],:"0123456789-null e.kind';
    expect(parseTraceRecord(line)).toEqual(JSON.parse(line));
    for (let round = 0; round < 5000; round++) {
      let broken = line;
      for (let edit = random.integer(1, 4); edit > 0; edit--) {
        const at = random.integer(0, broken.length - 1);
        broken = broken.slice(0, at) + random.pick([...characters]) + broken.slice(at + random.integer(0, 3));
      }
      const record = parseTraceRecord(broken);
      if (typeof record === "string") expect(record).not.toBe("");
      else expect(() => replayTrace([broken])).not.toThrow();
    }
  });
});
