import type { RestreamOrder } from "@sameroom/contract";

/** A target's address, taken apart. */
export interface OutputAddress {
  protocol: "rtmp" | "rtmps" | "srt";
  /** Name or address, IPv6 in brackets. */
  host: string;
  port: number;
  /** RTMP's application; empty for SRT. */
  application: string;
  /** Milliseconds that SRT keeps for repairs. */
  latencyMs: number;
}

const DEFAULT_PORTS = { rtmp: 1935, rtmps: 443, srt: 9000 } as const;
/** As libsrt. */
const DEFAULT_LATENCY_MS = 120;
const MAX_LATENCY_MS = 8000;

/** Reads the address of an order; undefined when it is none that can be sent to. */
export function readOutputAddress({ url }: Pick<RestreamOrder, "url">): OutputAddress | undefined {
  const match =
    /^(rtmps?|srt):\/\/(\[[0-9a-f:.]+\]|[^\s/?#:@[\]]+)(?::(\d{1,5}))?(?:\/([^\s]*?))?(?:\?([^\s/]*))?$/i.exec(
      url,
    );
  if (match === null) return undefined;
  const [, scheme = "", host = "", port, path = "", query = ""] = match;
  const protocol = scheme.toLowerCase() as OutputAddress["protocol"];
  const number = port === undefined ? DEFAULT_PORTS[protocol] : Number(port);
  if (number < 1 || number > 65_535) return undefined;
  const latencyMicros = Number(new URLSearchParams(query).get("latency") ?? DEFAULT_LATENCY_MS * 1000);
  return {
    ...{ protocol, host, port: number },
    application: protocol === "srt" ? "" : path.replace(/\/+$/, "") + (query === "" ? "" : `?${query}`),
    latencyMs: Math.min(MAX_LATENCY_MS, Math.max(20, Math.round(latencyMicros / 1000) || DEFAULT_LATENCY_MS)),
  };
}
