/**
 * Format parameters (`a=fmtp`, RFC 8866 section 6.15) as a map, names in lower case; the first of equal names wins.
 * At most 64 parameters are read.
 */
export function parseFmtp(fmtp: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of fmtp.split(";", 64)) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? "" : part.slice(equals + 1).trim();
    if (name !== "" && !parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

/** The map as `a=fmtp` text: `minptime=10;useinbandfec=1`. */
export function formatFmtp(parameters: ReadonlyMap<string, string>): string {
  return [...parameters].map(([name, value]) => (value === "" ? name : `${name}=${value}`)).join(";");
}
