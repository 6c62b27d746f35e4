import type {
  EventPage,
  LayersEvent,
  MintedToken,
  Problem,
  RecordingView,
  Slot,
  SlotLayer,
  SlotsResponse,
} from "@sameroom/contract";

type Fields = Record<string, unknown>;

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The problem document in a server's answer, or undefined when it is something else. */
export function parseProblem(value: unknown): Problem | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const { type, title, status, code, detail, retryAfter } = fields;
  if (typeof title !== "string" || typeof code !== "string" || typeof status !== "number") return undefined;
  return {
    type: typeof type === "string" ? type : "about:blank",
    title,
    status,
    code,
    ...(typeof detail === "string" ? { detail } : {}),
    ...(typeof retryAfter === "number" && retryAfter >= 0 ? { retryAfter } : {}),
    ...(Array.isArray(fields.faults) ? { faults: fields.faults.filter(isFault) } : {}),
  };
}

function isFault(value: unknown): value is { path: string; message: string } {
  const fields = fieldsOf(value);
  return typeof fields?.path === "string" && typeof fields.message === "string";
}

/** A minted token, or undefined. What it says of participant, role and grants is for show: servers read the token. */
export function parseMintedToken(value: unknown): MintedToken | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const { token, expiresAt, mediaUrl } = fields;
  if (typeof token !== "string" || typeof mediaUrl !== "string" || typeof expiresAt !== "string")
    return undefined;
  return Number.isNaN(Date.parse(expiresAt)) ? undefined : (fields as unknown as MintedToken);
}

/** A recording, or undefined. Only what the SDK itself reads is looked at. */
export function parseRecording(value: unknown): RecordingView | undefined {
  const fields = fieldsOf(value);
  if (typeof fields?.id !== "string" || typeof fields.state !== "string") return undefined;
  if (fields.urls === null) return fields as unknown as RecordingView;
  const urls = fieldsOf(fields.urls);
  const { sprites = null } = urls ?? {};
  const sound = typeof urls?.playlist === "string" && (sprites === null || typeof sprites === "string");
  return sound ? (fields as unknown as RecordingView) : undefined;
}

/** A piece of a room's log, or undefined. Events of kinds that are not known are kept: readers pass over them. */
export function parseEventPage(value: unknown): EventPage | undefined {
  const fields = fieldsOf(value);
  if (!Array.isArray(fields?.events) || typeof fields.last !== "number") return undefined;
  const sound = fields.events.every((event: unknown) => {
    const { sequence, atUnixMs, body } = fieldsOf(event) ?? {};
    return (
      Number.isInteger(sequence) && Number.isFinite(atUnixMs) && typeof fieldsOf(body)?.type === "string"
    );
  });
  return sound ? (fields as unknown as EventPage) : undefined;
}

/** The node's time in ms since 1970 out of `GET /clock`, or undefined. */
export function parseClock(value: unknown): number | undefined {
  const unixMs = fieldsOf(value)?.unixMs;
  return typeof unixMs === "number" && Number.isFinite(unixMs) ? unixMs : undefined;
}

/** The STUN and TURN servers of a token; entries a browser would choke on are left out. */
export function iceServersOf({ iceServers }: Partial<MintedToken>): RTCIceServer[] {
  if (!Array.isArray(iceServers)) return [];
  const usable = (server: unknown): server is RTCIceServer => {
    const { urls, username, credential } = fieldsOf(server) ?? {};
    if (!Array.isArray(urls) || urls.length === 0) return false;
    // A TURN server without credentials makes the whole connection throw (WebRTC section 4.4.1.1).
    const isTurn = urls.some((url) => /^turns?:/i.test(String(url)));
    return (
      urls.every((url) => typeof url === "string" && /^(stun|turn)s?:/i.test(url)) &&
      (!isTurn || (typeof username === "string" && typeof credential === "string"))
    );
  };
  return (iceServers as unknown[]).filter(usable);
}

/** What a viewer's slots show, out of `GET` or `PUT /sessions/:session/slots`, or undefined. */
export function parseSlots(value: unknown): SlotsResponse | undefined {
  const fields = fieldsOf(value);
  const path = fieldsOf(fields?.path);
  if (fields === undefined || path === undefined || !Array.isArray(fields.slots)) return undefined;
  if (typeof fields.paused !== "boolean" || !fields.slots.every(isSlot)) return undefined;
  const { transport } = path;
  return {
    paused: fields.paused,
    slots: fields.slots,
    path: {
      estimate: numberOrNull(path.estimate),
      roundTripMs: numberOrNull(path.roundTripMs),
      lossRatio: numberOrNull(path.lossRatio),
      transport: transport === "udp" || transport === "tcp" ? transport : null,
    },
  };
}

function isSlot(value: unknown): value is Slot {
  const fields = fieldsOf(value);
  if (fields === undefined) return false;
  const { mid, kind, source, reason, layers, layer, target, choice } = fields;
  return (
    [mid, kind, reason, choice].every((each) => typeof each === "string") &&
    [source, layer, target].every((each) => each === null || typeof each === "string") &&
    Array.isArray(layers) &&
    layers.every(isSlotLayer)
  );
}

function isSlotLayer(value: unknown): value is SlotLayer {
  const fields = fieldsOf(value);
  if (fields === undefined || typeof fields.id !== "string" || typeof fields.active !== "boolean")
    return false;
  const { width, height, framesPerSecond, bitrate } = fields;
  return [width, height, framesPerSecond, bitrate].every((each) => Number.isFinite(each));
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The data of a `layers` event, or undefined. */
export function parseLayersEvent(data: string): LayersEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  const sections = fieldsOf(value)?.sections;
  return Array.isArray(sections) && sections.every(isWantedSection) ? { sections } : undefined;
}

function isWantedSection(value: unknown): value is LayersEvent["sections"][number] {
  const fields = fieldsOf(value);
  if (typeof fields?.mid !== "string" || !Array.isArray(fields.layers)) return false;
  return fields.layers.every((layer: unknown) => {
    const { rid, wanted } = fieldsOf(layer) ?? {};
    return typeof rid === "string" && typeof wanted === "boolean";
  });
}
