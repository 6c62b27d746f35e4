import { type ParsedFragment, parseFragment } from "@sameroom/protocol";

/** The fragments of a segment's file as far as they are whole, and where the last of them ends. */
export function wholeFragments(bytes: Uint8Array): { fragments: ParsedFragment[]; end: number } {
  const fragments: ParsedFragment[] = [];
  let end = 0;
  for (let next = parseFragment(bytes, end); next !== undefined; next = parseFragment(bytes, end)) {
    fragments.push(next);
    end = next.end;
  }
  return { fragments, end };
}

/** Decoding time from the first sample to the end of the last one, ticks; holes between fragments count. */
export function ticksOf(fragments: readonly ParsedFragment[]): number {
  const [first] = fragments;
  const last = fragments.findLast(({ samples }) => samples.length > 0);
  if (first === undefined || last === undefined) return 0;
  let end = last.baseTime;
  for (const { duration } of last.samples) end += duration;
  return Math.max(0, end - first.baseTime);
}
