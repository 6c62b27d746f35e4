import { plain } from "./fold.ts";

/** Top-level domains that make a link of a name without `http://`: those of countries, and what people use. */
const TOP =
  "com|net|org|info|biz|edu|gov|app|dev|tv|gg|xyz|online|site|shop|live|club|link|click|top|store|tech|pro|vip|win|fun|icu|buzz|cam|chat|cloud|codes|digital|email|games|group|host|lol|love|media|mobi|name|network|news|one|page|party|porn|press|pub|rocks|run|sex|social|software|space|stream|studio|today|tube|video|wiki|work|works|world|zip|рф|[a-z]{2}";
const LABEL = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?";
const END = "(?![\\p{L}\\p{N}-])";

const WITH_SCHEME = /[a-z][a-z0-9+.-]{1,15}:\/{1,3}(?:[^\s/@]*@)?(\[[0-9a-f:.]+\]|[^\s/?#:]+)/giu;
const BARE = new RegExp(`(?<![\\p{L}\\p{N}-])((?:${LABEL}\\.){1,8}(?:${TOP}))${END}`, "giu");
const ADDRESS = /(?<![\d.])((?:\d{1,3}\.){3}\d{1,3})(?=:\d|\/)/g;
/** `example dot com`, `example [.] com`, `example(dot)com`. */
const HIDDEN_DOT =
  /\s*(?:[[({<]\s*(?:\.|dot|punkt|punto)\s*[\])}>]|\s(?:dot|punkt|punto)\s)\s*(?=[\p{L}\p{N}])/giu;

/** Host names a text links to, small letters, names of other scripts in Punycode; also those written so that no link is seen. */
export function linksIn(text: string): string[] {
  const read = plain(text);
  const hosts = new Set<string>();
  for (const form of new Set([read, read.replace(HIDDEN_DOT, ".")]))
    for (const pattern of [WITH_SCHEME, BARE, ADDRESS])
      for (const [, host = ""] of form.matchAll(pattern)) {
        const name = hostOf(host);
        if (name !== null) hosts.add(name);
      }
  return [...hosts];
}

/** true when a host is one of these, or below one. */
export function isListed(host: string, listed: readonly string[]): boolean {
  return listed.some((one) => {
    const name = hostOf(one);
    return name !== null && (host === name || host.endsWith(`.${name}`));
  });
}

function hostOf(name: string): string | null {
  try {
    return new URL(`http://${name}`).hostname.replace(/^www\./, "") || null;
  } catch {
    return null;
  }
}
