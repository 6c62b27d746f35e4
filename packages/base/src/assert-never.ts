/** The end of an exhaustive switch: does not compile while a case is missing, throws when a value slips through at run time. */
export function assertNever(value: never, what = "value"): never {
  throw new TypeError(`unexpected ${what}: ${JSON.stringify(value)}`);
}
