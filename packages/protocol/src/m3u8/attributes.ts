/** A value of an attribute list: numbers and symbols stand as they are, `quoted` ones in quotation marks. */
export type AttributeValue = number | string | { quoted: string } | undefined;

/** An attribute list (RFC 8216bis section 4.2), without those that are undefined. Throws a RangeError on what cannot be quoted. */
export function formatAttributes(attributes: Readonly<Record<string, AttributeValue>>): string {
  const written: string[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    written.push(`${name}=${typeof value === "object" ? quote(value.quoted) : value}`);
  }
  return written.join(",");
}

/** A quoted string (RFC 8216bis section 4.2): no quotation marks, no line breaks. */
function quote(text: string): string {
  if (/["\r\n]/.test(text)) throw new RangeError(`cannot be quoted: ${JSON.stringify(text)}`);
  return `"${text}"`;
}

/** A duration: five decimals at most, no exponent. */
export function formatSeconds(seconds: number): string {
  if (!(seconds >= 0 && seconds < 1e9)) throw new RangeError(`duration ${seconds}`);
  return String(Math.round(seconds * 1e5) / 1e5);
}

/** A line that is an address; throws a RangeError where it would be read as something else (RFC 8216bis section 4.1). */
export function formatUri(uri: string): string {
  if (uri === "" || uri.startsWith("#") || /[\r\n]/.test(uri))
    throw new RangeError(`not an address: ${JSON.stringify(uri)}`);
  return uri;
}
