import { decodeUtf8 } from "@sameroom/base";

/** The application that encoders publish to. */
const APPLICATION = "live";

/** Who wants to publish where, as an RTMP address tells. */
export interface PublishTarget {
  /** A stream key or a room token. A secret. */
  credential: string;
  /** The room they name; undefined: the one the key belongs to. */
  room: string | undefined;
}

/** Whether this is an application of ours: `live` or, with the room in it, `live/<room>`. */
export function isOurApplication(app: string): boolean {
  const [application, , ...more] = segmentsOf(app);
  return application === APPLICATION && more.length === 0;
}

/**
 * What `connect` and `publish` name: `live` and `<key>`, `live` and `<room>?key=<key>`, or `live/<room>` and `<key>`. Encoders that
 * put the query of their address behind the application are understood, too. Undefined: there is no key in it.
 */
export function parsePublishTarget(app: string, name: string): PublishTarget | undefined {
  const [, appRoom] = segmentsOf(app);
  const [path = "", query = ""] = splitQuery(name);
  const stream = decode(path.replace(/^\/+/, ""));
  const key = keyOf(query) ?? keyOf(splitQuery(app)[1] ?? "");
  const target =
    key === undefined ? { credential: stream, room: appRoom } : { credential: key, room: stream || appRoom };
  return target.credential === "" ? undefined : target;
}

function segmentsOf(app: string): string[] {
  return (splitQuery(app)[0] ?? "")
    .split("/")
    .filter((segment) => segment !== "")
    .map(decode);
}

function splitQuery(text: string): string[] {
  const at = text.indexOf("?");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function keyOf(query: string): string | undefined {
  for (const pair of query.split("&")) if (pair.startsWith("key=")) return decode(pair.slice(4));
  return undefined;
}

/** Percent-encoding undone; what is none stays. */
function decode(text: string): string {
  if (!text.includes("%")) return text;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const hex = /^%[0-9a-f]{2}/i.exec(text.slice(at, at + 3))?.[0];
    if (hex !== undefined) {
      bytes.push(Number.parseInt(hex.slice(1), 16));
      at += 2;
    } else if (text.charCodeAt(at) < 0x80) bytes.push(text.charCodeAt(at));
    else return text;
  }
  return decodeUtf8(Uint8Array.from(bytes));
}
