/** Seconds from the NTP epoch (1900) to the Unix epoch (1970). */
const NTP_UNIX_SECONDS = 2_208_988_800;

/** 64-bit NTP time in two unsigned halves (RFC 3550 section 4). */
export interface NtpTime {
  ntpSeconds: number;
  ntpFraction: number;
}

/** NTP time of a wall-clock moment in microseconds since 1970. */
export function ntpFromUnixMicros(unixMicros: number): NtpTime {
  const seconds = Math.floor(unixMicros / 1_000_000);
  const micros = unixMicros - seconds * 1_000_000;
  return {
    ntpSeconds: (seconds + NTP_UNIX_SECONDS) % 0x1_0000_0000,
    ntpFraction: Math.floor((micros * 0x1_0000_0000) / 1_000_000),
  };
}

/** Microseconds since 1970 of an NTP time of era 0 (until 2036) or 1. */
export function unixMicrosFromNtp({ ntpSeconds, ntpFraction }: NtpTime): number {
  // Below 1968 in era 0 means era 1 (RFC 2030 section 3).
  const seconds = ntpSeconds < 0x8000_0000 ? ntpSeconds + 0x1_0000_0000 : ntpSeconds;
  return (seconds - NTP_UNIX_SECONDS) * 1_000_000 + Math.round((ntpFraction * 1_000_000) / 0x1_0000_0000);
}

/** The middle 32 bits, as LSR and LRR carry them. */
export function compactNtp({ ntpSeconds, ntpFraction }: NtpTime): number {
  return (((ntpSeconds & 0xffff) << 16) | (ntpFraction >>> 16)) >>> 0;
}
