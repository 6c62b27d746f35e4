import { parseIpAddress } from "@sameroom/base";

/** An ICE candidate (RFC 8839 section 5.1). */
export interface IceCandidate {
  foundation: string;
  /** 1 is RTP (and all there is with rtcp-mux). */
  component: number;
  transport: "udp" | "tcp";
  priority: number;
  /** IP literal, or an mDNS name (`….local`) that hides it. */
  address: string;
  port: number;
  type: "host" | "srflx" | "prflx" | "relay";
  /** For TCP (RFC 6544). */
  tcpType?: "active" | "passive" | "so";
  relatedAddress?: string;
  relatedPort?: number;
}

/** A host candidate of ours, before it has a priority. */
export interface HostAddress {
  address: string;
  port: number;
  /** `tcp`: we wait for connections there (passive, RFC 6544 section 4.5). Default `udp`. */
  transport?: "udp" | "tcp" | undefined;
}

const TYPE_PREFERENCE = { host: 126, prflx: 110, srflx: 100, relay: 0 } as const;

/** RFC 8445 section 5.1.2.1; `localPreference` 0..65535, higher is better. */
export function candidatePriority(
  type: IceCandidate["type"],
  localPreference: number,
  component = 1,
): number {
  return TYPE_PREFERENCE[type] * 2 ** 24 + localPreference * 256 + (256 - component);
}

/** Below every direct UDP candidate, above relays (RFC 6544 section 4.2). */
const TCP_HOST_PREFERENCE = 90;
/** Direction preference of a passive host candidate, in the upper three bits of the local preference (the same). */
const PASSIVE = 4 * 2 ** 13;

function priorityOf(transport: "udp" | "tcp", index: number): number {
  if (transport === "udp") return candidatePriority("host", Math.max(0, 65_535 - index));
  return TCP_HOST_PREFERENCE * 2 ** 24 + (PASSIVE + Math.max(0, 8191 - index)) * 256 + 255;
}

/** Our host candidates for `a=candidate`, the first of each transport preferred; each has a foundation of its own. */
export function hostCandidates(addresses: readonly HostAddress[]): IceCandidate[] {
  const counts = { udp: 0, tcp: 0 };
  return addresses.map(({ address, port, transport = "udp" }, index) => ({
    foundation: String(index + 1),
    component: 1,
    transport,
    priority: priorityOf(transport, counts[transport]++),
    address,
    port,
    type: "host",
    ...(transport === "tcp" ? { tcpType: "passive" as const } : {}),
  }));
}

/** The value of an `a=candidate` line: `candidate:1 1 udp 2130706431 192.0.2.1 8082 typ host`. */
export function formatCandidate(candidate: IceCandidate): string {
  const { foundation, component, transport, priority, address, port, type } = candidate;
  let line = `candidate:${foundation} ${component} ${transport} ${priority} ${address} ${port} typ ${type}`;
  if (candidate.relatedAddress !== undefined)
    line += ` raddr ${candidate.relatedAddress} rport ${candidate.relatedPort ?? 0}`;
  if (candidate.tcpType !== undefined) line += ` tcptype ${candidate.tcpType}`;
  return line;
}

const LINE =
  /^(?:a=)?candidate:([A-Za-z0-9+/]{1,32}) (\d{1,3}) (udp|tcp) (\d{1,10}) (\S{1,255}) (\d{1,5}) typ (host|srflx|prflx|relay)((?: \S{1,255} \S{1,255}){0,16})\s*$/i;

/** Reads a candidate line with or without `a=`; extensions it does not know are skipped. Undefined when malformed. */
export function parseCandidate(line: string): IceCandidate | undefined {
  if (line.length > 1024) return undefined;
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [, foundation, component, transport, priority, address, port, type, rest] =
    match as unknown as string[];
  const candidate: IceCandidate = {
    foundation: foundation!,
    component: Number(component),
    transport: transport!.toLowerCase() as IceCandidate["transport"],
    priority: Number(priority),
    address: address!,
    port: Number(port),
    type: type!.toLowerCase() as IceCandidate["type"],
  };
  const inRange =
    candidate.component >= 1 &&
    candidate.component <= 256 &&
    candidate.priority <= 0xffff_ffff &&
    candidate.port <= 65_535;
  if (!inRange || !isConnectionAddress(address!)) return undefined;
  return readExtensions(candidate, rest ?? "");
}

function isConnectionAddress(text: string): boolean {
  return parseIpAddress(text) !== undefined || /^[A-Za-z0-9.-]{1,253}$/.test(text);
}

function readExtensions(candidate: IceCandidate, text: string): IceCandidate | undefined {
  const words = text.trim().split(" ");
  for (let index = 0; index + 1 < words.length; index += 2) {
    const value = words[index + 1]!;
    if (words[index] === "raddr") {
      if (!isConnectionAddress(value)) return undefined;
      candidate.relatedAddress = value;
    }
    if (words[index] === "rport") {
      if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) return undefined;
      candidate.relatedPort = Number(value);
    }
    if (words[index] === "tcptype") {
      const tcpType = value.toLowerCase();
      if (tcpType !== "active" && tcpType !== "passive" && tcpType !== "so") return undefined;
      candidate.tcpType = tcpType;
    }
  }
  return candidate;
}
