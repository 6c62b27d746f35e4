const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** A count that stays short: `7`, `1.2K`, `3.4M`. */
export function formatCount(count: number): string {
  return COMPACT.format(count);
}

/** A count with its word: `1 viewer`, `1.2K viewers`. */
export function formatViewers(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "viewer" : "viewers"}`;
}

/** Bits per second as `640 kbit/s`, `2.4 Mbit/s` or `3.9 Gbit/s`. */
export function formatBitrate(bitsPerSecond: number): string {
  if (bitsPerSecond >= 999_950_000) return `${(bitsPerSecond / 1_000_000_000).toFixed(1)} Gbit/s`;
  if (bitsPerSecond >= 999_500) return `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`;
  return `${Math.round(bitsPerSecond / 1_000)} kbit/s`;
}

/** Latency in seconds, as viewers read it: `0.21 s`, from ten seconds on `12 s`. */
export function formatLatency(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  return seconds < 10 ? `${seconds.toFixed(2)} s` : `${Math.round(seconds)} s`;
}

/** A share 0..1 as per cent: `0 %`, `0.4 %`, `12 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 10) return `${percent.toFixed(1)} %`;
  return `${Math.round(percent)} %`;
}

/** Bytes as `182 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.round(bytes / 1e3)} kB`;
}
