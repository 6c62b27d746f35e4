import { compactNtp, ntpFromUnixMicros } from "../rtp/ntp.ts";

/** Reports say 1/65536 s in 32 bits; longer round trips are somebody's mistake. */
const MAX_ROUND_TRIP_MS = 10_000;

/**
 * Round trip by the echo of a time stamp of ours, ms: now, less when we sent it, less how long the peer held it (RFC 3550
 * section 6.4.1 for sender reports, RFC 3611 section 4.5 for receiver reference times). `last`: middle 32 bits of the NTP
 * time we sent, 0 when there was none; `delay`: 1/65536 s; `arrivalUnixMicros`: when the echo came, on the clock we stamped
 * with. Undefined where it says nothing.
 */
export function roundTripMs(
  { last, delay }: { last: number; delay: number },
  arrivalUnixMicros: number,
): number | undefined {
  if (last === 0) return undefined;
  const arrived = compactNtp(ntpFromUnixMicros(arrivalUnixMicros));
  const ticks = (arrived - last - delay) | 0;
  const measuredMs = (Math.max(0, ticks) * 1000) / 65_536;
  return measuredMs <= MAX_ROUND_TRIP_MS ? measuredMs : undefined;
}
