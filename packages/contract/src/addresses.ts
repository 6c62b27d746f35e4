import { z } from "zod";

/** One address of a machine's interfaces. */
export interface MachineAddress {
  readonly address: string;
  /** Loopback. */
  readonly internal: boolean;
}

/** Where media is to be sent: an address or name, and a port where a NAT or a container's mapping changes it. */
export interface AnnouncedHost {
  readonly host: string;
  /** Undefined: the port media listens on. */
  readonly port: number | undefined;
}

/** Whether a text is an IP address of this version, without zone. */
export const isIpv4 = (text: string): boolean => z.ipv4().safeParse(text).success;
export const isIpv6 = (text: string): boolean => z.ipv6().safeParse(text).success;

const NAME = /^(?=.{1,253}$)(?!\d+(?:\.\d+)*$)[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9][a-z0-9-]{0,62})*$/i;

/** Reads `203.0.113.5`, `203.0.113.5:9082`, `2001:db8::1`, `[2001:db8::1]:9082` or `name.example[:9082]`. */
export function parseAnnouncedHost(text: string): AnnouncedHost | undefined {
  if (isIpv6(text)) return { host: text, port: undefined };
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? "";
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const sound = match?.[1] === undefined ? isIpv4(host) || NAME.test(host) : isIpv6(host);
  return sound ? { host, port } : undefined;
}

/** What {@link parseAnnouncedHost} reads. */
export function formatAnnouncedHost({ host, port }: AnnouncedHost): string {
  if (port === undefined) return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

const split = (list: string): string[] => [
  ...new Set(
    list
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean),
  ),
];

/** Environment variables of addresses, read alike by every program. */
export const addressEnvironment = {
  SAMEROOM_BIND: z
    .string()
    .transform(split)
    .refine((all) => all.length > 0 && all.every((one) => isIpv4(one) || isIpv6(one)), {
      message: "IP addresses, comma separated",
    })
    .optional()
    .describe(
      "Addresses to listen on, comma separated. `0.0.0.0` is every IPv4 address, `::` every IPv6 address. Absent: both, without `::` where IPv6 is off.",
    ),
  SAMEROOM_ANNOUNCE: z
    .string()
    .transform((list) => split(list).map((one) => parseAnnouncedHost(one)))
    .refine((all) => all.length > 0 && all.every((one) => one !== undefined), {
      message: "addresses or names, comma separated, each with a port if need be: 203.0.113.5:9082",
    })
    .transform((all) => all.filter((one) => one !== undefined))
    .optional()
    .describe(
      "Where browsers are told to send media, comma separated: `203.0.113.5`, `203.0.113.5:9082` or `[2001:db8::1]:9082` where NAT changes the port, or a name, resolved at the start. Absent: every address of this machine, loopback last.",
    ),
};

/** What to listen on when nothing is said: all of IPv4, and all of IPv6 where the machine has any address of it. */
export function everyAddress(machine: readonly MachineAddress[]): string[] {
  return machine.some(({ address }) => isIpv6(address)) ? ["0.0.0.0", "::"] : ["0.0.0.0"];
}

/**
 * What to announce when nothing is said: every address that `bind` covers, most preferred first. IPv4 before IPv6, unique
 * local IPv6 addresses after global ones, one loopback address last; link-local ones never (they need a zone, RFC 4007
 * section 11).
 */
export function announcedByDefault(
  bind: readonly string[],
  machine: readonly MachineAddress[],
): AnnouncedHost[] {
  const covered = (address: string) =>
    bind.includes(address) || bind.includes(isIpv6(address) ? "::" : "0.0.0.0");
  const outside = machine
    .filter(({ address, internal }) => !internal && !isLinkLocal(address) && covered(address))
    .map(({ address }) => address)
    .sort((a, b) => rank(a) - rank(b));
  const loopback = ["127.0.0.1", "::1"].filter(covered).slice(0, 1);
  const rest = bind.filter((address) => address !== "0.0.0.0" && address !== "::" && !isLinkLocal(address));
  return [...new Set([...outside, ...loopback, ...rest])].map((host) => ({ host, port: undefined }));
}

function rank(address: string): number {
  if (!address.includes(":")) return 0;
  return /^f[cd]/i.test(address) ? 2 : 1;
}

/** 169.254.0.0/16 (RFC 3927) or fe80::/10. */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address) || address.startsWith("169.254.");
}
