import { ApiError } from "./api-error.ts";

export type Faults = Record<string, string>;
interface Issue {
  path: PropertyKey[];
  message: string;
}
interface Schema<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false; error: { issues: Issue[] } };
}

/** Checks a form with the contract's own schema: its value, or the first fault of each field. */
export function checkForm<Value>(
  schema: Schema<Value>,
  value: unknown,
): { ok: true; value: Value } | { ok: false; faults: Faults } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults: Faults = {};
  for (const issue of parsed.error.issues) faults[issue.path.join(".")] ??= sentence(issue.message);
  return { ok: false, faults };
}

/** The faults a server answered with, by field. */
export function faultsOf(error: unknown): Faults {
  const faults: Faults = {};
  if (!(error instanceof ApiError)) return faults;
  for (const fault of error.problem?.faults ?? []) faults[fault.path] ??= sentence(fault.message);
  return faults;
}

function sentence(text: string): string {
  const tooSmall = /^Too small: expected string to have >=(\d+) characters$/.exec(text);
  if (tooSmall)
    return tooSmall[1] === "1" ? "Please fill this in." : `Use at least ${tooSmall[1]} characters.`;
  const tooBig = /^Too big: expected string to have <=(\d+) characters$/.exec(text);
  if (tooBig) return `Use at most ${tooBig[1]} characters.`;
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
