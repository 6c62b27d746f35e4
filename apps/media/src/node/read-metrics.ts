import { Counter, Gauge, type Registry } from "prom-client";

export interface MetricName {
  /** Without the prefix `sameroom_media_`. */
  name: string;
  help: string;
  /** Of the values, where there are several. */
  label?: string;
}

/** One number, or one for each value of the label. */
export type MetricValues = number | Iterable<readonly [labelValue: string, value: number]>;

/** A gauge that is read when somebody asks. */
export function readGauge(
  registry: Registry,
  { name, help, label }: MetricName,
  read: () => MetricValues,
): void {
  new Gauge({
    ...{ name: `sameroom_media_${name}`, help, labelNames: label === undefined ? [] : [label] },
    registers: [registry],
    collect() {
      this.reset();
      for (const [value, labels] of pairs(read(), label)) this.set(labels, value);
    },
  });
}

/** A counter that others keep, read when somebody asks. */
export function readCounter(
  registry: Registry,
  { name, help, label }: MetricName,
  read: () => MetricValues,
): void {
  new Counter({
    ...{ name: `sameroom_media_${name}`, help, labelNames: label === undefined ? [] : [label] },
    registers: [registry],
    collect() {
      this.reset();
      for (const [value, labels] of pairs(read(), label)) this.inc(labels, value);
    },
  });
}

function pairs(values: MetricValues, label: string | undefined): [number, Record<string, string>][] {
  if (typeof values === "number") return [[values, {}]];
  return [...values].map(([labelValue, value]) => [value, { [label!]: labelValue }]);
}
