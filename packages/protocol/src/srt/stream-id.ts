/** What a caller wants to publish. */
export interface PublishStreamId {
  /** The room it names; undefined: the one the key belongs to. */
  room: string | undefined;
  /** Stream key or token. */
  key: string;
  /** As the caller calls itself. */
  user: string | undefined;
}

/** `mode`: the caller wants to receive; `form`: it cannot be understood. */
export type StreamIdFault = "mode" | "form";

/**
 * `#!::r=ROOM,m=publish,u=NAME,s=KEY` (SRT Access Control), `publish:KEY` or `KEY` alone. Names that are not known are
 * passed over; `m` may be missing, as this server only takes streams.
 */
export function parsePublishStreamId(text: string): PublishStreamId | StreamIdFault {
  if (text.startsWith("#!::")) return parseFields(text.slice(4));
  // Nested forms (`#!:{`) say nothing that we could use.
  if (text.startsWith("#!")) return "form";
  const mode = /^(publish|request|read|play):/.exec(text);
  if (mode !== null && mode[1] !== "publish") return "mode";
  const key = mode === null ? text : text.slice(mode[0].length);
  return isKey(key) ? { room: undefined, key, user: undefined } : "form";
}

function parseFields(text: string): PublishStreamId | StreamIdFault {
  const fields = new Map<string, string>();
  for (const field of text.split(",")) {
    const at = field.indexOf("=");
    if (at < 1) return "form";
    fields.set(field.slice(0, at), field.slice(at + 1));
  }
  const mode = fields.get("m") ?? "publish";
  if (mode !== "publish") return "mode";
  const key = fields.get("s");
  if (key === undefined || !isKey(key)) return "form";
  return { room: fields.get("r") || undefined, key, user: fields.get("u") || undefined };
}

function isKey(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key);
}
