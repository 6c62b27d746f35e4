/** What one check of the boot self-test found, in words for the operator. */
export interface CheckResult {
  readonly name: string;
  /** `fail` keeps Sameroom from starting, `warn` does not. */
  readonly state: "ok" | "warn" | "fail";
  /** What was found. */
  readonly found: string;
  /** What to do about it; absent when there is nothing to do. */
  readonly remedy?: string;
}

/** Whether Sameroom can start with these results. */
export function passed(results: readonly CheckResult[]): boolean {
  return results.every((result) => result.state !== "fail");
}
