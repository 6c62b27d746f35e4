import { type Attribute, parseAttributes } from "./parse-attributes.ts";
import { readLines } from "./read-lines.ts";

type Attributes = Map<string, Attribute>;

/**
 * What is wrong with a multivariant playlist by RFC 8216bis, each fault behind the section it offends. An empty list: nothing.
 * Never throws.
 */
export function validateMultivariant(text: string): string[] {
  const faults: string[] = [];
  const variants: Attributes[] = [];
  const media: Attributes[] = [];
  let pending: Attributes | undefined;
  for (const line of readLines(text, faults)) {
    if ("uri" in line) {
      if (pending === undefined) faults.push(`4.4.6.2: ${line.uri} without #EXT-X-STREAM-INF`);
      pending = undefined;
      continue;
    }
    if (pending !== undefined) faults.push(`4.4.6.2: #EXT-X-STREAM-INF is followed by #${line.tag}`);
    pending = undefined;
    if (line.tag === "EXTINF" || line.tag === "EXT-X-TARGETDURATION")
      faults.push(`4.1: #${line.tag} in a multivariant playlist`);
    if (line.tag !== "EXT-X-STREAM-INF" && line.tag !== "EXT-X-MEDIA") continue;
    const attributes = parseAttributes(line.value);
    if (attributes === undefined) faults.push(`4.2: malformed attributes: #${line.tag}:${line.value}`);
    if (line.tag === "EXT-X-MEDIA") {
      if (attributes !== undefined) media.push(attributes);
      continue;
    }
    pending = attributes ?? new Map();
    if (attributes !== undefined) variants.push(attributes);
  }
  if (pending !== undefined) faults.push("4.4.6.2: #EXT-X-STREAM-INF without an address");
  if (variants.length === 0) faults.push("4.4.6.2: no variant");
  for (const variant of variants) checkVariant(variant, { media, faults });
  checkMedia(media, faults);
  return faults;
}

function checkVariant(
  variant: Attributes,
  { media, faults }: { media: Attributes[]; faults: string[] },
): void {
  const value = (name: string) => variant.get(name)?.value;
  const bandwidth = Number(value("BANDWIDTH"));
  const average = value("AVERAGE-BANDWIDTH");
  if (!(Number.isInteger(bandwidth) && bandwidth > 0)) faults.push("4.4.6.2: a variant without BANDWIDTH");
  if (average !== undefined && !(Number(average) <= bandwidth))
    faults.push(`4.4.6.2: the average bandwidth ${average} exceeds the peak ${bandwidth}`);
  const codecs = variant.get("CODECS");
  if (codecs?.isQuoted !== true || codecs.value === "") faults.push("4.4.6.2: a variant without CODECS");
  const hasVideo = /(^|,)\s*(avc1|avc3|hvc1|hev1|vp08|vp09|av01)/.test(codecs?.value ?? "");
  const resolution = value("RESOLUTION");
  if (hasVideo && resolution === undefined) faults.push("4.4.6.2: a variant with video without RESOLUTION");
  if (resolution !== undefined && !/^[1-9]\d*x[1-9]\d*$/.test(resolution))
    faults.push(`4.4.6.2: resolution ${resolution}`);
  const rate = value("FRAME-RATE");
  if (rate !== undefined && !/^\d+(\.\d{1,3})?$/.test(rate)) faults.push(`4.4.6.2: frame rate ${rate}`);
  for (const type of ["AUDIO", "VIDEO", "SUBTITLES"]) {
    const group = value(type);
    const isThere = media.some(
      (one) => one.get("TYPE")?.value === type && one.get("GROUP-ID")?.value === group,
    );
    if (group !== undefined && !isThere) faults.push(`4.4.6.2: no ${type} group ${group}`);
  }
}

function checkMedia(media: readonly Attributes[], faults: string[]): void {
  const names = new Set<string>();
  const defaults = new Set<string>();
  for (const one of media) {
    const value = (name: string) => one.get(name)?.value;
    const group = `${value("TYPE")} ${value("GROUP-ID")}`;
    for (const name of ["TYPE", "GROUP-ID", "NAME"])
      if (!one.has(name)) faults.push(`4.4.6.1: #EXT-X-MEDIA without ${name}`);
    if (names.has(`${group} ${value("NAME")}`))
      faults.push(`4.4.6.1.1: ${value("NAME")} stands twice in a group`);
    names.add(`${group} ${value("NAME")}`);
    if (value("DEFAULT") !== "YES") continue;
    if (value("AUTOSELECT") === "NO") faults.push("4.4.6.1: a default that is not selected by itself");
    if (defaults.has(group)) faults.push(`4.4.6.1.1: two defaults in the group ${group}`);
    defaults.add(group);
  }
}
