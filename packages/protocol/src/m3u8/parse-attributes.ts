/** One attribute: strings in quotation marks without them. */
export interface Attribute {
  value: string;
  isQuoted: boolean;
}

const ATTRIBUTE = /([A-Z0-9-]+)=(?:"([^"\r\n]*)"|([^",\s]+))(,|$)/y;

/** Reads an attribute list (RFC 8216bis section 4.2); undefined when malformed or a name comes twice. Never throws. */
export function parseAttributes(text: string): Map<string, Attribute> | undefined {
  const attributes = new Map<string, Attribute>();
  let at = 0;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (match === null || attributes.has(match[1]!)) return undefined;
    const isQuoted = match[2] !== undefined;
    attributes.set(match[1]!, { value: isQuoted ? match[2]! : match[3]!, isQuoted });
    at = ATTRIBUTE.lastIndex;
    if (match[4] === "") return attributes;
  }
}
