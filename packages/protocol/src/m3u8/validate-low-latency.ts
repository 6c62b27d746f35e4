import type { Attribute } from "./parse-attributes.ts";
import type { ReadMediaPlaylist } from "./read-media-playlist.ts";

/** Durations are written with five decimals. */
const ROUNDING = 1.1e-5;
/** Durations of the parts of a segment may add up to a little more or less than its own. */
const MOST_SUM_ERROR = 0.05;
const LEAST_OF_TARGET = 0.85;

/** RFC 8216bis sections 4.4.3.7, 4.4.4.9, 4.4.5.3 and 4.4.5.4. */
export function checkParts(playlist: ReadMediaPlaylist, faults: string[]): void {
  const { segments, open, partTarget, targetDuration, hints, reports, isEnded } = playlist;
  const all = [...segments, open];
  const hasParts = all.some(({ parts }) => parts.length > 0);
  if (hasParts && partTarget === undefined) faults.push("4.4.3.7: parts without #EXT-X-PART-INF");
  let fromEnd = 0;
  for (const { sequence, parts, duration, uri } of all.toReversed()) {
    const target = partTarget ?? Number.POSITIVE_INFINITY;
    if (parts.length > 0 && fromEnd > 3 * targetDuration + ROUNDING)
      faults.push(
        `4.4.4.9: segment ${sequence} still has parts, more than three target durations from the end`,
      );
    fromEnd += duration;
    for (const [index, part] of parts.entries()) {
      const name = `part ${sequence}.${index}`;
      if (part.duration > target + ROUNDING)
        faults.push(`4.4.4.9: ${name} lasts ${part.duration} s, the part target is ${target}`);
      // Of a segment that is not whole, the last one so far may be its last one.
      const isLast = index === parts.length - 1;
      const isShort = partTarget !== undefined && part.duration < partTarget * LEAST_OF_TARGET - ROUNDING;
      if (isShort && !isLast && !part.independent && !part.gap)
        faults.push(`4.4.4.9: ${name} lasts ${part.duration} s, less than 85 % of the part target`);
    }
    const sum = parts.reduce((total, part) => total + part.duration, 0);
    if (uri !== undefined && parts.length > 0 && Math.abs(sum - duration) > MOST_SUM_ERROR)
      faults.push(`4.4.4.9: the parts of segment ${sequence} last ${sum} s, the segment ${duration}`);
  }
  const uris = new Set(all.flatMap(({ parts }) => parts.map(({ uri }) => uri)));
  for (const hint of hints) {
    const type = hint.get("TYPE")?.value;
    const uri = hint.get("URI");
    if ((type !== "PART" && type !== "MAP") || uri?.isQuoted !== true)
      faults.push("4.4.5.3: a hint without TYPE or URI");
    else if (type === "PART" && uris.has(uri.value))
      faults.push(`4.4.5.3: the hint ${uri.value} is there already`);
  }
  if (new Set(hints.map((hint) => hint.get("TYPE")?.value)).size < hints.length)
    faults.push("4.4.5.3: two hints of one type");
  if (isEnded && hints.length > 0) faults.push("4.4.5.3: a hint although nothing will come");
  for (const report of reports) {
    const isNumber = (name: string) => /^\d+$/.test(report.get(name)?.value ?? "");
    if (report.get("URI")?.isQuoted !== true || !isNumber("LAST-MSN"))
      faults.push("4.4.5.4: a rendition report without URI or LAST-MSN");
    else if (/^[a-z]+:/i.test(report.get("URI")!.value))
      faults.push("4.4.5.4: the address of a rendition report is not relative");
    if (hasParts && !isNumber("LAST-PART")) faults.push("4.4.5.4: a rendition report without LAST-PART");
  }
}

/** RFC 8216bis sections 4.4.3.8 and 4.4.5.2. */
export function checkControl(playlist: ReadMediaPlaylist, faults: string[]): void {
  const {
    control = new Map<string, Attribute>(),
    partTarget,
    targetDuration,
    skipped,
    segments,
    open,
  } = playlist;
  const seconds = (name: string) => {
    const attribute = control.get(name);
    if (attribute !== undefined && !/^\d+(\.\d+)?$/.test(attribute.value))
      faults.push(`4.4.3.8: ${name}=${attribute.value}`);
    return attribute === undefined ? undefined : Number(attribute.value);
  };
  const skipUntil = seconds("CAN-SKIP-UNTIL");
  const partHoldBack = seconds("PART-HOLD-BACK");
  const holdBack = seconds("HOLD-BACK");
  if (skipUntil !== undefined && skipUntil < 6 * targetDuration)
    faults.push(`4.4.3.8: CAN-SKIP-UNTIL ${skipUntil} is less than six target durations`);
  if (holdBack !== undefined && holdBack < 3 * targetDuration)
    faults.push(`4.4.3.8: HOLD-BACK ${holdBack} is less than three target durations`);
  if (partTarget !== undefined && partHoldBack === undefined)
    faults.push("4.4.3.8: #EXT-X-PART-INF without PART-HOLD-BACK");
  if (partTarget !== undefined && partHoldBack !== undefined && partHoldBack < 3 * partTarget - ROUNDING)
    faults.push(`4.4.3.8: PART-HOLD-BACK ${partHoldBack} is less than three part targets`);
  if (skipped === 0) return;
  if (skipUntil === undefined) faults.push("6.2.5.1: #EXT-X-SKIP without CAN-SKIP-UNTIL");
  const kept = segments.reduce((total, { duration }) => total + duration, open.duration);
  if (skipUntil !== undefined && kept < skipUntil - ROUNDING)
    faults.push(`6.2.5.1: only ${kept} s are left, the skip boundary is ${skipUntil}`);
}

/** What the low-latency profile asks of a playlist (RFC 8216bis appendix B.1). */
export function checkLowLatency(playlist: ReadMediaPlaylist, faults: string[]): void {
  const { control, partTarget, isEnded, hints, segments, open, skipped } = playlist;
  if (control?.get("CAN-BLOCK-RELOAD")?.value !== "YES") faults.push("B.1: no CAN-BLOCK-RELOAD");
  if (partTarget === undefined) faults.push("B.1: no #EXT-X-PART-INF");
  if (control?.has("CAN-SKIP-UNTIL") !== true) faults.push("B.1: no delta updates");
  if (!isEnded && hints.length === 0) faults.push("B.1: no #EXT-X-PRELOAD-HINT");
  const all = [...segments, open];
  const hasTime = all.some(({ programDateTimeMs }) => programDateTimeMs !== undefined);
  const isEmpty = segments.length === 0 && open.parts.length === 0;
  if (!hasTime && !isEmpty && skipped === 0) faults.push("B.1: no #EXT-X-PROGRAM-DATE-TIME");
}
