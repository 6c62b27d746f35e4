/** A target's address without credentials, and the credentials that were in it. */
export interface SplitAddress {
  url: string;
  key: string | null;
  passphrase: string | null;
}

/**
 * Takes apart what an owner pasted. RTMP: the user's part before `@` is refused by the schema; a query belongs to the key, and
 * without `key` the last of two or more path segments is it. SRT: `streamid` and `passphrase` of the query; of the rest only
 * `latency` (µs, as FFmpeg has it) is kept. Null where the URL cannot be read.
 */
export function splitAddress(text: string, key: string | null): SplitAddress | null {
  const [, scheme = "", rest = ""] = /^([a-z]+):\/\/([^/].*)$/i.exec(text) ?? [];
  const protocol = scheme.toLowerCase();
  // `URL` treats only schemes it knows as having a host and port it can check.
  const parsed = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : null;
  if (parsed === null || parsed.hostname === "" || parsed.username !== "") return null;
  const host = hostOf(rest, parsed.hostname);
  if (protocol === "srt") return host.port === null ? null : splitSrt(parsed, host.text, key);
  const path = parsed.pathname.replace(/^\/+|\/+$/g, "");
  if (path === "") return null;
  if (key !== null)
    return { url: `${protocol}://${host.text}/${path}${parsed.search}`, key, passphrase: null };
  const cut = path.lastIndexOf("/");
  if (cut < 0) return { url: `${protocol}://${host.text}/${path}`, key: null, passphrase: null };
  const last = `${path.slice(cut + 1)}${parsed.search}`;
  return { url: `${protocol}://${host.text}/${path.slice(0, cut)}`, key: last, passphrase: null };
}

/** Scheme, host and port: what credentials were given for. */
export function originOf(url: string): string {
  return /^[a-z]+:\/\/[^/?]+/i.exec(url)?.[0].toLowerCase() ?? url;
}

function splitSrt(parsed: URL, host: string, key: string | null): SplitAddress {
  const latency = parsed.searchParams.get("latency");
  const query = latency !== null && /^\d{1,9}$/.test(latency) ? `?latency=${latency}` : "";
  return {
    url: `srt://${host}${query}`,
    key: key ?? parsed.searchParams.get("streamid"),
    passphrase: parsed.searchParams.get("passphrase"),
  };
}

/** `URL` drops port 80 of `http`: it is read from the text. */
function hostOf(rest: string, hostname: string): { text: string; port: string | null } {
  const authority = rest.split(/[/?]/, 1)[0] ?? "";
  const port = /:(\d{1,5})$/.exec(authority.replace(/^\[.*\]/, ""))?.[1] ?? null;
  return { text: port === null ? hostname : `${hostname}:${port}`, port };
}
