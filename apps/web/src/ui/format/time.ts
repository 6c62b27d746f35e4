const two = (value: number) => String(value).padStart(2, "0");

/** How long something has been going on: `4:05`, `1:02:03`. Negative time counts as none. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The same for people to read: `45 s`, `12 min`, `1 h 20 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS: ReadonlyArray<[Intl.RelativeTimeFormatUnit, number]> = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** When something was, seen from now: `just now`, `5 minutes ago`, `yesterday`. `at` is ISO 8601. */
export function formatAgo(at: string, nowMs: number): string {
  const seconds = Math.round((nowMs - Date.parse(at)) / 1_000);
  for (const [unit, length] of UNITS) {
    if (seconds >= length) return AGO.format(-Math.floor(seconds / length), unit);
  }
  return "just now";
}

/** The day and the time of an instant, ISO 8601, in the reader's own time zone: `November 21, 2026 at 2:05 PM`. */
export function formatDate(at: string, timeZone?: string): string {
  return new Intl.DateTimeFormat("en", {
    dateStyle: "long",
    timeStyle: "short",
    ...(timeZone && { timeZone }),
  }).format(new Date(at));
}
