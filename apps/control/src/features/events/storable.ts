/** With `u`, whole pairs are characters of their own and do not match. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** JSON as PostgreSQL takes it: `jsonb` refuses U+0000 and halves of surrogate pairs, which strings of clients may have. */
export function storable<Value>(value: Value): Value {
  if (typeof value === "string")
    return value.replace(LONE_SURROGATE, "\u{fffd}").replaceAll("\0", "\u{fffd}") as Value;
  if (Array.isArray(value)) return value.map(storable) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [storable(name), storable(one)]),
  ) as Value;
}
