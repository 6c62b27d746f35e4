/** What a benchmark prints and writes. */
export interface Report {
  /** The tables and remarks, for the screen. */
  text: string;
  /** What `--json` writes, the machine apart. */
  json: Record<string, unknown>;
}

export interface BenchmarkContext {
  /** A line of progress. */
  say(line: string): void;
  chromiumPath: string;
  /** Values of `--name value` the benchmark knows. */
  flags: Readonly<Record<string, string | undefined>>;
}

export interface Benchmark {
  /** One line for the list. */
  summary: string;
  /** `--name` to what it means. */
  flags: Readonly<Record<string, string>>;
  run(context: BenchmarkContext): Promise<Report>;
}

/** A flag that is a whole number between limits. Throws with the flag's name. */
export function integerFlag(
  context: BenchmarkContext,
  name: string,
  limits: { fallback: number; min: number; max: number },
): number {
  const text = context.flags[name];
  if (text === undefined) return limits.fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < limits.min || value > limits.max) {
    throw new Error(`--${name}: a whole number from ${limits.min} to ${limits.max}, please`);
  }
  return value;
}

/** A flag that is one of some words. Throws with the flag's name. */
export function wordFlag<Word extends string>(
  context: BenchmarkContext,
  name: string,
  { fallback, words }: { fallback: Word; words: readonly Word[] },
): Word {
  const text = context.flags[name] ?? fallback;
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Error(`--${name}: ${words.join(" or ")}, please`);
  return found;
}
